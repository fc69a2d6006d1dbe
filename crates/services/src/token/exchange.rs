//! Token exchange (RFC 8693): less of what a token allows, for a client that may have it, and with
//! its name on it. Never a refresh token (§2.2.1): what comes out lives no longer than what went in.

use doorward_access::jwt::claims::AccessTokenClaims;
use doorward_domain::model::{
    AuditEvent, AuditKind, Client, ClientId, EffectiveRoles, OrgScope, User,
};
use doorward_domain::rules::access_token::Exchange;
use doorward_domain::rules::authorize::ResolvedAccess;
use doorward_domain::rules::grant_check;
use doorward_domain::rules::sender_constraint::ProvenKeys;
use doorward_domain::rules::token_exchange::{self, ExchangeRequest, not_valid};
use doorward_protocol::authorization_details::AuthorizationDetails;
use doorward_protocol::error::OAuthError;
use doorward_protocol::token::{ACCESS_TOKEN_TYPE, Actor, TokenExchange, TokenResponse};
use doorward_store::repo;

use super::mint::{AccessGrant, mint_access_token};
use crate::caller::{AuditEventExt as _, Caller};
use crate::dpop;
use crate::error::{FlowError, ServerError};
use crate::grant_state::{TokenStatus, token_status};
use crate::organization;
use crate::state::State;
use crate::userinfo::verify_own;

/// A token that was presented, and whose it is.
struct Presented {
    claims: AccessTokenClaims,
    /// None for a client's own.
    user: Option<User>,
}

/// Exchanges a token.
pub(super) async fn exchange(
    state: &State,
    client: &Client,
    request: &TokenExchange,
    details: Option<&AuthorizationDetails>,
    proved: &ProvenKeys,
    caller: &Caller,
) -> Result<TokenResponse, FlowError> {
    let subject = present(state, client, &request.subject_token, proved).await?;
    let actor = match &request.actor_token {
        Some(token) => Some(acting(state, client, token, proved).await?),
        None => None,
    };
    let actor = actor.map(|actor| actor.claims);
    let act = token_exchange::actor(client, &subject.claims, actor.as_ref())?;
    let settled = settle(state, client, &subject.claims, request).await?;
    let registry = state.registry().await?;
    let details = token_exchange::details(client, &subject.claims, details, &registry.view())?;
    let held = held(state, &subject).await?;
    let over = actor.iter().map(|actor| actor.exp);
    let to = Exchange {
        client,
        subject: &subject.claims,
        user: subject.user.as_ref(),
        scope: &settled.scope,
        resources: &settled.resources,
        details: &details,
        held: &held,
        act: act.as_ref(),
        until: over.fold(subject.claims.exp, i64::min),
    };
    let event = event(state, caller, &to);
    dpop::in_write(state, proved, (client, caller), async |tx| {
        repo::audit::insert(tx, &event).await?;
        Ok(())
    })
    .await?;
    let minted = mint_access_token(state, &AccessGrant::Exchange(to), proved).await?;
    Ok(TokenResponse {
        issued_token_type: Some(ACCESS_TOKEN_TYPE.to_owned()),
        ..minted.respond(&settled.scope)
    })
}

/// A token that is good, stands, and is this client's to bring. OA-22: one that is there and is
/// none of that is an error, whatever else the request holds.
async fn present(
    state: &State,
    client: &Client,
    token: &str,
    proved: &ProvenKeys,
) -> Result<Presented, FlowError> {
    let Some(claims) = verify_own(state, token).await? else {
        return Err(not_valid().into());
    };
    token_exchange::may_present(client, &claims, proved)?;
    let user = match token_status(state, &claims).await? {
        TokenStatus::Inactive(why) => {
            tracing::info!(client_id = %client.id, why, "a token is not exchanged");
            return Err(not_valid().into());
        }
        TokenStatus::Client => None,
        TokenStatus::User(standing) => {
            // The new token is this client's: what it demands of people, it demands here.
            grant_check::check_grant(&standing.facts(client), state.now())
                .map_err(|refusal| OAuthError::invalid_request(refusal.reason()))?;
            Some(standing.user.ok_or_else(not_valid)?)
        }
    };
    Ok(Presented { claims, user })
}

/// The token of who is to act: this client's own, and nobody acts for its bearer in turn.
async fn acting(
    state: &State,
    client: &Client,
    token: &str,
    proved: &ProvenKeys,
) -> Result<Presented, FlowError> {
    let actor = present(state, client, token, proved).await?;
    if actor.claims.client_id != client.id.as_str() || actor.claims.act.is_some() {
        return Err(not_valid().into());
    }
    Ok(actor)
}

async fn settle(
    state: &State,
    client: &Client,
    subject: &AccessTokenClaims,
    request: &TokenExchange,
) -> Result<ResolvedAccess, FlowError> {
    let registry = state.registry().await?;
    let registry = registry.view();
    let wanted = ExchangeRequest {
        scope: request.scope.as_ref(),
        resource: &request.resource,
        audience: &request.audience,
    };
    Ok(token_exchange::settle(client, subject, &wanted, &registry)?)
}

/// What the subject holds at this moment where the token belongs.
async fn held(state: &State, subject: &Presented) -> Result<EffectiveRoles, FlowError> {
    let place = OrgScope::of(subject.claims.org.as_deref());
    if let Some(user) = &subject.user {
        return Ok(state.roles_of_user_in(user.id, place).await?);
    }
    let id = ClientId::parse(&subject.claims.sub)
        .ok_or_else(|| ServerError::Internal("the subject of a token is no client".to_owned()))?;
    if !organization::serves(state, &id, subject.claims.org.as_deref()).await? {
        return Err(not_valid().into());
    }
    Ok(state.roles_of_client_in(&id, place).await?)
}

/// OA-22: who had what for whom, and who acts with it.
fn event(state: &State, caller: &Caller, to: &Exchange<'_>) -> AuditEvent {
    let event = caller.event(AuditKind::TokenExchanged, true, state.now());
    let acts = to.act.map_or(to.client.id.as_str(), |act| act.sub.as_str());
    // The log knows a person as their account does, whatever the token calls them.
    let whose = to.user.map(|user| user.id.to_string());
    event
        .by(acts)
        .about(whose.as_ref().unwrap_or(&to.subject.sub))
        .through(&to.client.id)
        .with("issued_to", to.subject.client_id.clone())
        .with("audience", to.resources.to_vec())
        .with("scope", to.scope.to_string())
        .with("actors", actors(to.act))
}

/// The chain, the latest first; empty where nobody is named.
fn actors(act: Option<&Actor>) -> Vec<String> {
    let chain = std::iter::successors(act, |one| one.act.as_deref());
    chain.map(|one| one.sub.clone()).collect()
}
