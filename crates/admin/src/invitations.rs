//! Invitations: an administrator of an organization invites a user by e-mail to join it; the user
//! accepts or declines (decision 43). The address is not looked up, so an invitation does not
//! reveal whether an account exists.

use doorward_domain::model::invitation::Inviter;
use doorward_domain::model::{AuditKind, Invitation, InvitationId};
use doorward_domain::rules::delegation::{DelegationDenial, DelegationRule};
use doorward_domain::rules::identifier;
use doorward_domain::rules::invitation::{BY_INVITER, LIFE, TO_ADDRESS};
use doorward_domain::rules::rate_limit::Limit;
use doorward_domain::secret::OpaqueToken;
use doorward_domain::time::UnixSeconds;
use doorward_email::message::{MailContent, hidden};
use doorward_services::caller::AuditEventExt as _;
use doorward_services::invitation::name_of;
use doorward_services::outbox::MailOutbox;
use doorward_services::rate_limit::LimitStatus;
use doorward_store::{WriteTx, repo};

use super::authority::Authority;
use super::operator::{AdminContext, AdminError};
use super::organizations::get_in;
use super::user_change::words;

/// Mails an invitation. It replaces an older one to the same address.
///
/// # Errors
/// [`AdminError::NotFound`] for an organization out of reach, [`AdminError::MailDisabled`] if mail
/// is not configured, [`AdminError::Invalid`] for a malformed address or an inactive organization,
/// [`AdminError::TooMany`] if a rate limit is exceeded; [`AdminError::Denied`] for the
/// administrator's own address.
pub async fn invite(
    op: &AdminContext<'_>,
    slug: &str,
    email: &str,
) -> Result<Invitation, AdminError> {
    let tx = op.begin().await?;
    let organization = get_in(op, &tx, slug).await?;
    let email_key = identifier::email_key(email)
        .map_err(|problem| AdminError::invalid("email", words(problem)))?;
    not_own_address(op, &tx, &email_key).await?;
    if !organization.active {
        let problem = "the organization is inactive; activate it first";
        return Err(AdminError::invalid("organization", problem));
    }
    let Some(letters) = op.letters.filter(MailOutbox::can_go) else {
        return Err(AdminError::MailDisabled);
    };
    within_limits(op, &letters, &tx, slug, &email_key).await?;
    let now = op.now();
    let token = OpaqueToken::generate(&mut rand::rng());
    let invitation = Invitation {
        id: InvitationId::generate(now, &mut rand::rng()),
        hash: token.hash(),
        org: organization.slug,
        email: email.trim().to_owned(),
        email_key,
        inviter: inviter(op),
        created_at: now,
        expires_at: now + LIFE,
        ended_at: None,
    };
    repo::invitations::overtake(&tx, slug, &invitation.email_key, now).await?;
    repo::invitations::insert(&tx, &invitation).await?;
    let url = format!("{}/invitation?token={}", letters.issuer(), token.expose());
    let content = MailContent::Invited {
        url,
        organization: organization.name,
        inviter: name_of(&tx, invitation.inviter.as_ref()).await?,
    };
    let to = &invitation.email;
    letters
        .invite(&tx, to, content, op.caller.lang, now)
        .await?;
    log(op, &tx, &invitation, "invited").await?;
    op.made(&tx, invitation.id, None).await?;
    op.commit(tx).await?;
    Ok(invitation)
}

fn inviter(op: &AdminContext<'_>) -> Option<Inviter> {
    op.authority.as_ref().map(|authority| Inviter {
        kind: authority.kind,
        id: authority.id.clone(),
    })
}

/// Rejects the administrator's own address: administrators cannot add themselves to an
/// organization.
async fn not_own_address(
    op: &AdminContext<'_>,
    tx: &WriteTx,
    email_key: &str,
) -> Result<(), AdminError> {
    let own = op.authority.as_ref().and_then(Authority::user);
    let Some(own) = own else { return Ok(()) };
    let own = repo::users::find_by_id(tx, own).await?;
    if own.is_some_and(|own| own.email_key == email_key) {
        return Err(DelegationDenial::by(DelegationRule::NotToOneself).into());
    }
    Ok(())
}

/// Applies the hourly limits on the mails of an inviter and on the mails to one address.
async fn within_limits(
    op: &AdminContext<'_>,
    letters: &MailOutbox<'_>,
    tx: &WriteTx,
    slug: &str,
    email_key: &str,
) -> Result<(), AdminError> {
    let Some(inviter) = inviter(op) else {
        return Ok(());
    };
    let now = op.now();
    let limit = letters.scaled(BY_INVITER);
    let since = now - window(limit);
    let sent = repo::invitations::times_by_inviter(tx, &inviter.id, since, limit.quota).await?;
    within(limit, &sent, since)?;
    let limit = letters.scaled(TO_ADDRESS);
    let since = now - window(limit);
    let sent = repo::invitations::times_to_address(tx, slug, email_key, since, limit.quota).await?;
    within(limit, &sent, since)
}

fn window(limit: Limit) -> i64 {
    i64::try_from(limit.window).unwrap_or(i64::MAX)
}

/// Checks one limit. `sent` is ordered from newest to oldest: when its last entry leaves the
/// window, one more mail is allowed.
fn within(limit: Limit, sent: &[UnixSeconds], since: UnixSeconds) -> Result<(), AdminError> {
    match sent.last() {
        Some(oldest) if sent.len() as u64 >= limit.quota => Err(AdminError::TooMany(LimitStatus {
            limit,
            remaining: 0,
            reset: oldest - since,
            is_spent: true,
        })),
        _ => Ok(()),
    }
}

/// Lists at most `limit` open invitations, ordered by id, after the invitation `after`.
///
/// # Errors
/// [`AdminError::NotFound`] for an organization out of reach.
pub async fn list(
    op: &AdminContext<'_>,
    slug: &str,
    after: Option<InvitationId>,
    limit: u64,
) -> Result<Vec<Invitation>, AdminError> {
    may_read(op, slug).await?;
    Ok(repo::invitations::list_live(op.db.read(), slug, op.now(), after, limit).await?)
}

/// Returns an invitation in any state.
///
/// # Errors
/// [`AdminError::NotFound`] if it does not exist or the organization is out of reach.
pub async fn get(op: &AdminContext<'_>, slug: &str, id: &str) -> Result<Invitation, AdminError> {
    may_read(op, slug).await?;
    let not_found = || AdminError::not_found("invitation", id);
    let known = InvitationId::parse(id).ok_or_else(not_found)?;
    let found = repo::invitations::find(op.db.read(), slug, known).await?;
    found.ok_or_else(not_found)
}

/// Checks that the administrator may read invitations, which requires the permission to invite.
async fn may_read(op: &AdminContext<'_>, slug: &str) -> Result<(), AdminError> {
    op.need("organizations:write")?;
    let found = repo::organizations::find(op.db.read(), slug).await?;
    match found.filter(|one| op.reaches(Some(&one.slug))) {
        Some(_) => Ok(()),
        None => Err(AdminError::not_found("organization", slug)),
    }
}

/// Revokes an invitation; its link stops working.
///
/// # Errors
/// [`AdminError::NotFound`] if it does not exist or is no longer open.
pub async fn revoke(
    op: &AdminContext<'_>,
    slug: &str,
    id: InvitationId,
) -> Result<Invitation, AdminError> {
    let tx = op.begin().await?;
    get_in(op, &tx, slug).await?;
    let not_found = || AdminError::not_found("invitation", &id);
    let found = repo::invitations::find(&tx, slug, id).await?;
    let invitation = found.ok_or_else(not_found)?;
    if !repo::invitations::claim(&tx, id, op.now()).await? {
        return Err(not_found());
    }
    log(op, &tx, &invitation, "invitation revoked").await?;
    tx.commit().await?;
    Ok(invitation)
}

/// Writes an audit event. The address is masked: it may not belong to an account, and the log is
/// permanent.
async fn log(
    op: &AdminContext<'_>,
    tx: &WriteTx,
    invitation: &Invitation,
    change: &str,
) -> Result<(), AdminError> {
    let event = op
        .event(AuditKind::OrganizationChanged, &invitation.org, change)
        .with("invitation", invitation.id.to_string())
        .with("address", hidden(&invitation.email));
    Ok(repo::audit::insert(tx, &event).await?)
}
