//! The client credentials grant (RFC 6749 §4.4). It reads and writes no table: client, registries
//! and roles come from caches at most a second old.

use doorward_domain::model::{Client, ClientKind};
use doorward_domain::rules::authorize::{self, Registry};
use doorward_protocol::error::{ErrorCode, OAuthError};
use doorward_protocol::scope::Scope;
use doorward_protocol::token::{TokenResponse, TokenType};

use super::mint::{AccessGrant, mint_access_token};
use crate::fault::FlowError;
use crate::state::State;

/// Scopes that speak of a person; there is none here.
const ABOUT_PEOPLE: &[&str] = &[
    "openid",
    "profile",
    "email",
    "address",
    "phone",
    "offline_access",
];

/// Issues an access token to a client acting for itself.
pub(super) async fn issue(
    state: &State,
    client: &Client,
    requested: Option<&Scope>,
    resource: &[String],
) -> Result<TokenResponse, FlowError> {
    if client.kind == ClientKind::Public {
        // RFC 6749 §4.4: only confidential clients.
        return Err(OAuthError::new(
            ErrorCode::UnauthorizedClient,
            "a public client has no credentials of its own",
        )
        .into());
    }
    let registry = state.registry().await?;
    let own = client
        .scopes
        .iter()
        .filter(|name| !ABOUT_PEOPLE.contains(name))
        .collect::<Scope>();
    let requested = requested.unwrap_or(&own);
    let registry = Registry {
        scopes: &registry.scopes,
        resources: &registry.resources,
    };
    let settled = authorize::settle(requested, resource, &own, &registry)?;
    let held = state.roles_of_client(&client.id).await?;
    let access = AccessGrant::Client {
        client,
        scope: &settled.scope,
        resources: &settled.resources,
        held: &held,
    };
    let minted = mint_access_token(state, &access).await?;
    Ok(TokenResponse {
        access_token: minted.token,
        token_type: TokenType::Bearer,
        expires_in: minted.expires_in,
        refresh_token: None,
        id_token: None,
        scope: Some(settled.scope.to_string()),
    })
}
