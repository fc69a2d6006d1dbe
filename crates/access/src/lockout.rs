//! Addresses that present one bad API key after the other wait for a while.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use moka::sync::Cache;

/// How long bad keys are counted, in seconds, from the first one on.
pub const WINDOW: i64 = 600;
/// How long an address waits, in seconds.
pub const WAIT: i64 = 900;
/// How many addresses are remembered.
const REMEMBERED: u64 = 10_000;
/// After this long an address is forgotten in any case.
const FORGOTTEN_AFTER: Duration = Duration::from_secs((WINDOW + WAIT).unsigned_abs());

/// Counts bad keys by address: in bounded memory, and nothing else than bad keys.
#[derive(Debug)]
pub(crate) struct Lockout {
    tolerated: u32,
    addresses: Cache<IpAddr, Arc<Mutex<Tries>>>,
}

#[derive(Debug, Default)]
struct Tries {
    count: u32,
    /// When the counting began.
    since: i64,
    /// Until when the address waits.
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

    /// Seconds that this address has to wait; none if it may try.
    pub(crate) fn wait(&self, address: IpAddr, now: i64) -> Option<i64> {
        let tries = self.addresses.get(&network(address))?;
        let until = lock(&tries).until;
        (now < until).then(|| until - now)
    }

    /// Counts a bad key.
    pub(crate) fn count(&self, address: IpAddr, now: i64) {
        let tries = self.addresses.get_with(network(address), Arc::default);
        let mut tries = lock(&tries);
        if now < tries.until {
            return;
        }
        if tries.count == 0 || now >= tries.since.saturating_add(WINDOW) {
            (tries.count, tries.since) = (0, now);
        }
        tries.count = tries.count.saturating_add(1);
        if tries.count >= self.tolerated {
            *tries = Tries {
                until: now.saturating_add(WAIT),
                ..Tries::default()
            };
            tracing::warn!(%address, wait = WAIT, "too many bad API keys from this address");
        }
    }
}

/// A count is whole at every moment, so a panic elsewhere does not spoil it.
fn lock(tries: &Mutex<Tries>) -> MutexGuard<'_, Tries> {
    tries.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Who has one IPv6 address usually has the /64 around it.
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
