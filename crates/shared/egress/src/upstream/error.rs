//! Errors of sign-ins with an identity provider.

use std::error::Error;

use doorward_domain::model::{ProviderCause, Unaccepted};

/// The failure of a sign-in with a provider. The user learns the kind of cause, the log and
/// administrators the exact one.
#[derive(Debug, thiserror::Error)]
pub enum UpstreamError {
    /// The provider does not respond, or not now.
    #[error("the provider does not answer: {0}")]
    Unavailable(String),
    /// The provider responds, but the response signs in no user.
    #[error("the provider's answer is not accepted: {0}")]
    Unaccepted(#[from] Unaccepted),
    /// The sign-in at the provider is too old, or its time is unknown.
    #[error("the provider does not confirm a recent sign-in")]
    NotFresh,
}

impl UpstreamError {
    pub(super) fn unavailable(error: impl Error) -> Self {
        Self::Unavailable(text(&error))
    }

    pub(super) fn settings(error: impl Error) -> Self {
        Self::unaccepted(ProviderCause::Settings, text(&error))
    }

    pub(super) fn unaccepted(cause: ProviderCause, detail: impl AsRef<str>) -> Self {
        Self::Unaccepted(Unaccepted::new(cause, detail))
    }

    /// Returns the error for a response with this status: only a server error may be different at the
    /// next attempt.
    pub(super) fn of_status(what: &str, status: u16, cause: ProviderCause) -> Self {
        let detail = format!("{what}: status {status}");
        match status {
            408 | 429 | 500.. => Self::Unavailable(detail),
            _ => Self::unaccepted(cause, detail),
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
