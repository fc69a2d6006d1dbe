//! Errors of requests to the issuer.

use std::error::Error;

use openidconnect::core::CoreErrorResponseType;
use openidconnect::{RequestTokenError, StandardErrorResponse};

use crate::web::http_client::HttpError;

/// The reason why a sign-in or a refresh failed. The text is for the log, never for a page.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProviderError {
    #[error("the issuer cannot be reached or answers wrongly: {0}")]
    Unavailable(String),
    #[error("the issuer refused: {0}")]
    Refused(String),
    #[error("the issuer ended the grant")]
    GrantEnded,
    #[error("the ID token is not acceptable: {0}")]
    IdToken(String),
}

fn text(cause: impl Error) -> String {
    let mut text = cause.to_string();
    let mut source = cause.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

pub(super) fn unavailable(cause: impl Error) -> ProviderError {
    ProviderError::Unavailable(text(cause))
}

pub(super) fn id_token_problem(cause: impl Error) -> ProviderError {
    ProviderError::IdToken(text(cause))
}

type TokenError = RequestTokenError<HttpError, StandardErrorResponse<CoreErrorResponseType>>;

pub(super) fn to_provider_error(cause: TokenError) -> ProviderError {
    match cause {
        RequestTokenError::ServerResponse(response) => match response.error() {
            // RFC 6749 §5.2: the code or refresh token is expired, revoked or was used before.
            CoreErrorResponseType::InvalidGrant => ProviderError::GrantEnded,
            _ => ProviderError::Refused(response.to_string()),
        },
        other => unavailable(other),
    }
}
