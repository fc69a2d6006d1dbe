//! The secrets of a client: the current one, and a former one that is still accepted.

use std::net::IpAddr;

use serde::Serialize;

use crate::secret::TokenHash;
use crate::time::UnixSeconds;

/// A replaced secret, accepted until it ends.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FormerSecret {
    /// SHA-256 of the secret.
    pub hash: TokenHash,
    /// The time at which it was made; none if it was not made here.
    pub made_at: Option<UnixSeconds>,
    /// The time from which it is no longer accepted.
    pub ends_at: UnixSeconds,
}

/// The uses of a secret. The first one is recorded at once, later ones within an hour.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SecretUse {
    /// The time of the last use.
    pub at: Option<UnixSeconds>,
    /// The address of the last use.
    pub from: Option<IpAddr>,
    pub count: i64,
}

/// The uses of a client's secrets.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SecretUses {
    pub current: SecretUse,
    pub former: SecretUse,
}
