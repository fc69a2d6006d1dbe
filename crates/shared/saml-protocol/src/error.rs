//! The reasons why messages, queries and metadata are rejected.

use crate::key::CertificateError;

/// Maximum length of a received value in a reason, in characters.
const MAX_SHOWN: usize = 200;

#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MessageError {
    #[error("{0}")]
    Malformed(String),
    #[error("{field} must be {expected}, got {received}")]
    Differs {
        /// Parameter, attribute or element.
        field: &'static str,
        expected: String,
        received: String,
    },
    #[error("{0} is missing")]
    Missing(&'static str),
    #[error("the signature matches none of the {0} registered keys")]
    Signature(usize),
    #[error(transparent)]
    Certificate(#[from] CertificateError),
}

pub type Result<T, E = MessageError> = std::result::Result<T, E>;

impl MessageError {
    pub fn differs(field: &'static str, expected: impl Into<String>, received: &str) -> Self {
        Self::Differs {
            field,
            expected: expected.into(),
            received: received.chars().take(MAX_SHOWN).collect(),
        }
    }
}

/// Returns [`MessageError::Differs`].
pub fn differs<T>(field: &'static str, expected: impl Into<String>, received: &str) -> Result<T> {
    Err(MessageError::differs(field, expected, received))
}

/// Returns [`MessageError::Malformed`].
pub fn malformed<T>(text: impl Into<String>) -> Result<T> {
    Err(MessageError::Malformed(text.into()))
}
