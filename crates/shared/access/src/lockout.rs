//! Lockout of addresses that present many invalid API keys.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use moka::sync::Cache;

/// Counting window in seconds, from the first invalid key.
pub const WINDOW: i64 = 600;
/// Duration of a lockout in seconds.
pub const WAIT: i64 = 900;
/// Maximum number of tracked addresses.
const REMEMBERED: u64 = 10_000;
/// Maximum age of an entry.
const FORGOTTEN_AFTER: Duration = Duration::from_secs((WINDOW + WAIT).unsigned_abs());

/// A counter of invalid API keys by address, in bounded memory.
#[derive(Debug)]
pub(crate) struct Lockout {
    tolerated: u32,
    addresses: Cache<IpAddr, Arc<Mutex<Attempts>>>,
}

#[derive(Debug, Default)]
struct Attempts {
    count: u32,
    /// Start of the counting window.
    since: i64,
    /// End of the lockout.
    until: i64,
}

impl Lockout {
    pub(crate) fn new(tolerated: u32) -> Self {
        Self {
            tolerated,
            addresses: Cache::builder()
                .max_capacity(REMEMBERED)
                .time_to_live(FORGOTTEN_AFTER)
                .build(),
        }
    }

    /// Returns the remaining lockout of an address in seconds, if any.
    pub(crate) fn wait(&self, address: IpAddr, now: i64) -> Option<i64> {
        let attempts = self.addresses.get(&network(address))?;
        let until = lock(&attempts).until;
        (now < until).then(|| until - now)
    }

    /// Counts an invalid key.
    pub(crate) fn count(&self, address: IpAddr, now: i64) {
        let attempts = self.addresses.get_with(network(address), Arc::default);
        let mut attempts = lock(&attempts);
        if now < attempts.until {
            return;
        }
        if attempts.count == 0 || now >= attempts.since.saturating_add(WINDOW) {
            (attempts.count, attempts.since) = (0, now);
        }
        attempts.count = attempts.count.saturating_add(1);
        if attempts.count >= self.tolerated {
            *attempts = Attempts {
                until: now.saturating_add(WAIT),
                ..Attempts::default()
            };
            tracing::warn!(%address, wait = WAIT, "too many bad API keys from this address");
        }
    }
}

/// Locks a count. It is consistent at all times, so a panic elsewhere cannot corrupt it.
fn lock(attempts: &Mutex<Attempts>) -> MutexGuard<'_, Attempts> {
    attempts.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns the /64 network of an IPv6 address, which usually belongs to one user.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests;
