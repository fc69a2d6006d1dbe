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
use crate::dpop;
use crate::error::{FlowError, ServerError};
use crate::second_factor::factors;
use crate::state::State;

/// The part of the token request that concerns a refresh token.
pub(super) struct Presented<'a> {
    pub token: &'a str,
    pub scope: Option<&'a Scope>,
    pub narrower: Downscope<'a>,
    pub proved: &'a ProvenKeys,
}

/// The result of a refresh, before the access token is signed.
struct Outcome {
    context: RefreshContext,
    held: EffectiveRoles,
    scope: Scope,
    resources: Vec<String>,
    details: AuthorizationDetails,
    successor: OpaqueToken,
}

/// The result of exchanging a refresh token.
pub(crate) struct Rotated {
    /// The tokens.
    pub response: TokenResponse,
    /// The TTL of the unused new refresh token, in seconds.
    pub refresh_expires_in: i64,
}

/// Consumes a refresh token and issues its successor with a new access token.
pub(super) async fn rotate(
    state: &State,
    client: &Client,
    presented: &Presented<'_>,
    caller: &Caller,
) -> Result<Rotated, FlowError> {
    let Some(spent) = OpaqueToken::parse(presented.token) else {
        return Err(unknown());
    };
    let sender = (client, caller);
    let outcome = dpop::in_write(state, presented.proved, sender, async |tx| {
        decide(state, tx, client, presented, &spent, caller).await
    })
    .await?;
    let grant = &outcome.context.grant;
    let Some(user) = &outcome.context.user else {
        return Err(unknown());
    };
    let scope = scope_at(state, &outcome.scope, &outcome.resources).await?;
    let access = AccessGrant::User {
        grant,
        user,
        scope: &scope,
        resources: &outcome.resources,
        details: &outcome.details,
        held: &outcome.held,
    };
    let minted = mint_access_token(state, &access, presented.proved).await?;
    Ok(Rotated {
        refresh_expires_in: end_of_unused(state, grant) - state.now(),
        response: TokenResponse {
            refresh_token: Some(outcome.successor.expose().to_owned()),
            ..minted.respond(&scope)
        },
    })
}

async fn decide(
    state: &State,
    tx: &WriteTx,
    client: &Client,
    presented: &Presented<'_>,
    spent: &OpaqueToken,
    caller: &Caller,
) -> Result<Outcome, FlowError> {
    let found = find(state, tx, spent).await?;
    let context = &found.context;
    let verdict = verdict(state, client, context);
    if verdict != refresh::RefreshDecision::Refuse {
        // First of all: a sender without the key can neither use the token nor revoke its family.
        sender_constraint::check_refresh_token(&context.token, presented.proved)?;
    }
    match verdict {
        refresh::RefreshDecision::Rotate => {
            let ready = prepare(state, client, presented, &found)?;
            let successor = OpaqueToken::generate(&mut rand::rng());
            let sealed = secret::seal_successor(spent, &successor, &mut rand::rng());
            let now = state.now();
            // The one statement that consumes it; the loser of a race finds it consumed.
            if repo::refresh_tokens::consume(tx, &spent.hash(), &successor.hash(), &sealed, now)
                .await?
            {
                repo::refresh_tokens::insert(
                    tx,
                    &next(state, client, presented.proved, context, &successor),
                )
                .await?;
                note_use(state, tx, context).await?;
                return Ok(ready.into_outcome(found, successor));
            }
            let found = find(state, tx, spent).await?;
            spent_already(state, tx, client, presented, spent, found, caller).await
        }
        refresh::RefreshDecision::Refuse => Err(unknown()),
        refresh::RefreshDecision::Repeat | refresh::RefreshDecision::Reuse => {
            spent_already(state, tx, client, presented, spent, found, caller).await
        }
    }
}

/// Extends the session of an account API client, which has no cookie in use: the session is listed
/// until its refresh token expires.
async fn note_use(state: &State, tx: &WriteTx, context: &RefreshContext) -> Result<(), FlowError> {
    let (grant, now) = (&context.grant, state.now());
    if grant.origin == GrantOrigin::AccountApi {
        let until = end_of_unused(state, grant);
        repo::sessions::touch(tx, grant.session_id, now, until).await?;
    }
    Ok(())
}

/// A presented token with the data for the decision, and the user's current roles.
struct Found {
    context: RefreshContext,
    held: EffectiveRoles,
    /// The second factor that the operator requires of the user.
    demand: FactorRequirement,
}

async fn find(state: &State, tx: &WriteTx, spent: &OpaqueToken) -> Result<Found, FlowError> {
    let (demands, now) = (factors::demands_any(state), state.now());
    let found = repo::refresh_tokens::find_with_held(tx, &spent.hash(), demands, now).await?;
    let (context, held) = found.ok_or_else(unknown)?;
    let demand = held.anywhere.map_or(FactorRequirement::OneFactor, |all| {
        factors::demand_of(state, &all)
    });
    Ok(Found {
        context,
        held: held.there,
        demand,
    })
}

fn verdict(state: &State, client: &Client, context: &RefreshContext) -> refresh::RefreshDecision {
    refresh::decide(
        context,
        &client.id,
        state.config.tokens.refresh_grace,
        state.now(),
    )
}

/// Handles a token that was consumed before: after a lost response the client gets the same
/// successor, otherwise the family is revoked.
async fn spent_already(
    state: &State,
    tx: &WriteTx,
    client: &Client,
    presented: &Presented<'_>,
    spent: &OpaqueToken,
    found: Found,
    caller: &Caller,
) -> Result<Outcome, FlowError> {
    let context = &found.context;
    match verdict(state, client, context) {
        refresh::RefreshDecision::Repeat => {
            let ready = prepare(state, client, presented, &found)?;
            let sealed = context
                .token
                .successor_sealed
                .as_deref()
                .unwrap_or_default();
            let successor = secret::open_successor(spent, sealed).ok_or_else(|| {
                ServerError::Internal("a sealed successor cannot be decrypted".to_owned())
            })?;
            Ok(ready.into_outcome(found, successor))
        }
        refresh::RefreshDecision::Reuse => {
            let now = state.now();
            let grant = context.grant.id;
            if !mutant::is_disabled(Safeguard::ReuseRevokesFamily) {
                repo::grants::revoke(tx, grant, RevokeReason::RefreshReused, now).await?;
            }
            if context.grant.origin == GrantOrigin::AccountApi {
                // In this case the refresh token represents the session itself.
                let session = context.grant.session_id;
                repo::sessions::end(tx, session, EndReason::ReuseDetected, now).await?;
            }
            let event = caller
                .event(AuditKind::RefreshReused, false, now)
                .about(context.grant.user_id)
                .through(&client.id)
                .with("grant", grant.to_string());
            repo::audit::insert(tx, &event).await?;
            tracing::warn!(client_id = %client.id, %grant, "refresh token reuse: family revoked");
            Err(unknown())
        }
        refresh::RefreshDecision::Rotate | refresh::RefreshDecision::Refuse => Err(unknown()),
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
    fn into_outcome(self, found: Found, successor: OpaqueToken) -> Outcome {
        Outcome {
            context: found.context,
            held: found.held,
            scope: self.scope,
            resources: self.resources,
            details: self.details,
            successor,
        }
    }
}

fn prepare(
    state: &State,
    client: &Client,
    presented: &Presented<'_>,
    found: &Found,
) -> Result<Ready, FlowError> {
    let context = &found.context;
    let facts = grant_check::GrantState {
        client,
        grant: &context.grant,
        user: context.user.as_ref(),
        session: context.session.as_ref(),
        is_member: context.is_member,
        demand: found.demand,
    };
    grant_check::check_grant(&facts, state.now())
        .map_err(grant_check::GrantCheckError::to_error)?;
    // The client's current scopes limit what was granted (OA-11).
    let allowed = context.token.scope.intersect(&client.scopes);
    let scope = refresh::narrow(&allowed, presented.scope)?;
    let (grant, narrower) = (&context.grant, presented.narrower);
    let resources = narrower.resources(state, grant, client)?;
    let details = grant.authorization_details.narrowed(narrower.details)?;
    Ok(Ready {
        scope,
        resources,
        details,
    })
}

fn next(
    state: &State,
    client: &Client,
    proved: &ProvenKeys,
    context: &RefreshContext,
    successor: &OpaqueToken,
) -> RefreshToken {
    let bound = sender_constraint::of_successor(&context.token, client, proved);
    RefreshToken {
        hash: successor.hash(),
        grant_id: context.grant.id,
        client_id: context.grant.client_id.clone(),
        scope: context.token.scope.clone(),
        dpop_jkt: bound.jkt,
        certificate_thumbprint: bound.certificate,
        created_at: state.now(),
        expires_at: end_of_unused(state, &context.grant),
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
