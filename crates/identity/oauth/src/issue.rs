//! Issues an authorization code (RFC 6749 §4.1.2).

use doorward_domain::credentials::authorization_code::AuthorizationCode;
use doorward_domain::model::{Code, GrantId};
use doorward_protocol::authorize::ClaimsRequest;
use doorward_rules::authorize;
use doorward_rules::consent::ConsentedAccess;
use doorward_rules::grant_check;
use doorward_services::transaction::in_single_write;

use super::authorize::types::AuthorizeError;
use super::backchannel_logout;
use crate::prelude::*;

/// Stores the grant with its code and returns the response parameters.
///
/// A compare-and-set completes a stored interaction in the same transaction, so that two tabs, a
/// double click or the Back button never create two codes for one request.
pub(crate) async fn code(
    core: &Core,
    client: &Client,
    interaction: &Interaction,
    is_stored: bool,
    allowed: &ConsentedAccess,
    signed_in: &SignedIn,
    caller: &Caller,
) -> FlowResult<Vec<(&'static str, String)>, AuthorizeError> {
    let request = &interaction.request;
    let grant = new_grant(core, interaction, allowed, signed_in);
    let text = AuthorizationCode::generate(grant.id, &mut core.rng());
    let ttl = client_profile::code_ttl(client.profile, core.config.tokens.code_ttl);
    let code = Code {
        hash: text.hash(),
        redirect_uri: request.redirect_uri.clone(),
        redirect_uri_given: request.redirect_uri_given,
        code_challenge: request.code_challenge.clone(),
        dpop_jkt: request.dpop_jkt.clone(),
        expires_at: grant.created_at + ttl,
        used_at: None,
        problem: None,
    };
    let grant = Grant {
        code: Some(code),
        ..grant
    };
    let grant = core
        .aliases
        .with_subject(core.db.read(), grant)
        .await
        .map_err(ServerError::from)?;
    let by = &GrantType::AuthorizationCode;
    admit(core, core.db.read(), client, by, &grant, signed_in)
        .await
        .map_err(|error| error.map(|_| AuthorizeError::UnknownClient))?;
    let is_notified = client.logout.backchannel.is_some();
    let is_acted = grant.actor().is_some();
    if is_stored || is_notified || is_acted {
        in_transaction(&core.db, async |tx| {
            if is_stored && !repo::interactions::complete(tx, &interaction.id, core.now()).await? {
                return Err(FlowError::Rejected(AuthorizeError::Finished));
            }
            repo::grants::insert(tx, &grant).await?;
            if is_acted {
                let event = impersonation_event(core, &grant, true, caller);
                repo::audit::insert(tx, &event).await?;
            }
            Ok(backchannel_logout::schedule(tx, client, &signed_in.session).await?)
        })
        .await?;
    } else {
        in_single_write(&core.db, async |tx| {
            Ok::<_, FlowError<AuthorizeError>>(repo::grants::insert(tx, &grant).await?)
        })
        .await?;
    }
    tracing::debug!(client_id = %client.id, request_id = %caller.request_id, "code issued");
    Ok(doorward_protocol::authorize::success_pairs(
        text.expose(),
        request.state.as_deref(),
        core.response_issuer(request),
    ))
}

/// Builds the event of a request of the client, about the user.
pub(crate) fn impersonation_event(
    core: &Core,
    grant: &Grant,
    success: bool,
    caller: &Caller,
) -> AuditEvent {
    let event = caller.event(AuditKind::ImpersonationUsed, success, core.now());
    let event = event.about(grant.user_id).through(&grant.client_id);
    match grant.actor() {
        Some(actor) => event.by(actor),
        None => event,
    }
}

/// Applies the grant check to a grant that a user gives in a browser.
pub(super) async fn admit(
    core: &Core,
    conn: &Conn,
    client: &Client,
    by: &GrantType,
    grant: &Grant,
    signed_in: &SignedIn,
) -> FlowResult<(), GrantCheckError> {
    let user = signed_in.user.id;
    let state = grant_check::GrantState {
        client,
        grantee: client,
        grant,
        user: Some(&signed_in.user),
        session: Some(&signed_in.session),
        is_member: organization::is_member(conn, grant.org.as_deref(), user).await?,
        demand: factors::requirement(core, conn, user).await?,
    };
    grant_check::check_grant_type(client, by)
        .and_then(|()| grant_check::check_grant(&state, core.now()))
        .map(drop)
        .map_err(FlowError::Rejected)
}

/// Builds the grant of the consented access: never more than that, and never longer.
pub(super) fn new_grant(
    core: &Core,
    interaction: &Interaction,
    allowed: &ConsentedAccess,
    signed_in: &SignedIn,
) -> Grant {
    let request = &interaction.request;
    let end = core.now() + core.config.tokens.refresh_absolute_ttl;
    let until = allowed.until.map_or(end, |until| end.min(until));
    let origin = match signed_in.actor {
        Some(_) => GrantOrigin::Impersonation,
        None => GrantOrigin::Authorization,
    };
    let client = &interaction.client_id;
    Grant {
        issuer: signed_in.actor.map(|actor| actor.to_string()),
        scope: request.scope.intersect(&allowed.scope),
        resources: allowed.resources.clone(),
        authorization_details: allowed.details.clone(),
        org: request.organization.clone(),
        claims: authorize::claims_within(&request.claims, &allowed.scope),
        nonce: request.nonce.clone(),
        ..grant_in_session(core, origin, client, &signed_in.session, until)
    }
}

/// Builds a grant of the session's user without any access.
pub fn grant_in_session(
    core: &Core,
    origin: GrantOrigin,
    client: &ClientId,
    session: &Session,
    expires_at: UnixSeconds,
) -> Grant {
    let now = core.now();
    Grant {
        id: GrantId::generate(now, &mut core.rng()),
        origin,
        user_id: session.user_id,
        subject: None,
        client_id: client.clone(),
        session_id: session.id,
        scope: Scope::default(),
        org: None,
        resources: Vec::new(),
        authorization_details: AuthorizationDetails::default(),
        claims: ClaimsRequest::default(),
        issuer: None,
        nonce: None,
        authentication: session.authentication.clone(),
        created_at: now,
        expires_at,
        revoked_at: None,
        revoke_reason: None,
        code: None,
        refresh: None,
    }
}
