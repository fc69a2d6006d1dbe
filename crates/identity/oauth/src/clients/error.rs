//! Errors of client registration.

use doorward_store::StoreError;

/// The failure of registering a client. Nothing has been changed.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    #[error("{field}: {problem}")]
    Invalid {
        /// The value's name, as in the command line option.
        field: &'static str,
        /// The position in the list, if the value is one of a list.
        at: Option<usize>,
        problem: String,
    },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ClientError {
    pub(super) fn invalid(field: &'static str, problem: impl Into<String>) -> Self {
        Self::Invalid {
            field,
            at: None,
            problem: problem.into(),
        }
    }

    pub(super) fn invalid_at(field: &'static str, at: usize, problem: impl Into<String>) -> Self {
        Self::Invalid {
            field,
            at: Some(at),
            problem: problem.into(),
        }
    }
}
