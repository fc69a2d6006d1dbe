//! Errors of page handlers.

use doorward_accounts::invitation::InvitationAnswerError;
use doorward_accounts::second_factor::verification::SecondFactorError;
use doorward_oauth::authorize::types::{AuthorizeError, UNKNOWN_CLIENT};
use doorward_protocol::error::Reason;
use doorward_rules::email_code::EmailCodeError;

use crate::body::BodyError;
use crate::prelude::*;

pub type Result<T, E = PageError> = std::result::Result<T, E>;

pub enum PageError {
    Kind(ErrorKind),
    /// An error page with a cause that only the log names.
    Because(ErrorKind, &'static str),
    /// An error page about a client's error, with details for its developer.
    App(ErrorKind, OAuthError),
    /// The user must verify the e-mail address first.
    Unverified,
    /// Another page of this server must be completed first.
    Redirect(String),
    /// A complete response, such as the form with its errors.
    Response(Box<HttpResponse>),
    Fault(ServerError),
}

impl From<ServerError> for PageError {
    fn from(error: ServerError) -> Self {
        Self::Fault(error)
    }
}

impl From<ErrorKind> for PageError {
    fn from(kind: ErrorKind) -> Self {
        Self::Kind(kind)
    }
}

impl From<AuthorizeError> for PageError {
    fn from(rejection: AuthorizeError) -> Self {
        match rejection {
            AuthorizeError::UnknownClient => Self::App(
                ErrorKind::UnknownApp,
                OAuthError::invalid_client(UNKNOWN_CLIENT),
            ),
            AuthorizeError::RedirectUri(error) => Self::App(ErrorKind::RedirectMismatch, error),
            AuthorizeError::Unreadable(error) if is_used(&error) => {
                Self::App(ErrorKind::RequestUsed, error)
            }
            AuthorizeError::Unreadable(error) => Self::App(ErrorKind::BadAppRequest, error),
            AuthorizeError::Expired => Self::Kind(ErrorKind::FlowExpired),
            AuthorizeError::Finished => Self::Kind(ErrorKind::FlowFinished),
            AuthorizeError::OtherBrowser => Self::Kind(ErrorKind::OtherBrowser),
            AuthorizeError::TooMany(consumed) => Self::Kind(ErrorKind::TooManyRequests {
                retry_after: consumed.reset,
            }),
        }
    }
}

impl PageError {
    /// Returns the same error page with an OAuth error for the log.
    #[must_use]
    pub fn with_oauth_error(self, error: OAuthError) -> Self {
        match self {
            Self::Kind(kind) => Self::App(kind, error),
            other => other,
        }
    }
}

/// Returns true if the error concerns a pushed request that was used before (RFC 9126 §4).
fn is_used(error: &OAuthError) -> bool {
    let cause = error.cause.as_ref();
    cause.is_some_and(|cause| cause.reason == Reason::RequestUriUsed)
}

impl<R: Into<Self>> From<FlowError<R>> for PageError {
    fn from(error: FlowError<R>) -> Self {
        match error {
            FlowError::Rejected(rejection) => rejection.into(),
            FlowError::Server(server_error) => Self::Fault(server_error),
        }
    }
}

impl From<BodyError> for PageError {
    fn from(problem: BodyError) -> Self {
        Self::Kind(match problem {
            BodyError::MediaType => ErrorKind::UnsupportedMedia,
            BodyError::TooLarge => ErrorKind::TooLarge,
            BodyError::Broken | BodyError::Malformed(_) => ErrorKind::BadRequest,
        })
    }
}

impl From<EmailCodeError> for PageError {
    fn from(error: EmailCodeError) -> Self {
        Self::Kind(match error {
            EmailCodeError::Finished => ErrorKind::FlowFinished,
            EmailCodeError::OtherBrowser => ErrorKind::OtherBrowser,
            EmailCodeError::Over | EmailCodeError::Wrong => ErrorKind::FlowExpired,
        })
    }
}

impl From<InvitationAnswerError> for PageError {
    fn from(error: InvitationAnswerError) -> Self {
        Self::Kind(match error {
            InvitationAnswerError::Over => ErrorKind::LinkInvalid,
            InvitationAnswerError::NotYours(_) => ErrorKind::Forbidden,
        })
    }
}

impl From<SecondFactorError> for PageError {
    fn from(error: SecondFactorError) -> Self {
        Self::Kind(match error {
            SecondFactorError::Finished => ErrorKind::FlowFinished,
            SecondFactorError::OtherBrowser => ErrorKind::OtherBrowser,
            SecondFactorError::Over
            | SecondFactorError::Wrong { .. }
            | SecondFactorError::ChangedPasskey
            | SecondFactorError::Wait { .. }
            | SecondFactorError::Locked => ErrorKind::FlowExpired,
        })
    }
}
