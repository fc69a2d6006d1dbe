//! Why a client cannot be registered.

use doorward_store::StoreError;

/// Why a client cannot be registered. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// A value that cannot be accepted.
    #[error("{field}: {problem}")]
    Invalid {
        /// Which value, as a command line option is named.
        field: &'static str,
        /// The position in the list, if the value is one of a list.
        at: Option<usize>,
        /// What is wrong with it, and what to write instead.
        problem: String,
    },
    /// The store did not do it.
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

    /// The same for one value of a list.
    pub(super) fn invalid_at(field: &'static str, at: usize, problem: impl Into<String>) -> Self {
        Self::Invalid {
            field,
            at: Some(at),
            problem: problem.into(),
        }
    }
}
