//! Errors of sign-ins with an identity provider.

use std::error::Error;

use doorward_rules::federation::UpstreamTrustError;
use openidconnect::core::CoreErrorResponseType;
use openidconnect::{RequestTokenError, StandardErrorResponse};

use crate::outgoing::EgressError;

/// The failure of a sign-in with a provider. For logs: the user only learns whether to try again,
/// never the cause.
#[derive(Debug, thiserror::Error)]
pub enum UpstreamError {
    /// The provider does not respond, or its response cannot be parsed.
    #[error("the provider does not answer: {0}")]
    Unavailable(String),
    /// The provider rejects the code or this client.
    #[error("the provider rejected the request: {0}")]
    Refused(String),
    #[error("the provider's response is not trusted: {0}")]
    Untrusted(String),
    /// The sign-in at the provider is too old, or its time is unknown.
    #[error("the provider does not confirm a recent sign-in")]
    NotFresh,
    #[error("the provider's settings: {0}")]
    Settings(String),
}

impl UpstreamError {
    /// Returns the word for the audit log.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Unavailable(_) => "unavailable",
            Self::Refused(_) => "refused",
            Self::Untrusted(_) => "untrusted",
            Self::NotFresh => "not fresh",
            Self::Settings(_) => "settings",
        }
    }

    pub(super) fn unavailable(error: impl Error) -> Self {
        Self::Unavailable(text(&error))
    }

    pub(super) fn untrusted(error: impl Error) -> Self {
        Self::Untrusted(text(&error))
    }

    pub(super) fn settings(error: impl Error) -> Self {
        Self::Settings(text(&error))
    }

    pub(super) fn of_token(error: TokenError) -> Self {
        match error {
            RequestTokenError::ServerResponse(rejection) => {
                Self::Refused(rejection.error().to_string())
            }
            // The text of this error contains the body, which may contain a token.
            RequestTokenError::Parse(error, _) => Self::Unavailable(format!(
                "the token response cannot be parsed: {}",
                error.into_inner()
            )),
            RequestTokenError::Request(error) => Self::unavailable(error),
            RequestTokenError::Other(text) => Self::Unavailable(text),
        }
    }
}

pub(super) type TokenError =
    RequestTokenError<EgressError, StandardErrorResponse<CoreErrorResponseType>>;

impl From<UpstreamTrustError> for UpstreamError {
    fn from(distrust: UpstreamTrustError) -> Self {
        match distrust {
            UpstreamTrustError::NotFresh => Self::NotFresh,
            other => Self::Untrusted(other.as_str().to_owned()),
        }
    }
}

fn text(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
