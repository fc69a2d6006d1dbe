//! Invitations: an administrator of an organization invites a user by e-mail to join it; the user
//! accepts or declines (decision 43). The address is not looked up, so an invitation does not
//! reveal whether an account exists.

pub mod operations;

use doorward_accounts::invitation::name_of;
use doorward_domain::model::invitation::{InvitedAccess, Inviter};
use doorward_domain::model::mail::{MailContent, hidden};
use doorward_domain::model::{Invitation, InvitationId, Organization};
use doorward_rules::delegation::{DelegationDenial, DelegationRule};
use doorward_rules::invitation::{BY_INVITER, TO_ADDRESS, TTL};
use doorward_rules::limits::rate_limit::Limit;
use doorward_services::limits::LimitStatus;
use doorward_services::outbox::MailOutbox;

use crate::groups::{self, check_group_delegation};
use crate::organizations::get_in;
use crate::prelude::*;
use crate::role_rules;
use crate::user_change::email_key;

/// The access of a new invitation, as typed.
#[derive(Debug, Clone, Default)]
pub struct NewAccess {
    pub roles: Vec<String>,
    /// IDs or paths of groups of the organization.
    pub groups: Vec<String>,
    pub member_until: Option<UnixSeconds>,
}

/// Checks that this administrator may give this access now. It is checked again when the user accepts.
pub(crate) async fn check_access(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    slug: &str,
    new: &NewAccess,
) -> Result<InvitedAccess> {
    let end = new.member_until;
    if end.is_some_and(|end| end <= context.now()) {
        let problem = "write a time in the future";
        return Err(AdminError::invalid("member_until", problem));
    }
    for name in &new.roles {
        let role = repo::roles::find(tx, name).await?;
        let unknown = || AdminError::invalid("roles", format!("there is no role {name:?}"));
        let role = role.ok_or_else(unknown)?;
        context.need("roles:assign")?;
        role_rules::check_end(context, tx, &role, None, true, end).await?;
    }
    let mut groups = Vec::new();
    for name in &new.groups {
        let found = match groups::get_named(context, name, Some(slug)).await {
            Err(AdminError::NotFound { .. }) => None,
            found => Some(found?).filter(|group| group.org.as_deref() == Some(slug)),
        };
        let unknown = || AdminError::invalid("groups", format!("there is no group {name:?}"));
        let group = found.ok_or_else(unknown)?;
        context.need("groups:write")?;
        check_group_delegation(context, tx, Some(slug), &group.path, true).await?;
        groups.push(group.id);
    }
    Ok(InvitedAccess {
        roles: new.roles.clone(),
        groups,
        member_until: end,
    })
}

/// Returns the organization that an administrator may invite to.
pub(crate) async fn inviting(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    slug: &str,
) -> Result<Organization> {
    let organization = get_in(context, tx, slug).await?;
    if !organization.active {
        let problem = "the organization is inactive; activate it first";
        return Err(AdminError::invalid("organization", problem));
    }
    Ok(organization)
}

/// Mails an invitation. It replaces an older one to the same address.
#[boxed(?Send)]
pub async fn invite(
    context: &AdminContext<'_>,
    slug: &str,
    email: &str,
    access: &NewAccess,
) -> Result<Invitation> {
    let tx = context.begin().await?;
    let organization = inviting(context, &tx, slug).await?;
    let email_key = email_key(context, email)?;
    require_other_address(context, &tx, &email_key).await?;
    let access = check_access(context, &tx, slug, access).await?;
    let outbox = context.working_outbox()?;
    within_limits(context, &outbox, &tx, slug, &email_key).await?;
    let now = context.now();
    let token = OpaqueToken::generate(&mut context.rng());
    let invitation = Invitation {
        id: InvitationId::generate(now, &mut context.rng()),
        hash: token.hash(),
        org: organization.slug.clone(),
        email: email.trim().to_owned(),
        email_key,
        inviter: inviter(context),
        created_at: now,
        expires_at: now + TTL,
        ended_at: None,
        access,
        batch: None,
        queued_at: None,
    };
    repo::invitations::overtake(&tx, slug, &invitation.email_key, now).await?;
    repo::invitations::insert(&tx, &invitation).await?;
    mail(context, &tx, &invitation, organization.name, &token).await?;
    context.record_response(&tx, invitation.id, None).await?;
    context.commit(tx).await?;
    Ok(invitation)
}

/// Enqueues the mail with the link of an invitation.
pub(crate) async fn mail(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    invitation: &Invitation,
    organization: String,
    token: &OpaqueToken,
) -> Result<()> {
    let outbox = context.working_outbox()?;
    let content = MailContent::Invited {
        url: format!("{}/invitation?token={}", outbox.issuer(), token.expose()),
        organization,
        inviter: name_of(tx, invitation.inviter.as_ref()).await?,
    };
    let to = (invitation.email.as_str(), invitation.org.as_str());
    let (lang, now) = (context.caller.lang, context.now());
    outbox.invite(tx, to, content, lang, now).await?;
    log(context, tx, invitation, "invited").await
}

pub(crate) fn inviter(context: &AdminContext<'_>) -> Option<Inviter> {
    context.authority.as_ref().map(|authority| Inviter {
        kind: authority.kind,
        id: authority.id.clone(),
    })
}

/// Rejects the administrator's own address: administrators cannot add themselves to an
/// organization.
pub(crate) async fn require_other_address(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    email_key: &str,
) -> Result<()> {
    let Some(own) = context.own_user() else {
        return Ok(());
    };
    let own = repo::users::find_by_id(tx, own).await?;
    if own.is_some_and(|own| own.email_key == email_key) {
        return Err(DelegationDenial::by(DelegationRule::NotToOneself).into());
    }
    Ok(())
}

pub(crate) async fn within_limits(
    context: &AdminContext<'_>,
    outbox: &MailOutbox<'_>,
    tx: &WriteTx,
    slug: &str,
    email_key: &str,
) -> Result<()> {
    let Some(inviter) = inviter(context) else {
        return Ok(());
    };
    let now = context.now();
    let limit = outbox.scaled(BY_INVITER);
    let since = now - window(limit);
    let sent = repo::invitations::times_by_inviter(tx, &inviter.id, since, limit.quota).await?;
    within(limit, &sent, since)?;
    let limit = outbox.scaled(TO_ADDRESS);
    let since = now - window(limit);
    let sent = repo::invitations::times_to_address(tx, slug, email_key, since, limit.quota).await?;
    within(limit, &sent, since)
}

pub(crate) fn window(limit: Limit) -> i64 {
    i64::try_from(limit.window).unwrap_or(i64::MAX)
}

/// Checks one limit. `sent` is ordered from newest to oldest: when its last entry leaves the
/// window, one more mail is allowed.
pub(crate) fn within(limit: Limit, sent: &[UnixSeconds], since: UnixSeconds) -> Result<()> {
    match sent.last() {
        Some(oldest) if sent.len() as u64 >= limit.quota => Err(AdminError::TooMany(LimitStatus {
            limit,
            remaining: 0,
            reset: oldest - since,
            is_exhausted: true,
        })),
        _ => Ok(()),
    }
}

/// Returns an organization whose invitations the administrator may read, which requires the permission
/// to invite.
pub async fn organization(context: &AdminContext<'_>, slug: &str) -> Result<Organization> {
    get_in(context, context.db.read(), slug).await
}

fn check_read(context: &AdminContext<'_>, organization: &Organization) -> Result<()> {
    context.need("organizations:write")?;
    let is_in_reach = context.reaches(Some(&organization.slug));
    is_in_reach
        .then_some(())
        .ok_or_else(|| AdminError::not_found("organization", &organization.slug))
}

/// Lists the open invitations of an organization.
#[boxed(?Send)]
pub async fn list(
    context: &AdminContext<'_>,
    organization: &Organization,
    after: Option<InvitationId>,
    limit: u64,
) -> Result<Vec<Invitation>> {
    check_read(context, organization)?;
    let (read, now) = (context.db.read(), context.now());
    Ok(repo::invitations::list_live(read, &organization.slug, now, after, limit).await?)
}

#[boxed(?Send)]
pub async fn get(
    context: &AdminContext<'_>,
    organization: &Organization,
    id: &str,
) -> Result<Invitation> {
    check_read(context, organization)?;
    let not_found = || AdminError::not_found("invitation", id);
    let known = InvitationId::parse(id).ok_or_else(not_found)?;
    let found = repo::invitations::find(context.db.read(), &organization.slug, known).await?;
    found.ok_or_else(not_found)
}

#[boxed(?Send)]
pub async fn revoke(
    context: &AdminContext<'_>,
    slug: &str,
    id: InvitationId,
) -> Result<Invitation> {
    let tx = context.begin().await?;
    get_in(context, &tx, slug).await?;
    let not_found = || AdminError::not_found("invitation", &id);
    let found = repo::invitations::find(&tx, slug, id).await?;
    let invitation = found.ok_or_else(not_found)?;
    if !repo::invitations::claim(&tx, id, context.now()).await? {
        return Err(not_found());
    }
    log(context, &tx, &invitation, "invitation revoked").await?;
    tx.commit().await?;
    Ok(invitation)
}

/// The address is masked: it may not belong to an account, and the log is permanent.
pub(crate) async fn log(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    invitation: &Invitation,
    change: &str,
) -> Result<()> {
    let event = context
        .event(AuditKind::OrganizationChanged, &invitation.org, change)
        .with("invitation", invitation.id.to_string())
        .with("address", hidden(&invitation.email));
    let access = &invitation.access;
    let event = event
        .with_optional(
            "roles",
            (!access.roles.is_empty()).then(|| access.roles.clone()),
        )
        .with_optional("member_until", access.member_until)
        .with_optional("batch", invitation.batch.map(|batch| batch.to_string()));
    Ok(repo::audit::insert(tx, &event).await?)
}
