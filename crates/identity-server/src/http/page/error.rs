//! How a page handler ends when it does not succeed.

use doorward_protocol::error::OAuthError;

use crate::fault::{Fault, FlowError};
use crate::flow::authorize::PageRefusal;
use crate::http::body::BodyProblem;
use crate::views::ErrorKind;

/// How a page handler ends when it does not succeed.
pub enum PageError {
    /// An error page.
    Kind(ErrorKind),
    /// An error page about an app's mistake, with what its developer needs to know.
    App(ErrorKind, OAuthError),
    /// The person has to prove their address first.
    Unverified,
    /// Something else has to be done first, on another page of ours.
    Elsewhere(String),
    /// Our fault.
    Fault(Fault),
}

impl From<Fault> for PageError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<ErrorKind> for PageError {
    fn from(kind: ErrorKind) -> Self {
        Self::Kind(kind)
    }
}

impl From<PageRefusal> for PageError {
    fn from(refusal: PageRefusal) -> Self {
        match refusal {
            PageRefusal::UnknownClient => Self::App(
                ErrorKind::UnknownApp,
                OAuthError::invalid_client("no active client has this client_id"),
            ),
            PageRefusal::RedirectUri => Self::App(
                ErrorKind::RedirectMismatch,
                OAuthError::invalid_request("redirect_uri is not registered for this client"),
            ),
            PageRefusal::Unreadable(error) => Self::App(ErrorKind::BadAppRequest, error),
            PageRefusal::Expired => Self::Kind(ErrorKind::FlowExpired),
            PageRefusal::Finished => Self::Kind(ErrorKind::FlowFinished),
            PageRefusal::OtherBrowser => Self::Kind(ErrorKind::OtherBrowser),
            PageRefusal::TooMany(spent) => Self::Kind(ErrorKind::TooManyRequests {
                retry_after: spent.reset,
            }),
        }
    }
}

impl<R: Into<Self>> From<FlowError<R>> for PageError {
    fn from(error: FlowError<R>) -> Self {
        match error {
            FlowError::Refused(refusal) => refusal.into(),
            FlowError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<BodyProblem> for PageError {
    fn from(problem: BodyProblem) -> Self {
        Self::Kind(match problem {
            BodyProblem::MediaType => ErrorKind::UnsupportedMedia,
            BodyProblem::TooLarge => ErrorKind::TooLarge,
            BodyProblem::Broken | BodyProblem::Malformed(_) => ErrorKind::BadRequest,
        })
    }
}
