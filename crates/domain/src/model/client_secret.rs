//! The secrets of a client: the current one, and a former one that is still accepted.

use crate::secret::TokenHash;
use crate::time::UnixSeconds;

/// A replaced secret, accepted until it ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FormerSecret {
    /// SHA-256 of the secret.
    pub hash: TokenHash,
    /// The time at which it was made; none if it was not made here.
    pub made_at: Option<UnixSeconds>,
    /// The time from which it is no longer accepted.
    pub ends_at: UnixSeconds,
}

/// The last uses of a client's secrets, recorded at most once an hour each.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SecretUses {
    /// The last use of the current secret.
    pub current: Option<UnixSeconds>,
    /// The last use of the former secret.
    pub former: Option<UnixSeconds>,
}
