//! Token exchange (RFC 8693): a part of a token's access, for a client that may have it, and with
//! the acting client in the token. It never issues a refresh token (§2.2.1): the new token expires
//! no later than the presented one.

use std::iter;

use doorward_protocol::token::{ACCESS_TOKEN_TYPE, TokenExchange};
use doorward_rules::access_token::Exchange;
use doorward_rules::grant_check;
use doorward_rules::token_exchange::{self, ExchangeRequest, not_valid};
use doorward_services::context::Registries;

use super::mint::{AccessGrant, mint_access_token};
use super::transaction::{self, Sender};
use crate::grant_state::{TokenStatus, claims_today, token_status};
use crate::prelude::*;
use crate::userinfo::verify_access_token;

struct Presented {
    claims: AccessTokenClaims,
    /// `None` for a client's own token.
    user: Option<User>,
}

pub(super) async fn exchange(
    context: &Context,
    sender: Sender<'_>,
    request: &TokenExchange,
    details: Option<&AuthorizationDetails>,
) -> FlowResult<TokenResponse> {
    let (core, client) = (&context.core, sender.client);
    let subject = present(context, sender, &request.subject_token).await?;
    let actor = match &request.actor_token {
        Some(token) => Some(acting(context, sender, token).await?.claims),
        None => None,
    };
    let act = token_exchange::actor(client, &subject.claims, actor.as_ref())?;
    let registry = context.registry().await?;
    let resolved = resolve_access(&registry, client, &subject.claims, request)?;
    let details = token_exchange::details(client, &subject.claims, details, &registry.view())?;
    let roles = current_roles(core, &subject).await?;
    let over = actor.iter().map(|actor| actor.exp);
    let to = Exchange {
        client,
        subject: &subject.claims,
        user: subject.user.as_ref(),
        scope: &resolved.scope,
        resources: &resolved.resources,
        details: &details,
        roles: &roles,
        act: act.as_ref(),
        until: over.fold(subject.claims.exp, i64::min),
    };
    let event = event(core, sender.caller, &to);
    transaction::in_write(core, sender, async |tx| {
        Ok(repo::audit::insert(tx, &event).await?)
    })
    .await?;
    let access = AccessGrant::of_exchange(to);
    Ok(TokenResponse {
        issued_token_type: Some(ACCESS_TOKEN_TYPE.to_owned()),
        ..mint_access_token(context, &registry, client, &access, sender.proved).await?
    })
}

/// Checks that a token is valid and that this client may present it. A presented token that fails
/// is an error in any request.
async fn present(context: &Context, sender: Sender<'_>, token: &str) -> FlowResult<Presented> {
    let client = sender.client;
    let Some(claims) = verify_access_token(context, token).await? else {
        return Err(not_valid().into());
    };
    token_exchange::check_subject_token(client, &claims, sender.proved)?;
    let status = token_status(context, &claims).await?;
    let claims = claims_today(context, claims, &status).await?;
    let user = match status {
        TokenStatus::Inactive(why) => {
            tracing::info!(client_id = %client.id, why, "token exchange rejected");
            return Err(not_valid().into());
        }
        TokenStatus::Client => None,
        TokenStatus::User(state) => {
            // The new token belongs to this client, so its requirements for users apply here.
            grant_check::check_grant(&state.check_input(client), context.core.now())
                .map_err(|error| OAuthError::invalid_request(error.reason()))?;
            Some(state.user.ok_or_else(not_valid)?)
        }
    };
    Ok(Presented { claims, user })
}

/// Checks the actor token: it must belong to this client, and must not name another actor.
async fn acting(context: &Context, sender: Sender<'_>, token: &str) -> FlowResult<Presented> {
    let actor = present(context, sender, token).await?;
    if actor.claims.client_id != sender.client.id.as_str() || actor.claims.act.is_some() {
        return Err(not_valid().into());
    }
    Ok(actor)
}

fn resolve_access(
    registry: &Registries,
    client: &Client,
    subject: &AccessTokenClaims,
    request: &TokenExchange,
) -> Result<ResolvedAccess, OAuthError> {
    let requested = ExchangeRequest {
        scope: request.scope.as_ref(),
        resource: &request.resource,
        audience: &request.audience,
    };
    token_exchange::resolve(client, subject, &requested, &registry.view())
}

/// Returns the current roles of the subject in the token's organization.
async fn current_roles(core: &Core, subject: &Presented) -> FlowResult<EffectiveRoles> {
    let scope = OrgScope::from_org(subject.claims.org.as_deref());
    if let Some(user) = &subject.user {
        return Ok(effective_roles::of_user_in(core, user.id, scope).await?);
    }
    let id = ClientId::parse(&subject.claims.sub).ok_or_else(|| {
        ServerError::Internal("the subject of a token is not a client".to_owned())
    })?;
    if !organization::serves(core, &id, subject.claims.org.as_deref()).await? {
        return Err(not_valid().into());
    }
    Ok(effective_roles::of_client_in(core, &id, scope).await?)
}

fn event(core: &Core, caller: &Caller, to: &Exchange<'_>) -> AuditEvent {
    let event = caller.event(AuditKind::TokenExchanged, true, core.now());
    let acts = to.act.map_or(to.client.id.as_str(), |act| act.sub.as_str());
    // The log names users by internal id, whatever subject the token contains.
    let whose = to.user.map(|user| user.id.to_string());
    // The latest first.
    let actors = iter::successors(to.act, |act| act.act.as_deref()).map(|act| act.sub.clone());
    event
        .by(acts)
        .about(whose.as_ref().unwrap_or(&to.subject.sub))
        .through(&to.client.id)
        .with("issued_to", to.subject.client_id.clone())
        .with("audience", to.resources.to_vec())
        .with("scope", to.scope.to_string())
        .with("actors", actors.collect::<Vec<_>>())
}
