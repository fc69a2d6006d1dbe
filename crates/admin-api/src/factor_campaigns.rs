//! `/api/admin/factor-campaigns`: users who must have a second factor from a date, and exceptions.

use doorward_admin::change_reason::ChangeReason;
use doorward_admin::factor_campaigns::{self, NewCampaign, UnreadyUser};
use doorward_domain::model::{
    CampaignTarget, FactorCampaign, FactorCampaignId, FactorException, GroupId,
};

use super::support::read_time;
use crate::prelude::*;

endpoints! {
    admin_list_factor_campaigns, admin_create_factor_campaign, admin_read_factor_campaign,
    admin_list_unready_users, admin_reschedule_factor_campaign, admin_end_factor_campaign,
    admin_set_factor_exception, admin_end_factor_exception,
}

view! {
    /// A campaign: users who must have a second factor from a time.
    #[schema(as = FactorCampaign)]
    FactorCampaignView(campaign: FactorCampaign) {
        /// ID.
        id: String = campaign.id.to_string();
        /// Users: `all`, `organization` or `group`.
        target: &'static str = target(&campaign.target).0;
        /// Slug of the organization, or ID of the group, whose subgroups belong to it.
        target_id?: String = target(&campaign.target).1;
        /// Time from which a second factor is required (RFC 3339).
        from: Time = campaign.starts_at;
        /// Days before that time at which users without a second factor get a mail.
        reminders: Vec<u32> = campaign.reminders;
        /// Time of the next reminder (RFC 3339); absent if none is left.
        next_reminder_at?: Time = campaign.reminder_due_at;
        /// Time of creation (RFC 3339).
        created_at: Time = campaign.created_at;
        /// Time of the end (RFC 3339); absent while the campaign is open.
        ended_at?: Time = campaign.ended_at;
    }
}

view! {
    /// An exception of a user from all campaigns.
    #[schema(as = FactorException)]
    FactorExceptionView(exception: FactorException) {
        /// Time at which it ends (RFC 3339).
        until: Time = exception.until;
        /// Reason.
        reason: String = exception.reason;
    }
}

view! {
    /// A user of a campaign without a second factor.
    #[schema(as = UnreadyUser)]
    UnreadyUserView(unready: UnreadyUser) {
        /// ID of the user.
        id: String = unready.user.id.to_string();
        /// User name; empty without one.
        username: String = unready.user.username;
        /// E-mail address.
        email: String = unready.user.email;
        /// The exception, if it has not ended.
        exception?: FactorExceptionView = unready.exception.map(FactorExceptionView::new);
    }
}

fn target(target: &CampaignTarget) -> (&'static str, Option<String>) {
    match target {
        CampaignTarget::All => ("all", None),
        CampaignTarget::Organization(slug) => ("organization", Some(slug.clone())),
        CampaignTarget::Group(id) => ("group", Some(id.to_string())),
    }
}

/// A campaign to start.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = NewFactorCampaign)]
#[serde(deny_unknown_fields)]
pub struct NewCampaignBody {
    /// Users: `all`, `organization` or `group`.
    #[schema(example = "group")]
    target: String,
    /// Slug of the organization, or ID of the group.
    target_id: Option<String>,
    /// Time from which a second factor is required (RFC 3339).
    #[schema(format = DateTime)]
    from: String,
    /// Days before that time at which users without a second factor get a mail: at most 10, each 1 to
    /// 90. If omitted, none.
    reminders: Option<Vec<u32>>,
}

impl NewCampaignBody {
    fn campaign(&self) -> Result<NewCampaign, Problem> {
        let target = match (self.target.as_str(), &self.target_id) {
            ("all", None) => CampaignTarget::All,
            ("organization", Some(slug)) => CampaignTarget::Organization(slug.clone()),
            ("group", Some(id)) => {
                let invalid = || wrong("target_id", "invalid", "Must be the ID of a group.");
                CampaignTarget::Group(GroupId::parse(id).ok_or_else(invalid)?)
            }
            _ => {
                let detail = "Must be all, or organization or group with a target_id.";
                return Err(wrong("target", "invalid", detail));
            }
        };
        Ok(NewCampaign {
            target,
            starts_at: read_time("from", &self.from)?,
            reminders: self.reminders.clone().unwrap_or_default(),
        })
    }
}

/// List campaigns for second factors
#[utoipa::path(
    params(PageParams),
    responses((status = 200, description = "Campaigns, the oldest first", body = Listing<FactorCampaignView>)),
)]
#[get("/admin/factor-campaigns")]
async fn admin_list_factor_campaigns(admin: AdminCaller) -> Answer {
    let page = admin.page(&[])?;
    let after = page.after_id(FactorCampaignId::parse)?;
    let found = factor_campaigns::list(&admin.context(), after, page.rows()).await?;
    Ok(page.finish(
        found,
        |campaign| campaign.id.to_string(),
        FactorCampaignView::new,
    ))
}

/// Start a campaign for a second factor
///
/// Until the time, users without a second factor see it after each sign-in, and get the reminders by
/// mail. From the time, a second factor is required.
#[utoipa::path(
    params(IdempotencyKey, ReasonHeader),
    responses((status = 201, description = "Started", body = FactorCampaignView)),
)]
#[post("/admin/factor-campaigns")]
async fn admin_create_factor_campaign(admin: AdminCaller, body: Json<NewCampaignBody>) -> Answer {
    let body = body.0;
    let new = body.campaign()?;
    let work = async |context: AdminContext<'_>| {
        Ok(created(factor_campaigns::create(&context, new).await?))
    };
    let again = async |context: &AdminContext<'_>, stored: &StoredResponse| {
        Ok(created(factor_campaigns::get(context, &stored.id).await?))
    };
    idempotency::create(&admin, admin.context(), "users:write", &body, work, again).await
}

fn created(campaign: FactorCampaign) -> CreatedResource {
    let location = format!("/api/admin/factor-campaigns/{}", campaign.id);
    created_response(&FactorCampaignView::new(campaign), location, None)
}

/// Read a campaign for a second factor
#[utoipa::path(responses((status = 200, description = "The campaign", body = FactorCampaignView)))]
#[get("/admin/factor-campaigns/{id}")]
async fn admin_read_factor_campaign(admin: AdminCaller, id: Path<String>) -> Answer {
    let found = factor_campaigns::get(&admin.context(), &id).await?;
    Ok(HttpResponse::Ok().json(FactorCampaignView::new(found)))
}

/// List the users of a campaign without a second factor
#[utoipa::path(
    params(PageParams),
    responses((status = 200, description = "Active users, by ID", body = Listing<UnreadyUserView>)),
)]
#[get("/admin/factor-campaigns/{id}/users")]
async fn admin_list_unready_users(admin: AdminCaller, id: Path<String>) -> Answer {
    let page = admin.page(&[])?;
    let after = page.after_id(UserId::parse)?;
    let context = admin.context();
    let campaign = factor_campaigns::get(&context, &id).await?;
    let found = factor_campaigns::list_unready(&context, &campaign, after, page.rows()).await?;
    Ok(page.finish(
        found,
        |found| found.user.id.to_string(),
        UnreadyUserView::new,
    ))
}

/// Another start of a campaign.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = FactorCampaignStart)]
#[serde(deny_unknown_fields)]
pub struct CampaignStartBody {
    /// Time from which a second factor is required (RFC 3339): earlier or later than before.
    #[schema(format = DateTime)]
    from: String,
}

/// Change the start of a campaign for a second factor
///
/// Users whom a reminder has informed about the former time get another reminder at once.
#[utoipa::path(
    params(ReasonHeader),
    responses((status = 200, description = "Changed", body = FactorCampaignView)),
)]
#[post("/admin/factor-campaigns/{id}/reschedule")]
async fn admin_reschedule_factor_campaign(
    admin: AdminCaller,
    id: Path<String>,
    body: Json<CampaignStartBody>,
) -> Answer {
    let id = FactorCampaignId::parse(&id).ok_or_else(Problem::not_found)?;
    let starts_at = read_time("from", &body.0.from)?;
    let changed = factor_campaigns::reschedule(&admin.context(), id, starts_at).await?;
    Ok(HttpResponse::Ok().json(FactorCampaignView::new(changed)))
}

/// End a campaign for a second factor
///
/// Its users no longer need a second factor because of it.
#[utoipa::path(
    params(ReasonHeader),
    responses((status = 204, description = "Ended")),
)]
#[post("/admin/factor-campaigns/{id}/end")]
async fn admin_end_factor_campaign(admin: AdminCaller, id: Path<String>) -> Answer {
    let id = FactorCampaignId::parse(&id).ok_or_else(Problem::not_found)?;
    factor_campaigns::end(&admin.context(), id).await?;
    Ok(no_content())
}

/// An exception to grant.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewFactorException)]
#[serde(deny_unknown_fields)]
pub struct NewExceptionBody {
    /// Time at which it ends (RFC 3339).
    #[schema(format = DateTime)]
    until: String,
    /// Reason: 1 to 200 characters. The user sees it.
    reason: String,
}

/// Except a user from campaigns for second factors
///
/// The exception counts for all campaigns until its end, and replaces a former one.
#[utoipa::path(
    responses((status = 200, description = "The exception", body = FactorExceptionView)),
)]
#[put("/admin/users/{id}/factor-exception")]
async fn admin_set_factor_exception(
    admin: AdminCaller,
    id: Path<String>,
    body: Json<NewExceptionBody>,
) -> Answer {
    let (user, until) = (user_id(&id)?, read_time("until", &body.0.until)?);
    let reason = ChangeReason::parse(&body.0.reason);
    let reason = reason.map_err(|detail| wrong("reason", "invalid", detail))?;
    let context = admin.context().with_reason(Some(reason));
    let exception = factor_campaigns::except(&context, user, until).await?;
    Ok(HttpResponse::Ok().json(FactorExceptionView::new(exception)))
}

/// End the exception of a user
#[utoipa::path(
    params(ReasonHeader),
    responses((status = 204, description = "Ended")),
)]
#[delete("/admin/users/{id}/factor-exception")]
async fn admin_end_factor_exception(admin: AdminCaller, id: Path<String>) -> Answer {
    factor_campaigns::end_exception(&admin.context(), user_id(&id)?).await?;
    Ok(no_content())
}
