//! The secrets of a client: the current one, and a former one that is still accepted.

use std::net::IpAddr;

use serde::Serialize;

use crate::secret::TokenHash;
use crate::time::UnixSeconds;

/// A replaced secret, accepted until it ends.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FormerSecret {
    pub hash: TokenHash,
    /// The time at which it was made; none if it was not made here.
    pub made_at: Option<UnixSeconds>,
    /// The time from which it is no longer accepted.
    pub ends_at: UnixSeconds,
}

/// The uses of a secret. The first one is recorded at once, later ones within an hour.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SecretUse {
    pub at: Option<UnixSeconds>,
    pub from: Option<IpAddr>,
    pub count: i64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SecretUses {
    pub current: SecretUse,
    pub former: SecretUse,
}
