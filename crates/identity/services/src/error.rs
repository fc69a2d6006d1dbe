//! Errors of the server, as opposed to errors of the caller.

use std::sync::Arc;

use doorward_protocol::error::OAuthError;
use doorward_store::error::StoreError;

use crate::hashing::Busy;

pub type Result<T, E = ServerError> = std::result::Result<T, E>;

/// The result of an operation that rejects requests with `R`.
pub type FlowResult<T, R = OAuthError> = Result<T, FlowError<R>>;

/// A server error. The caller sees a request id and whether to try again, never the cause.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// A dependency is unavailable or overloaded: 503, the caller may try again.
    #[error("a dependency is unavailable: {0}")]
    Unavailable(String),
    /// A defect: 500.
    #[error("internal error: {0}")]
    Internal(String),
}

impl ServerError {
    /// Describes an error that only a defect can cause.
    pub fn internal(error: impl std::fmt::Display) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<StoreError> for ServerError {
    fn from(error: StoreError) -> Self {
        if error.is_unavailable() {
            Self::Unavailable(error.to_string())
        } else {
            Self::Internal(error.to_string())
        }
    }
}

impl From<Arc<Self>> for ServerError {
    /// Copies an error that several callers of a cache received.
    fn from(error: Arc<Self>) -> Self {
        match &*error {
            Self::Unavailable(cause) => Self::Unavailable(cause.clone()),
            Self::Internal(cause) => Self::Internal(cause.clone()),
        }
    }
}

impl From<Busy> for ServerError {
    fn from(_: Busy) -> Self {
        Self::Unavailable("the password hashing queue is full".to_owned())
    }
}

#[derive(Debug, thiserror::Error)]
pub enum FlowError<R = OAuthError> {
    /// An error of the caller. Everything is rolled back, except in an
    /// `in_recording_transaction`.
    #[error("rejected")]
    Rejected(R),
    /// A server error. Everything is rolled back.
    #[error(transparent)]
    Server(#[from] ServerError),
}

impl<R> From<StoreError> for FlowError<R> {
    fn from(error: StoreError) -> Self {
        Self::Server(error.into())
    }
}

impl<R> From<Busy> for FlowError<R> {
    fn from(busy: Busy) -> Self {
        Self::Server(busy.into())
    }
}

impl From<OAuthError> for FlowError<OAuthError> {
    fn from(error: OAuthError) -> Self {
        Self::Rejected(error)
    }
}

impl<R> FlowError<R> {
    /// Converts the rejection into that of another operation.
    pub fn map<S>(self, refusal: impl FnOnce(R) -> S) -> FlowError<S> {
        match self {
            Self::Rejected(item) => FlowError::Rejected(refusal(item)),
            Self::Server(error) => FlowError::Server(error),
        }
    }
}

impl FlowError<OAuthError> {
    /// Converts the error of an operation that rejects nothing: a rejection there is a defect.
    pub fn into_server_error(self) -> ServerError {
        match self {
            Self::Server(server_error) => server_error,
            Self::Rejected(error) => {
                ServerError::Internal(format!("unexpected rejection: {error}"))
            }
        }
    }
}
