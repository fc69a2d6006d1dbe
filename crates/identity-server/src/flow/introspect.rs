//! Token introspection (RFC 7662).

use doorward_access::jwt::claims::AccessTokenClaims;
use doorward_domain::model::Client;
use doorward_domain::rules::gate;
use doorward_domain::secret::{OpaqueToken, TokenHash};
use doorward_domain::time::is_over;
use doorward_protocol::introspection::IntrospectionResponse;
use doorward_store::repo;

use super::standing::{TokenStanding, token_standing};
use super::userinfo::verify_own;
use crate::fault::Fault;
use crate::state::State;

/// What `token` is to this client. To anybody but its own client, or a resource server that is its
/// audience, every token is inactive (§2.2, OA-15).
pub async fn introspect(
    state: &State,
    client: &Client,
    token: &str,
) -> Result<IntrospectionResponse, Fault> {
    let found = if OpaqueToken::parse(token).is_some() {
        refresh_token(state, client, token).await?
    } else {
        access_token(state, client, token).await?
    };
    Ok(found.unwrap_or_else(IntrospectionResponse::inactive))
}

async fn access_token(
    state: &State,
    client: &Client,
    token: &str,
) -> Result<Option<IntrospectionResponse>, Fault> {
    let Some(claims) = verify_own(state, token).await? else {
        return Ok(None);
    };
    let concerns =
        claims.client_id == client.id.as_str() || claims.aud.contains(client.id.as_str());
    if !concerns {
        return Ok(None);
    }
    let username = match token_standing(state, &claims).await? {
        TokenStanding::Dead => return Ok(None),
        TokenStanding::Client => None,
        TokenStanding::User(standing) => standing.user.map(|user| user.username),
    };
    Ok(Some(of_claims(claims, username)))
}

fn of_claims(claims: AccessTokenClaims, username: Option<String>) -> IntrospectionResponse {
    IntrospectionResponse {
        active: true,
        scope: Some(claims.scope),
        client_id: Some(claims.client_id),
        username,
        token_type: Some("Bearer".to_owned()),
        exp: Some(claims.exp),
        iat: Some(claims.iat),
        nbf: None,
        sub: Some(claims.sub),
        aud: claims.aud.iter().map(str::to_owned).collect(),
        iss: Some(claims.iss),
        jti: Some(claims.jti),
        acr: claims.acr,
        auth_time: claims.auth_time,
        amr: claims.amr,
        roles: claims.roles,
        groups: claims.groups,
        entitlements: claims.entitlements,
    }
}

async fn refresh_token(
    state: &State,
    client: &Client,
    token: &str,
) -> Result<Option<IntrospectionResponse>, Fault> {
    let hash = TokenHash::of(token);
    let context = repo::refresh_tokens::find_with_grant(state.db.read(), &hash).await?;
    let Some(context) = context.filter(|found| found.token.client_id == client.id) else {
        return Ok(None);
    };
    let now = state.now();
    let facts = gate::Standing {
        client,
        grant: &context.grant,
        user: context.user.as_ref(),
        session: context.session.as_ref(),
    };
    let fresh = context.token.used_at.is_none() && !is_over(context.token.expires_at, now);
    if !fresh || gate::still_valid(&facts, now).is_err() {
        return Ok(None);
    }
    Ok(Some(IntrospectionResponse {
        active: true,
        scope: Some(context.token.scope),
        client_id: Some(client.id.as_str().to_owned()),
        username: context.user.map(|user| user.username),
        exp: Some(context.token.expires_at),
        iat: Some(context.token.created_at),
        sub: Some(context.grant.user_id.to_string()),
        iss: Some(state.issuer().to_owned()),
        ..IntrospectionResponse::inactive()
    }))
}
