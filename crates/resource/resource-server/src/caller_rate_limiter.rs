//! Counters of the requests of each caller.

use std::fmt;
use std::fmt::Write as _;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use doorward_access::Principal;
use moka::sync::Cache;

use crate::config::Limits;

/// Window of users and services in seconds.
pub(crate) const MINUTE: i64 = 60;
/// Window of API keys in seconds; longer, because scripts send bursts.
const HOUR: i64 = 3600;
/// Maximum number of tracked callers; the least recently seen one is evicted.
const CALLERS: u64 = 100_000;

/// Counters shared by several processes, so that a caller has one quota for all of them.
pub trait SharedCounts: Send + Sync + fmt::Debug {
    /// Increments a counter and returns it; the first increment sets its expiry. Returns `None` if
    /// the counters cannot be reached.
    fn count<'a>(
        &'a self,
        name: &'a str,
        ttl: Duration,
    ) -> Pin<Box<dyn Future<Output = Option<u64>> + 'a>>;
}

pub(crate) struct CallerRateLimiter {
    shared: Option<Arc<dyn SharedCounts>>,
    windows: Cache<[u8; 32], Arc<Mutex<Window>>>,
}

#[derive(Default)]
struct Window {
    began: i64,
    count: u32,
}

/// The quota of a caller, with its name in the response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Quota {
    pub(crate) name: String,
    pub(crate) requests: u32,
    /// Window in seconds.
    pub(crate) window: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RemainingQuota {
    pub(crate) requests: u32,
    /// Seconds until the window ends.
    pub(crate) seconds: i64,
    pub(crate) admitted: bool,
}

impl CallerRateLimiter {
    pub(crate) fn new(shared: Option<Arc<dyn SharedCounts>>) -> Self {
        Self {
            shared,
            windows: Cache::new(CALLERS),
        }
    }

    /// Counts one request. If the shared counters are unavailable, each process permits half of the
    /// total quota: their loss changes performance, not results.
    pub(crate) async fn admit(&self, caller: [u8; 32], quota: &Quota, now: i64) -> RemainingQuota {
        let Some(shared) = &self.shared else {
            return self.admit_locally(caller, quota, now);
        };
        // A window aligned to the clock, which is equal for every process.
        let began = now.div_euclid(quota.window) * quota.window;
        let mut name = String::with_capacity(96);
        for byte in caller {
            let _ = write!(name, "{byte:02x}");
        }
        let _ = write!(name, "@{began}");
        let ttl = Duration::from_secs(quota.window.unsigned_abs());
        let Some(count) = shared.count(&name, ttl).await else {
            return self.admit_locally(caller, &quota.halved(), now);
        };
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        RemainingQuota {
            requests: quota.requests.saturating_sub(count),
            seconds: began + quota.window - now,
            admitted: count <= quota.requests,
        }
    }

    fn admit_locally(&self, caller: [u8; 32], quota: &Quota, now: i64) -> RemainingQuota {
        let window = self.windows.get_with(caller, Arc::default);
        let mut window = window.lock().unwrap_or_else(PoisonError::into_inner);
        if !(window.began..window.began + quota.window).contains(&now) {
            *window = Window {
                began: now,
                count: 0,
            };
        }
        let admitted = window.count < quota.requests;
        window.count += u32::from(admitted);
        RemainingQuota {
            requests: quota.requests.saturating_sub(window.count),
            seconds: window.began + quota.window - now,
            admitted,
        }
    }
}

impl Quota {
    pub(crate) fn for_principal(principal: &Principal, limits: &Limits) -> Self {
        let plain = if principal.is_service() {
            "service"
        } else {
            "person"
        };
        let roles = limits.roles.iter();
        let own = roles.filter(|(role, _)| principal.roles.contains(role));
        let plain = (plain.to_owned(), limits.requests);
        let (name, requests) = own
            .cloned()
            .chain([plain])
            .max_by_key(|(_, n)| *n)
            .unwrap_or_default();
        Self {
            name,
            requests,
            window: MINUTE,
        }
    }

    fn halved(&self) -> Self {
        Self {
            requests: (self.requests / 2).max(1),
            ..self.clone()
        }
    }

    pub(crate) fn of_key(limits: &Limits) -> Self {
        Self {
            name: "api_key".to_owned(),
            requests: limits.api_key,
            window: HOUR,
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a float beyond u32 becomes its largest value, and the factor is positive"
    )]
    pub(crate) fn scaled(mut self, multiplier: f64) -> Self {
        let scaled = f64::from(self.requests) * multiplier;
        self.requests = (scaled.round() as u32).max(1);
        self
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::pin::Pin;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use super::{CallerRateLimiter, Limits, Quota, SharedCounts};

    #[test]
    fn window_admits_quota_and_starts_again() {
        let throttle = CallerRateLimiter::new(None);
        let quota = Quota {
            name: "person".to_owned(),
            requests: 2,
            window: 60,
        };
        let attempts = [
            (100, true, 1, 60),
            (110, true, 0, 50),
            (159, false, 0, 1),
            (160, true, 1, 60),
        ];
        for (now, admitted, requests, seconds) in attempts {
            let left = throttle.admit_locally([1; 32], &quota, now);
            assert_eq!(
                (left.admitted, left.requests, left.seconds),
                (admitted, requests, seconds)
            );
        }
        assert!(throttle.admit_locally([2; 32], &quota, 111).admitted);
        // A clock that goes backwards does not lock callers out.
        assert!(throttle.admit_locally([1; 32], &quota, 50).admitted);
    }

    /// Counters shared by two processes, until they become unavailable.
    #[derive(Debug, Default)]
    struct Board {
        counts: Mutex<HashMap<String, u64>>,
        is_away: AtomicBool,
    }

    impl SharedCounts for Board {
        fn count<'a>(
            &'a self,
            name: &'a str,
            ttl: Duration,
        ) -> Pin<Box<dyn Future<Output = Option<u64>> + 'a>> {
            assert_eq!(ttl, Duration::from_mins(1));
            let mut counts = self.counts.lock().unwrap();
            let count = counts.entry(name.to_owned()).or_default();
            *count += 1;
            let found = (!self.is_away.load(Ordering::Relaxed)).then_some(*count);
            Box::pin(std::future::ready(found))
        }
    }

    #[actix_web::test]
    async fn processes_with_shared_counter_admit_single_quota() {
        let board = Arc::new(Board::default());
        let quota = Quota {
            name: "person".to_owned(),
            requests: 4,
            window: 60,
        };
        let [one, other] = [(), ()].map(|()| CallerRateLimiter::new(Some(board.clone())));
        let mut admitted = Vec::new();
        for throttle in [&one, &other, &one, &other, &one, &other] {
            let left = throttle.admit([1; 32], &quota, 130).await;
            admitted.push((left.admitted, left.requests, left.seconds));
        }
        let expected = [
            (true, 3),
            (true, 2),
            (true, 1),
            (true, 0),
            (false, 0),
            (false, 0),
        ];
        assert_eq!(
            admitted,
            expected.map(|(admitted, left)| (admitted, left, 50))
        );
        assert!(other.admit([2; 32], &quota, 130).await.admitted);
        assert!(one.admit([1; 32], &quota, 180).await.admitted);
        // Without the shared counters each permits half, which is in total no more than before.
        board.is_away.store(true, Ordering::Relaxed);
        for throttle in [&one, &other] {
            for admitted in [true, true, false] {
                let left = throttle.admit([1; 32], &quota, 200).await;
                assert_eq!(left.admitted, admitted);
            }
        }
    }

    #[test]
    fn limits_grow_with_multiplier() {
        let quota = || Quota::of_key(&Limits::default());
        assert_eq!(quota().scaled(0.000_01).requests, 1);
        assert_eq!(quota().scaled(10.0).requests, 100_000);
    }
}
