//! Why a provider's word was not had, or not taken.

use std::error::Error;

use doorward_domain::rules::federation::UpstreamTrustError;
use openidconnect::core::CoreErrorResponseType;
use openidconnect::{RequestTokenError, StandardErrorResponse};

use crate::outgoing::EgressError;

/// For logs: the person is told whether to try again, never the cause.
#[derive(Debug, thiserror::Error)]
pub enum UpstreamError {
    /// It does not answer, or answers what nobody can read.
    #[error("the provider does not answer: {0}")]
    Unavailable(String),
    /// It refuses the code, or does not know us.
    #[error("the provider refuses: {0}")]
    Refused(String),
    /// What it says must not be believed.
    #[error("the provider's word is not to be believed: {0}")]
    Untrusted(String),
    /// The sign-in there is too old, or nothing says when it was.
    #[error("the provider does not confirm a recent sign-in")]
    NotFresh,
    /// What the operator has written down cannot be used.
    #[error("the provider's settings: {0}")]
    Settings(String),
}

impl UpstreamError {
    /// The word of the audit log.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Unavailable(_) => "unavailable",
            Self::Refused(_) => "refused",
            Self::Untrusted(_) => "untrusted",
            Self::NotFresh => "not fresh",
            Self::Settings(_) => "settings",
        }
    }

    pub(super) fn unavailable(error: &dyn Error) -> Self {
        Self::Unavailable(text(error))
    }

    pub(super) fn untrusted(error: &dyn Error) -> Self {
        Self::Untrusted(text(error))
    }

    pub(super) fn settings(error: &dyn Error) -> Self {
        Self::Settings(text(error))
    }

    pub(super) fn of_token(error: TokenError) -> Self {
        match error {
            RequestTokenError::ServerResponse(refusal) => {
                Self::Refused(refusal.error().to_string())
            }
            // Its text holds the body, and the body may hold a token.
            RequestTokenError::Parse(error, _) => Self::Unavailable(format!(
                "the token response is none: {}",
                error.into_inner()
            )),
            RequestTokenError::Request(error) => Self::unavailable(&error),
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
