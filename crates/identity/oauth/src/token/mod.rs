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

use doorward_protocol::authorization_details::unknown_type;
use doorward_protocol::token::TokenRequest;
use doorward_rules::grant_check;
use doorward_rules::sender_constraint;

use self::common::Downscope;
use self::device::Presented::{AuthReqId, DeviceCode};
use self::transaction::Sender;
use crate::deleted_client;
use crate::prelude::*;

pub use code::redeem;
pub use mint::{AccessGrant, mint_access_token};
pub(crate) use mint::{IdTokenGrant, claims_of, id_claims_of};
pub use refresh::Rotated;

/// Responds to a token request of an authenticated client (RFC 6749 §3.2), which may be restricted
/// to these details (RFC 9396 §6). `proved` are the keys that its sender has proved (RFC 9449 §5,
/// RFC 8705 §3).
#[boxed(?Send)]
pub async fn respond(
    context: &Context,
    client: &Client,
    request: TokenRequest,
    details: Option<&AuthorizationDetails>,
    proved: &ProvenKeys,
    caller: &Caller,
) -> FlowResult<TokenResponse> {
    let sender = Sender {
        client,
        proved,
        caller,
    };
    let issued = issue(context, sender, request, details).await;
    deleted_client::or_reject(&context.core, client, deleted_client::unknown(), issued).await
}

#[expect(clippy::too_many_lines, reason = "one arm for each grant")]
async fn issue(
    context: &Context,
    sender: Sender<'_>,
    request: TokenRequest,
    details: Option<&AuthorizationDetails>,
) -> FlowResult<TokenResponse> {
    grant_check::check_use(sender.client, &request.grant_type())?;
    sender_constraint::binding(sender.client, sender.proved).map(drop)?;
    let registry = context.registry().await?;
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
                sender,
            };
            Box::pin(code::exchange(context, &presented)).await
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
                sender,
            };
            let rotated = Box::pin(refresh::rotate(context, &presented)).await?;
            Ok(rotated.response)
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
                context, &registry, sender, &requested,
            ))
            .await
        }
        TokenRequest::DeviceCode {
            device_code,
            resource,
        } => {
            let (presented, narrower) = (DeviceCode(&device_code), narrower(&resource));
            Box::pin(device::redeem(context, sender, presented, narrower)).await
        }
        TokenRequest::Ciba {
            auth_req_id,
            resource,
        } => {
            let (presented, narrower) = (AuthReqId(&auth_req_id), narrower(&resource));
            Box::pin(device::redeem(context, sender, presented, narrower)).await
        }
        TokenRequest::TokenExchange(request) => {
            Box::pin(exchange::exchange(context, sender, &request, details)).await
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
                sender,
            };
            Box::pin(jwt_bearer::issue(context, &presented)).await
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
#[boxed(?Send)]
pub async fn refresh(
    context: &Context,
    client: &Client,
    token: &str,
    caller: &Caller,
) -> FlowResult<Rotated> {
    let registry = context.registry().await?;
    let presented = refresh::Presented {
        token,
        scope: None,
        narrower: Downscope {
            resource: &[],
            details: None,
            registry: &registry,
        },
        sender: Sender {
            client,
            proved: &ProvenKeys::default(),
            caller,
        },
    };
    refresh::rotate(context, &presented).await
}
