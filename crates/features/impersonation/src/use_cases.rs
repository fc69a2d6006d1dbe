//! The start and the end of an impersonation.

use doorward_admin::prelude::*;
use doorward_admin::{clients, support_codes};
use doorward_config::impersonation::Impersonation as Policy;
use doorward_domain::model::{Grant, GrantId, GrantOrigin, Session, SessionId};
use doorward_protocol::authorization_details::AuthorizationDetails;
use doorward_protocol::authorize::ClaimsRequest;
use doorward_protocol::scope::Scope;
use doorward_rules::impersonation::{Obstacle, Start, obstacle};
use doorward_rules::own_permissions::IMPERSONATE;
use doorward_services::acting;

use crate::mail;

/// The values of an impersonation to start.
#[derive(Debug)]
pub(crate) struct NewImpersonation<'a> {
    pub user: User,
    pub client: &'a ClientId,
    /// The session of the browser in which the administrator acts.
    pub session: SessionId,
    /// The consent of the user.
    pub support_code: Option<&'a str>,
}

/// Returns true if the configuration enables impersonation.
pub(crate) fn is_enabled(context: &AdminContext<'_>) -> bool {
    policy(context).is_some()
}

/// Returns the configuration; `None` without impersonation.
pub(crate) fn policy<'a>(context: &AdminContext<'a>) -> Option<&'a Policy> {
    let config = context.settings.config()?;
    Some(&config.impersonation).filter(|policy| policy.enabled)
}

fn require(context: &AdminContext<'_>) -> Result<()> {
    context.require_global(IMPERSONATE)
}

/// Starts an impersonation in the browser of a session, and notifies the user. It has no code and gives no
/// tokens: the client gets its own grants, until the end at the latest.
pub(crate) async fn start(context: &AdminContext<'_>, new: NewImpersonation<'_>) -> Result<Grant> {
    require(context)?;
    let (read, now) = (context.db.read(), context.now());
    // An administrator does not gain the power of the user.
    context.check_power_over_user(read, new.user.id).await?;
    let client = clients::get(context, new.client).await?;
    let other = |obstacle: Obstacle| {
        let (field, problem) = obstacle.problem();
        AdminError::invalid(field, problem)
    };
    let session = repo::sessions::find(read, new.session).await?;
    let session = session.ok_or_else(|| AdminError::not_found("session", &new.session))?;
    let Some(policy) = policy(context) else {
        let problem = "is not enabled; set enabled = true in the section [impersonation]";
        return Err(AdminError::invalid("impersonation", problem));
    };
    let reason = context
        .reason
        .as_ref()
        .map(|reason| reason.as_str().to_owned());
    let reason = reason.ok_or_else(|| AdminError::invalid("reason", "is required"))?;
    let administrator = administrator(context, &session).await?;
    let administrator = administrator.ok_or_else(|| other(Obstacle::OtherSession))?;
    let issuer = context.settings.issuer();
    let present = repo::impersonations::find_of_session(read, session.id, now).await?;
    let facts = Start {
        administrator: administrator.id,
        user: &new.user,
        administers: acting::administers(read, issuer, new.user.id, now).await?,
        client: &client,
        session: &session,
        acts: present.is_some(),
    };
    obstacle(&facts, now).map_or(Ok(()), |found| Err(other(found)))?;
    if policy.support_code {
        require_consent(context, &new).await?;
    }
    let tx = context.begin().await?;
    // Another start can have been committed since.
    let other_start = repo::impersonations::find_of_session(&tx, session.id, now).await?;
    if other_start.is_some() {
        return Err(other(Obstacle::Nested));
    }
    let grant = impersonation(context, &new, &session, now + policy.lifetime);
    repo::grants::insert(&tx, &grant).await?;
    let event = event(context, AuditKind::ImpersonationStarted, &grant, "started");
    let event = event.with("until", grant.expires_at);
    mail::enqueue(
        context,
        &tx,
        (&grant, &new.user),
        &client,
        &administrator,
        reason,
    )
    .await?;
    context.commit_with(tx, &event).await?;
    Ok(grant)
}

/// Returns the administrator of a session: the caller, or for a command a user with the permission.
async fn administrator(context: &AdminContext<'_>, session: &Session) -> Result<Option<User>> {
    let (read, issuer, now) = (context.db.read(), context.settings.issuer(), context.now());
    let id = match &context.authority {
        Some(own) => own.user(),
        None => Some(session.user_id),
    };
    let Some(id) = id else { return Ok(None) };
    if !acting::may_act(read, issuer, id, now).await? {
        return Ok(None);
    }
    Ok(repo::users::find_by_id(read, id).await?)
}

/// Requires a support code of the user, and consumes it.
async fn require_consent(context: &AdminContext<'_>, new: &NewImpersonation<'_>) -> Result<()> {
    let problem = "must be a code that the user has just made in the account";
    let invalid = || AdminError::invalid("support_code", problem);
    let code = new.support_code.ok_or_else(invalid)?;
    match support_codes::open(context, code).await {
        Ok(user) if user == new.user.id => Ok(()),
        Ok(_) | Err(AdminError::NotFound { .. }) => Err(invalid()),
        Err(error) => Err(error),
    }
}

fn impersonation(
    context: &AdminContext<'_>,
    new: &NewImpersonation<'_>,
    session: &Session,
    end: UnixSeconds,
) -> Grant {
    let now = context.now();
    Grant {
        id: GrantId::generate(now, &mut context.rng()),
        origin: GrantOrigin::Impersonation,
        user_id: new.user.id,
        subject: None,
        client_id: new.client.clone(),
        session_id: session.id,
        scope: Scope::default(),
        org: None,
        resources: Vec::new(),
        authorization_details: AuthorizationDetails::default(),
        claims: ClaimsRequest::default(),
        issuer: Some(session.user_id.to_string()),
        nonce: None,
        authentication: session.authentication.clone(),
        created_at: now,
        expires_at: end.min(session.expires_at),
        revoked_at: None,
        revoke_reason: None,
        code: None,
        refresh: None,
    }
}

/// Builds an event about the user, by the administrator or the operator.
fn event(context: &AdminContext<'_>, kind: AuditKind, grant: &Grant, change: &str) -> AuditEvent {
    let event = context.event(kind, grant.user_id, change);
    let event = event
        .through(&grant.client_id)
        .with("impersonation", grant.id.to_string())
        .with("session", grant.session_id.to_string());
    event.with_optional(
        "administrator",
        grant.actor().map(|actor| actor.to_string()),
    )
}

/// Returns the impersonations of a user that have not ended.
pub(crate) async fn list(context: &AdminContext<'_>, user: UserId) -> Result<Vec<Grant>> {
    context.require_global("users:read")?;
    let (read, now) = (context.db.read(), context.now());
    Ok(repo::impersonations::list_of_user(read, user, now).await?)
}

/// Ends an impersonation by its ID.
pub(crate) async fn end_named(context: &AdminContext<'_>, id: &str) -> Result<()> {
    require(context)?;
    let not_found = || AdminError::not_found("impersonation", id);
    let id = GrantId::parse(id).ok_or_else(not_found)?;
    let found = repo::impersonations::find(context.db.read(), id, context.now()).await?;
    end(context, &found.ok_or_else(not_found)?).await
}

/// Ends an impersonation with the grants that the client got by it. The client is notified, if it has a
/// back-channel logout URI.
pub(crate) async fn end(context: &AdminContext<'_>, found: &Grant) -> Result<()> {
    let tx = context.begin().await?;
    repo::impersonations::end(&tx, found.session_id, context.now()).await?;
    repo::logout_notifications::expedite(&tx, found.session_id, found.user_id).await?;
    let event = event(context, AuditKind::ImpersonationEnded, found, "ended");
    context.commit_with(tx, &event).await
}

#[cfg(test)]
mod tests;
