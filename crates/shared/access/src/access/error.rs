//! Authentication errors.

#[cfg(feature = "jwks-client")]
use crate::jwt::jwks::KeysUnavailable;
use crate::jwt::verify::TokenRejection;

/// The reason why a caller was not authenticated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// A rejected token: 401.
    #[error(transparent)]
    Invalid(#[from] TokenRejection),
    /// An API key or reference token that the issuer does not know, or that is expired, revoked or
    /// not valid for this resource: 401.
    #[error("the credential is not valid for this resource")]
    Refused,
    /// An outage of the issuer, or missing keys: 503 with `Retry-After`.
    #[error("the issuer is not available")]
    Unavailable {
        /// Seconds until another attempt makes sense.
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
