//! Entries of the cache of verified tokens.

use std::sync::Arc;
use std::time::{Duration, Instant};

use moka::Expiry;

use crate::jwt::verify::Header;
use crate::principal::Principal;
use crate::signals::Marks;

/// A verified token.
pub(super) struct Remembered {
    pub(super) principal: Arc<Principal>,
    pub(super) header: Header,
    /// Keys of the token in the memory of revocations; `None` if this service does not listen.
    pub(super) marks: Option<Marks>,
    /// Remaining lifetime of the token at its verification.
    pub(super) ttl: Duration,
}

/// Cache expiry that frees the memory of expired tokens. The clock decides at each use whether a
/// token is accepted.
pub(super) struct UntilExpiry;

impl Expiry<[u8; 32], Arc<Remembered>> for UntilExpiry {
    fn expire_after_create(
        &self,
        _: &[u8; 32],
        value: &Arc<Remembered>,
        _: Instant,
    ) -> Option<Duration> {
        Some(value.ttl)
    }
}
