//! Public keys: the verification set, and (feature `jwks-client`) the client that fetches it.

#[cfg(feature = "jwks-client")]
mod client;
#[cfg(feature = "jwks-client")]
mod fetch;
mod key_set;

#[cfg(feature = "jwks-client")]
pub use client::{JwksClient, KeysUnavailable};
#[cfg(feature = "jwks-client")]
pub use fetch::FetchError;
#[cfg(feature = "jwks-client")]
pub(crate) use fetch::{Fetcher, builder, check_url, read_body};
#[cfg(test)]
pub(super) use key_set::MAX_KEYS;
pub(super) use key_set::parse_jwks;
pub use key_set::{JwksError, KeySet};
