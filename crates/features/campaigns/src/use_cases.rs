//! Campaigns: users of a group, of an organization or of the deployment need a second factor from a date.
//! A user may be excepted from all campaigns until another date.

use doorward_domain::model::{CampaignTarget, FactorCampaign, FactorCampaignId, FactorException};
use doorward_rules::factor_campaign;
use doorward_store::repo::factor_campaigns::MAX_OPEN;

use doorward_admin::prelude::*;
use doorward_admin::{groups, organizations};

/// Maximum age of a start, so that a wrong year does not require the factor at once.
const DAY: i64 = 24 * 60 * 60;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewCampaign {
    pub target: CampaignTarget,
    pub starts_at: UnixSeconds,
    /// Days before the start at which users without a second factor get a mail.
    pub reminders: Vec<u32>,
}

/// An active user of a campaign without a second factor.
#[derive(Clone, PartialEq, Debug)]
pub struct UnreadyUser {
    pub user: User,
    /// The exception, if it has not ended.
    pub exception: Option<FactorException>,
}

/// Returns campaigns after this one, ordered by age.
pub async fn list(
    context: &AdminContext<'_>,
    after: Option<FactorCampaignId>,
    limit: u64,
) -> Result<Vec<FactorCampaign>> {
    context.require_global("users:read")?;
    Ok(repo::factor_campaigns::list(context.db.read(), after, limit).await?)
}
pub async fn get(context: &AdminContext<'_>, id: &str) -> Result<FactorCampaign> {
    context.require_global("users:read")?;
    let found = match FactorCampaignId::parse(id) {
        Some(id) => repo::factor_campaigns::find(context.db.read(), id).await?,
        None => None,
    };
    found.ok_or_else(|| AdminError::not_found("campaign", id))
}

/// Starts a campaign. Its reminders whose time has passed are not sent.
pub async fn create(context: &AdminContext<'_>, new: NewCampaign) -> Result<FactorCampaign> {
    context.must_administer()?;
    let now = context.now();
    let reminders = factor_campaign::check_reminders(&new.reminders)
        .map_err(|problem| AdminError::invalid("reminders", problem))?;
    check_start(new.starts_at, now)?;
    let tx = context.begin().await?;
    let target = describe(context, &tx, &new.target).await?;
    let open = repo::factor_campaigns::list_open(&tx).await?;
    if open.iter().any(|other| other.target == new.target) {
        let name = target.as_str().unwrap_or("all users");
        return Err(AdminError::conflict("campaign", name));
    }
    if u64::try_from(open.len()).is_ok_and(|open| open >= MAX_OPEN) {
        let problem = format!("there are {MAX_OPEN} open campaigns already; end one first");
        return Err(AdminError::invalid("target", problem));
    }
    let campaign = FactorCampaign {
        id: FactorCampaignId::generate(now, &mut context.rng()),
        target: new.target,
        starts_at: new.starts_at,
        reminder_due_at: factor_campaign::next_reminder(new.starts_at, &reminders, now),
        reminders,
        reminded: None,
        created_at: now,
        ended_at: None,
    };
    repo::factor_campaigns::insert(&tx, &campaign).await?;
    let event = context
        .event(
            AuditKind::SystemChanged,
            campaign.id,
            "second factor required",
        )
        .with("target", target)
        .with("from", campaign.starts_at)
        .with("reminders", campaign.reminders.clone());
    context
        .commit_created(tx, &event, campaign.id, None)
        .await?;
    Ok(campaign)
}

fn check_start(starts_at: UnixSeconds, now: UnixSeconds) -> Result<()> {
    if starts_at < now - DAY {
        return Err(AdminError::invalid("from", "is in the past"));
    }
    Ok(())
}

/// Changes the start of an open campaign. Users who know the former one from a reminder get another one.
pub async fn reschedule(
    context: &AdminContext<'_>,
    id: FactorCampaignId,
    starts_at: UnixSeconds,
) -> Result<FactorCampaign> {
    context.must_administer()?;
    let now = context.now();
    check_start(starts_at, now)?;
    let tx = context.begin().await?;
    let found = repo::factor_campaigns::find(&tx, id).await?;
    let before = found.ok_or_else(|| AdminError::not_found("campaign", &id))?;
    let obstacle = match before.ended_at {
        Some(_) => Some("the campaign has ended already"),
        None => (before.starts_at == starts_at).then_some("the campaign has this start already"),
    };
    if let Some(obstacle) = obstacle {
        return Err(AdminError::NoChange(obstacle.to_owned()));
    }
    let after = FactorCampaign {
        starts_at,
        reminder_due_at: factor_campaign::reminder_after_move(&before, starts_at, now),
        reminded: None,
        ..before.clone()
    };
    if !repo::factor_campaigns::reschedule(&tx, &before, &after).await? {
        return Err(AdminError::Changed);
    }
    let event = context
        .event(
            AuditKind::SystemChanged,
            id,
            "second factor campaign rescheduled",
        )
        .with("former", before.starts_at)
        .with("from", starts_at);
    context.commit_with(tx, &event).await?;
    Ok(after)
}

/// Returns the name of the target for the audit log, or an error if it does not exist.
async fn describe(
    context: &AdminContext<'_>,
    conn: &Conn,
    target: &CampaignTarget,
) -> Result<Value> {
    Ok(match target {
        CampaignTarget::All => Value::Null,
        CampaignTarget::Organization(slug) => {
            organizations::get_in(context, conn, slug).await?;
            json!(slug)
        }
        CampaignTarget::Group(id) => json!(groups::get_in(context, conn, *id).await?.path),
    })
}

/// Ends a campaign. Its users no longer need a second factor because of it.
pub async fn end(context: &AdminContext<'_>, id: FactorCampaignId) -> Result<()> {
    context.must_administer()?;
    let tx = context.begin().await?;
    if !repo::factor_campaigns::end(&tx, id, context.now()).await? {
        let found = repo::factor_campaigns::find(&tx, id).await?;
        found.ok_or_else(|| AdminError::not_found("campaign", &id))?;
        return Err(AdminError::NoChange(
            "the campaign has ended already".to_owned(),
        ));
    }
    let event = context.event(AuditKind::SystemChanged, id, "second factor campaign ended");
    context.commit_with(tx, &event).await
}

/// Returns active users of a campaign without a second factor after this one, ordered by ID.
pub async fn list_unready(
    context: &AdminContext<'_>,
    campaign: &FactorCampaign,
    after: Option<UserId>,
    limit: u64,
) -> Result<Vec<UnreadyUser>> {
    context.require_global("users:read")?;
    let (read, now) = (context.db.read(), context.now());
    let found =
        repo::factor_campaigns::list_without_factor(read, &campaign.target, after, limit).await?;
    let unready = |(user, exception): (User, Option<FactorException>)| UnreadyUser {
        user,
        exception: exception.filter(|own| own.until > now),
    };
    Ok(found.into_iter().map(unready).collect())
}

/// Excepts a user from all campaigns until a time. Requires a reason.
pub async fn except(
    context: &AdminContext<'_>,
    user: UserId,
    until: UnixSeconds,
) -> Result<FactorException> {
    context.must_administer()?;
    context.not_oneself(user)?;
    let now = context.now();
    if until <= now {
        return Err(AdminError::invalid("until", "is in the past"));
    }
    let reason = context.reason.as_ref();
    let reason = reason.ok_or_else(|| AdminError::invalid("reason", "is required"))?;
    let tx = context.begin().await?;
    let found = repo::users::find_by_id(&tx, user).await?;
    found.ok_or_else(|| AdminError::not_found("user", &user))?;
    let before = repo::factor_campaigns::find_exception(&tx, user).await?;
    let exception = FactorException {
        user_id: user,
        until,
        reason: reason.as_str().to_owned(),
        created_at: now,
    };
    repo::factor_campaigns::put_exception(&tx, &exception).await?;
    let event = context
        .event(AuditKind::UserChanged, user, "second factor exception set")
        .with("former", before.map(|before| before.until))
        .with("until", until);
    context.commit_with(tx, &event).await?;
    Ok(exception)
}

/// Ends the exception of a user.
pub async fn end_exception(context: &AdminContext<'_>, user: UserId) -> Result<()> {
    context.must_administer()?;
    let tx = context.begin().await?;
    if !repo::factor_campaigns::delete_exception(&tx, user).await? {
        return Err(AdminError::not_found("exception of user", &user));
    }
    let event = context.event(
        AuditKind::UserChanged,
        user,
        "second factor exception ended",
    );
    context.commit_with(tx, &event).await
}

#[cfg(test)]
mod tests;
