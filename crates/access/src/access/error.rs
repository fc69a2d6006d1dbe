//! Why callers are not authenticated.

#[cfg(feature = "jwks-client")]
use crate::jwt::jwks::KeysUnavailable;
use crate::jwt::verify::TokenRejection;

/// Why a caller was not authenticated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// The token is not accepted: 401.
    #[error(transparent)]
    Invalid(#[from] TokenRejection),
    /// The API key or reference token is unknown to the issuer, over, revoked, or not for this
    /// resource: 401.
    #[error("it is not valid, or not valid here")]
    Refused,
    /// The issuer, or its keys, are not available: 503 with `Retry-After`.
    #[error("the issuer is not available")]
    Unavailable {
        /// Seconds after which another attempt makes sense.
        retry_after: i64,
    },
}

#[cfg(feature = "jwks-client")]
impl From<KeysUnavailable> for AuthError {
    fn from(unavailable: KeysUnavailable) -> Self {
        Self::Unavailable {
            retry_after: unavailable.retry_after,
        }
    }
}
