//! The token endpoint: one file for each grant, one place where tokens are made.

pub(crate) mod client_credentials;
mod code;
mod device;
mod exchange;
mod jwt_bearer;
mod mint;
mod refresh;

use doorward_domain::model::Client;
use doorward_domain::rules::gate;
use doorward_domain::rules::sender::{self, Proved};
use doorward_protocol::error::OAuthError;
use doorward_protocol::scope::Scope;
use doorward_protocol::token::{TokenRequest, TokenResponse};

use super::caller::Caller;
use crate::fault::{Fault, FlowError};
use crate::state::State;

pub(crate) use mint::{AccessGrant, claims_of, mint_access_token};
pub(crate) use refresh::{Rotated, end_of_unused};

/// Answers a token request of an authenticated client (RFC 6749 §3.2). `proved` is
/// what its sender has proved to hold (RFC 9449 §5, RFC 8705 §3).
pub async fn answer(
    state: &State,
    client: &Client,
    request: TokenRequest,
    proved: &Proved,
    caller: &Caller,
) -> Result<TokenResponse, FlowError> {
    gate::may_use(client, &request.grant_type()).map_err(gate::GateRefusal::to_error)?;
    sender::binding(client, proved).map(drop)?;
    match request {
        TokenRequest::AuthorizationCode {
            code,
            redirect_uri,
            code_verifier,
            resource,
        } => {
            let presented = code::Presented {
                code: &code,
                redirect_uri: redirect_uri.as_deref(),
                code_verifier: code_verifier.as_deref(),
                resource: &resource,
                proved,
            };
            code::exchange(state, client, &presented, caller).await
        }
        TokenRequest::RefreshToken {
            refresh_token,
            scope,
            resource,
        } => {
            let presented = refresh::Presented {
                token: &refresh_token,
                scope: scope.as_ref(),
                resource: &resource,
                proved,
            };
            let rotated = refresh::rotate(state, client, &presented, caller).await?;
            Ok(rotated.response)
        }
        TokenRequest::ClientCredentials {
            scope,
            organization,
            resource,
        } => {
            let wanted = client_credentials::Wanted {
                scope: scope.as_ref(),
                organization: organization.as_deref(),
                resource: &resource,
            };
            client_credentials::issue(state, client, &wanted, proved).await
        }
        TokenRequest::DeviceCode {
            device_code,
            resource,
        } => device::redeem(state, client, &device_code, &resource, proved).await,
        TokenRequest::TokenExchange(request) => {
            exchange::exchange(state, client, &request, proved, caller).await
        }
        TokenRequest::JwtBearer {
            assertion,
            scope,
            resource,
        } => {
            let presented = jwt_bearer::Presented {
                assertion: &assertion,
                scope: scope.as_ref(),
                resource: &resource,
                proved,
            };
            jwt_bearer::issue(state, client, &presented, caller).await
        }
    }
}

/// Spends a refresh token that came another way than to the token endpoint, by the same rules.
pub(crate) async fn refresh(
    state: &State,
    client: &Client,
    token: &str,
    caller: &Caller,
) -> Result<Rotated, FlowError> {
    let presented = refresh::Presented {
        token,
        scope: None,
        resource: &[],
        proved: &Proved::default(),
    };
    refresh::rotate(state, client, &presented, caller).await
}

/// The scope of a token whose audience may have been narrowed: what means nothing there is left
/// out (RFC 9068 §2.2.3).
async fn scope_at(state: &State, scope: &Scope, resources: &[String]) -> Result<Scope, Fault> {
    let registry = state.registry().await?;
    let registry = registry.view();
    Ok(registry.meaningful(scope, resources))
}

/// RFC 6749 §5.2, with one wording for whatever is wrong with a grant.
fn invalid_grant(description: &'static str) -> FlowError {
    FlowError::Refused(OAuthError::new(
        doorward_protocol::error::ErrorCode::InvalidGrant,
        description,
    ))
}
