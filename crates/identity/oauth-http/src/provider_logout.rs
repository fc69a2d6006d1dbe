//! `POST|GET /login/logout/{provider}`: an identity provider reports that a user signed out there (OIDC
//! Back-Channel Logout §2.5, Front-Channel Logout §2).

use doorward_accounts::federation::provider_logout::{self, LogoutRejection};
use doorward_domain::model::ProviderId;

use super::endpoint::Endpoint;
use crate::prelude::*;

/// Handles the back channel: the form has a signed logout token.
pub async fn post(endpoint: &Endpoint, payload: Payload) -> Result<HttpResponse, FlowError> {
    let form = endpoint.form(payload).await?;
    form.reject_duplicates(&[])?;
    let token = form.required("logout_token")?;
    let (context, caller) = (&endpoint.context, &endpoint.caller);
    let ended = provider_logout::end_by_token(context, &provider(endpoint)?, token, caller).await;
    respond(ended)
}

/// Handles the front channel: an invisible frame of the provider's page opens this URL.
pub async fn get(endpoint: &Endpoint) -> Result<HttpResponse, FlowError> {
    let query = endpoint.query()?;
    query.reject_duplicates(&[])?;
    let (issuer, sid) = (query.required("iss")?, query.required("sid")?);
    let (context, caller) = (&endpoint.context, &endpoint.caller);
    let id = provider(endpoint)?;
    respond(provider_logout::end_by_sid(context, &id, issuer, sid, caller).await)
}

fn provider(endpoint: &Endpoint) -> Result<ProviderId, OAuthError> {
    let id = ProviderId::parse(endpoint.path_value("provider"));
    id.ok_or_else(no_provider)
}

fn no_provider() -> OAuthError {
    OAuthError::invalid_request("there is no such provider")
}

/// Returns 200 without a body, or the error (Back-Channel Logout §2.8).
fn respond(ended: Result<(), FlowError<LogoutRejection>>) -> Result<HttpResponse, FlowError> {
    let refused = |text: &str| OAuthError::invalid_request(text.to_owned());
    let ended = ended.map_err(|error| {
        error.map(|rejection| match rejection {
            LogoutRejection::NoProvider => no_provider(),
            LogoutRejection::Unavailable => OAuthError::new(
                ErrorCode::TemporarilyUnavailable,
                "the keys of the provider cannot be read now",
            ),
            LogoutRejection::Token(error) => refused(&error.detail),
            LogoutRejection::Replayed => refused("the logout token was used before"),
            LogoutRejection::OtherIssuer => refused("iss is not the issuer of the provider"),
            // Only signals.
            LogoutRejection::NoSignals => refused("signals of the provider are not accepted"),
        })
    });
    ended?;
    Ok(no_store(StatusCode::OK).finish())
}
