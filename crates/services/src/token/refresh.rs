//! The refresh token grant (RFC 6749 §6, RFC 9700 §4.14.2).

use doorward_domain::model::{
    AuditKind, Client, EffectiveRoles, EndReason, GrantOrigin, RefreshContext, RefreshToken,
    RevokeReason,
};
use doorward_domain::mutant::{self, Safeguard};
use doorward_domain::rules::second_factor::FactorRequirement;
use doorward_domain::rules::sender_constraint::{self, ProvenKeys};
use doorward_domain::rules::{grant_check, refresh};
use doorward_domain::secret::{self, OpaqueToken};
use doorward_protocol::authorization_details::AuthorizationDetails;
use doorward_protocol::error::{OAuthError, Reason};
use doorward_protocol::scope::Scope;
use doorward_protocol::token::TokenResponse;
use doorward_store::db::WriteTx;
use doorward_store::repo;

use super::common::{Downscope, end_of_unused, scope_at};
use super::mint::{AccessGrant, mint_access_token};
use crate::caller::{AuditEventExt as _, Caller};
use crate::context::{Core, Directory, Issuing};
use crate::dpop;
use crate::error::{FlowError, ServerError};
use crate::second_factor::factors;

/// The part of the token request that concerns a refresh token.
pub(super) struct Presented<'a> {
    pub token: &'a str,
    pub scope: Option<&'a Scope>,
    pub narrower: Downscope<'a>,
    pub proved: &'a ProvenKeys,
}

/// The result of a refresh, before the access token is signed.
struct Outcome {
    record: RefreshContext,
    roles: EffectiveRoles,
    scope: Scope,
    resources: Vec<String>,
    details: AuthorizationDetails,
    /// The new refresh token, or the same one.
    successor: OpaqueToken,
}

/// The result of exchanging a refresh token.
pub(crate) struct Rotated {
    /// The tokens.
    pub response: TokenResponse,
    /// The TTL of the unused new refresh token, in seconds.
    pub refresh_expires_in: i64,
}

/// Exchanges a refresh token for an access token, and usually for its successor.
pub(super) async fn rotate(
    core: &Core,
    directory: &Directory,
    issuing: &Issuing,
    client: &Client,
    presented: &Presented<'_>,
    caller: &Caller,
) -> Result<Rotated, FlowError> {
    let Some(consumed) = OpaqueToken::parse(presented.token) else {
        return Err(unknown());
    };
    let sender = (client, caller);
    let outcome = dpop::in_write(core, presented.proved, sender, async |tx| {
        decide(core, tx, client, presented, &consumed, caller).await
    })
    .await?;
    let grant = &outcome.record.grant;
    let Some(user) = &outcome.record.user else {
        return Err(unknown());
    };
    let scope = scope_at(core, directory, &outcome.scope, &outcome.resources).await?;
    let access = AccessGrant::User {
        grant,
        user,
        scope: &scope,
        resources: &outcome.resources,
        details: &outcome.details,
        roles: &outcome.roles,
    };
    let minted = mint_access_token(core, directory, issuing, &access, presented.proved).await?;
    Ok(Rotated {
        refresh_expires_in: end_of_unused(core, grant) - core.now(),
        response: TokenResponse {
            refresh_token: Some(outcome.successor.expose().to_owned()),
            ..minted.respond(&scope)
        },
    })
}

async fn decide(
    core: &Core,
    tx: &WriteTx,
    client: &Client,
    presented: &Presented<'_>,
    consumed: &OpaqueToken,
    caller: &Caller,
) -> Result<Outcome, FlowError> {
    let found = find(core, tx, consumed).await?;
    let record = &found.record;
    let decision = decision(core, client, record);
    if decision != refresh::RefreshDecision::Refuse {
        // First of all: a sender without the key can neither use the token nor revoke its family.
        sender_constraint::check_refresh_token(&record.token, presented.proved)?;
    }
    match decision {
        refresh::RefreshDecision::Rotate => {
            let ready = prepare(core, client, presented, &found)?;
            let successor = OpaqueToken::generate(&mut core.rng());
            let sealed = secret::seal_successor(consumed, &successor, &mut core.rng());
            let now = core.now();
            // The one statement that consumes it; the loser of a race finds it consumed.
            if repo::refresh_tokens::consume(tx, &consumed.hash(), &successor.hash(), &sealed, now)
                .await?
            {
                repo::refresh_tokens::insert(
                    tx,
                    &next(core, client, presented.proved, record, &successor),
                )
                .await?;
                record_use(core, tx, record).await?;
                return Ok(ready.into_outcome(found, successor));
            }
            let found = find(core, tx, consumed).await?;
            handle_consumed(core, tx, client, presented, consumed, found, caller).await
        }
        refresh::RefreshDecision::Keep => {
            let ready = prepare(core, client, presented, &found)?;
            let until = end_of_unused(core, &record.grant);
            if !repo::refresh_tokens::extend(tx, &consumed.hash(), until).await? {
                return Err(unknown());
            }
            record_use(core, tx, record).await?;
            Ok(ready.into_outcome(found, consumed.clone()))
        }
        refresh::RefreshDecision::Refuse => Err(unknown()),
        refresh::RefreshDecision::Repeat | refresh::RefreshDecision::Reuse => {
            handle_consumed(core, tx, client, presented, consumed, found, caller).await
        }
    }
}

/// Extends the session of an account API client, which has no cookie in use: the session is listed
/// until its refresh token expires.
async fn record_use(core: &Core, tx: &WriteTx, record: &RefreshContext) -> Result<(), FlowError> {
    let (grant, now) = (&record.grant, core.now());
    if grant.origin == GrantOrigin::AccountApi {
        let until = end_of_unused(core, grant);
        repo::sessions::touch(tx, grant.session_id, now, until).await?;
    }
    Ok(())
}

/// A presented token with the data for the decision, and the user's current roles.
struct LoadedToken {
    record: RefreshContext,
    roles: EffectiveRoles,
    /// The second factor that the operator requires of the user.
    demand: FactorRequirement,
}

async fn find(core: &Core, tx: &WriteTx, consumed: &OpaqueToken) -> Result<LoadedToken, FlowError> {
    let (demands, now) = (factors::demands_any(core), core.now());
    let found = repo::refresh_tokens::find_with_roles(tx, &consumed.hash(), demands, now).await?;
    let (record, roles) = found.ok_or_else(unknown)?;
    let demand = roles.anywhere.map_or(FactorRequirement::OneFactor, |all| {
        factors::demand_of(core, &all)
    });
    Ok(LoadedToken {
        record,
        roles: roles.there,
        demand,
    })
}

fn decision(core: &Core, client: &Client, record: &RefreshContext) -> refresh::RefreshDecision {
    refresh::decide(
        record,
        &client.id,
        core.config.tokens.refresh_grace,
        core.now(),
    )
    .for_profile(client.profile)
}

/// Handles a token that was consumed before: after a lost response the client gets the same
/// successor, otherwise the family is revoked.
async fn handle_consumed(
    core: &Core,
    tx: &WriteTx,
    client: &Client,
    presented: &Presented<'_>,
    consumed: &OpaqueToken,
    found: LoadedToken,
    caller: &Caller,
) -> Result<Outcome, FlowError> {
    let record = &found.record;
    match decision(core, client, record) {
        refresh::RefreshDecision::Repeat => {
            let ready = prepare(core, client, presented, &found)?;
            let sealed = record.token.successor_sealed.as_deref().unwrap_or_default();
            let successor = secret::open_successor(consumed, sealed).ok_or_else(|| {
                ServerError::Internal("a sealed successor cannot be decrypted".to_owned())
            })?;
            Ok(ready.into_outcome(found, successor))
        }
        refresh::RefreshDecision::Reuse => {
            let now = core.now();
            let grant = record.grant.id;
            if !mutant::is_disabled(Safeguard::ReuseRevokesFamily) {
                repo::grants::revoke(tx, grant, RevokeReason::RefreshReused, now).await?;
            }
            if record.grant.origin == GrantOrigin::AccountApi {
                // In this case the refresh token represents the session itself.
                let session = record.grant.session_id;
                repo::sessions::end(tx, session, EndReason::ReuseDetected, now).await?;
            }
            let event = caller
                .event(AuditKind::RefreshReused, false, now)
                .about(record.grant.user_id)
                .through(&client.id)
                .with("grant", grant.to_string());
            repo::audit::insert(tx, &event).await?;
            tracing::warn!(client_id = %client.id, %grant, "refresh token reuse: family revoked");
            Err(unknown())
        }
        refresh::RefreshDecision::Rotate
        | refresh::RefreshDecision::Keep
        | refresh::RefreshDecision::Refuse => Err(unknown()),
    }
}

/// The content of the new access token. It is prepared before the refresh token is consumed, so
/// that an invalid request loses nothing.
struct Ready {
    scope: Scope,
    resources: Vec<String>,
    details: AuthorizationDetails,
}

impl Ready {
    fn into_outcome(self, found: LoadedToken, successor: OpaqueToken) -> Outcome {
        Outcome {
            record: found.record,
            roles: found.roles,
            scope: self.scope,
            resources: self.resources,
            details: self.details,
            successor,
        }
    }
}

fn prepare(
    core: &Core,
    client: &Client,
    presented: &Presented<'_>,
    found: &LoadedToken,
) -> Result<Ready, FlowError> {
    let record = &found.record;
    let state = grant_check::GrantState {
        client,
        grant: &record.grant,
        user: record.user.as_ref(),
        session: record.session.as_ref(),
        is_member: record.is_member,
        demand: found.demand,
    };
    grant_check::check_grant(&state, core.now()).map_err(grant_check::GrantCheckError::to_error)?;
    // The client's current scopes limit what was granted.
    let allowed = record.token.scope.intersect(&client.scopes);
    let scope = refresh::narrow(&allowed, presented.scope)?;
    let (grant, narrower) = (&record.grant, presented.narrower);
    let resources = narrower.resources(core, grant, client)?;
    let details = grant.authorization_details.narrowed(narrower.details)?;
    Ok(Ready {
        scope,
        resources,
        details,
    })
}

fn next(
    core: &Core,
    client: &Client,
    proved: &ProvenKeys,
    record: &RefreshContext,
    successor: &OpaqueToken,
) -> RefreshToken {
    let bound = sender_constraint::of_successor(&record.token, client, proved);
    RefreshToken {
        hash: successor.hash(),
        grant_id: record.grant.id,
        client_id: record.grant.client_id.clone(),
        scope: record.token.scope.clone(),
        dpop_jkt: bound.jkt,
        certificate_thumbprint: bound.certificate,
        created_at: core.now(),
        expires_at: end_of_unused(core, &record.grant),
        used_at: None,
        successor_hash: None,
        successor_sealed: None,
    }
}

fn unknown() -> FlowError {
    let told = "the refresh token is unknown, used or expired";
    OAuthError::invalid_grant(told)
        .because(Reason::RefreshToken)
        .into()
}
