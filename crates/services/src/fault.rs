//! What can go wrong inside, as opposed to what a caller did wrong.

use doorward_protocol::error::OAuthError;
use doorward_store::error::StoreError;

use crate::hashing::Busy;

/// A fault of ours. The caller sees a request id and whether to try again, never the cause.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Something we depend on is away or overloaded: 503, try again.
    #[error("a dependency is unavailable: {0}")]
    Unavailable(String),
    /// A defect: 500.
    #[error("internal error: {0}")]
    Internal(String),
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => Self::Unavailable(error.to_string()),
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<Busy> for Fault {
    fn from(_: Busy) -> Self {
        Self::Unavailable("the password hashing queue is full".to_owned())
    }
}

/// How a flow ends when it does not succeed.
#[derive(Debug, thiserror::Error)]
pub enum FlowError<R = OAuthError> {
    /// The caller's fault. What was written as evidence is committed.
    #[error("refused")]
    Refused(R),
    /// Our fault. Everything is rolled back.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl<R> From<StoreError> for FlowError<R> {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl<R> From<Busy> for FlowError<R> {
    fn from(busy: Busy) -> Self {
        Self::Fault(busy.into())
    }
}

impl From<OAuthError> for FlowError<OAuthError> {
    fn from(error: OAuthError) -> Self {
        Self::Refused(error)
    }
}

impl<R> FlowError<R> {
    /// The same, with the refusal in the words of another flow.
    pub(crate) fn map<S>(self, refusal: impl FnOnce(R) -> S) -> FlowError<S> {
        match self {
            Self::Refused(one) => FlowError::Refused(refusal(one)),
            Self::Fault(fault) => FlowError::Fault(fault),
        }
    }
}

impl FlowError<OAuthError> {
    /// For flows that refuse nothing: a refusal there would be a defect.
    pub(crate) fn into_fault(self) -> Fault {
        match self {
            Self::Fault(fault) => fault,
            Self::Refused(error) => Fault::Internal(format!("unexpected refusal: {error}")),
        }
    }
}
