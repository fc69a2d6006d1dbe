//! The token endpoint: one file per grant type; tokens are only issued in `mint`.

pub(crate) mod client_credentials;
mod code;
pub mod common;
mod device;
mod exchange;
mod jwt_bearer;
mod mint;
mod refresh;
pub(crate) mod transaction;

use doorward_domain::model::Client;
use doorward_protocol::authorization_details::{AuthorizationDetails, unknown_type};
use doorward_protocol::error::OAuthError;
use doorward_protocol::token::{TokenRequest, TokenResponse};
use doorward_rules::grant_check;
use doorward_rules::sender_constraint::{self, ProvenKeys};
use doorward_services::caller::Caller;
use doorward_services::context::{Context, Core, Directory, Issuing};
use doorward_services::error::FlowError;

use self::common::Downscope;
use crate::deleted_client;

pub use mint::{AccessGrant, Minted, mint_access_token};
pub(crate) use mint::{claims_of, id_claims_of};
pub use refresh::Rotated;

/// Responds to a token request of an authenticated client (RFC 6749 §3.2), which may be restricted
/// to these details (RFC 9396 §6). `proved` are the keys that its sender has proved (RFC 9449 §5,
/// RFC 8705 §3).
pub async fn respond(
    context: &Context,
    client: &Client,
    request: TokenRequest,
    details: Option<&AuthorizationDetails>,
    proved: &ProvenKeys,
    caller: &Caller,
) -> Result<TokenResponse, FlowError> {
    let issued = issue(context, client, request, details, proved, caller).await;
    deleted_client::or_reject(&context.core, client, deleted_client::unknown(), issued).await
}

#[expect(clippy::too_many_lines, reason = "one arm for each grant")]
async fn issue(
    context: &Context,
    client: &Client,
    request: TokenRequest,
    details: Option<&AuthorizationDetails>,
    proved: &ProvenKeys,
    caller: &Caller,
) -> Result<TokenResponse, FlowError> {
    let Context {
        core,
        directory,
        issuing,
        ..
    } = context;
    grant_check::check_use(client, &request.grant_type())?;
    sender_constraint::binding(client, proved).map(drop)?;
    let registry = directory.registry(core).await?;
    let narrower = |resource| Downscope {
        resource,
        details,
        registry: &registry,
    };
    // Boxed, because their futures are large and one of them would make this one as large.
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
                narrower: narrower(&resource),
                proved,
            };
            Box::pin(code::exchange(
                core, directory, issuing, client, &presented, caller,
            ))
            .await
        }
        TokenRequest::RefreshToken {
            refresh_token,
            scope,
            resource,
        } => {
            let presented = refresh::Presented {
                token: &refresh_token,
                scope: scope.as_ref(),
                narrower: narrower(&resource),
                proved,
            };
            let rotated = refresh::rotate(core, directory, issuing, client, &presented, caller);
            Ok(Box::pin(rotated).await?.response)
        }
        TokenRequest::ClientCredentials {
            scope,
            organization,
            resource,
        } => {
            let requested = client_credentials::RequestedAccess {
                scope: scope.as_ref(),
                organization: organization.as_deref(),
                resource: &resource,
                details,
            };
            Box::pin(client_credentials::issue(
                core, directory, issuing, client, &requested, proved, caller,
            ))
            .await
        }
        TokenRequest::DeviceCode {
            device_code,
            resource,
        } => {
            let presented = device::Presented::DeviceCode(&device_code);
            let narrower = narrower(&resource);
            Box::pin(device::redeem(
                context, client, presented, narrower, proved, caller,
            ))
            .await
        }
        TokenRequest::Ciba {
            auth_req_id,
            resource,
        } => {
            let presented = device::Presented::AuthReqId(&auth_req_id);
            let narrower = narrower(&resource);
            Box::pin(device::redeem(
                context, client, presented, narrower, proved, caller,
            ))
            .await
        }
        TokenRequest::TokenExchange(request) => {
            let exchange = exchange::exchange(context, client, &request, details, proved, caller);
            Box::pin(exchange).await
        }
        TokenRequest::JwtBearer {
            assertion,
            scope,
            resource,
        } => {
            refuse(details)?;
            let presented = jwt_bearer::Presented {
                assertion: &assertion,
                scope: scope.as_ref(),
                resource: &resource,
                proved,
            };
            Box::pin(jwt_bearer::issue(context, client, &presented, caller)).await
        }
    }
}

/// Rejects authorization details for grants without a present user (RFC 9396 §6).
fn refuse(details: Option<&AuthorizationDetails>) -> Result<(), OAuthError> {
    match details.and_then(|details| details.iter().next()) {
        Some(item) => Err(unknown_type(item.kind())),
        None => Ok(()),
    }
}

/// Consumes a refresh token from another endpoint than the token endpoint, by the same rules.
pub async fn refresh(
    core: &Core,
    directory: &Directory,
    issuing: &Issuing,
    client: &Client,
    token: &str,
    caller: &Caller,
) -> Result<Rotated, FlowError> {
    let registry = directory.registry(core).await?;
    let presented = refresh::Presented {
        token,
        scope: None,
        narrower: Downscope {
            resource: &[],
            details: None,
            registry: &registry,
        },
        proved: &ProvenKeys::default(),
    };
    refresh::rotate(core, directory, issuing, client, &presented, caller).await
}
