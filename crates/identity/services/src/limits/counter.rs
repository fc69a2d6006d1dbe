//! Counters of short windows, and the status of limits.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use doorward_config::limits::Limits;
use doorward_rules::limits::rate_limit::Hourly;
use doorward_store::Key;
use doorward_store::ephemeral::MemoryEphemeral;

use crate::caller::Caller;
use crate::keyed_hash::KeyedHash;
use crate::prelude::*;

/// A rate limiter that counts attempts, together with the other replicas if Redis is configured.
#[derive(Debug)]
pub struct RateLimiter {
    shared: Arc<dyn Ephemeral>,
    /// Counts if the shared store fails: for this process only, with half the limit.
    own: MemoryEphemeral,
    keyed: KeyedHash,
    pub(super) multiplier: f64,
    pub(super) hourly: Hourly,
    pub(super) forgives_sign_ins: bool,
    metrics: Arc<Metrics>,
}

/// The status of a limit, for the `RateLimit` header fields.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LimitStatus {
    pub limit: Limit,
    pub remaining: u64,
    /// Seconds until the window ends; at most that, while attempts remain.
    pub reset: i64,
    pub is_exhausted: bool,
}

/// The outcome of counting an attempt; the error is the status of an exceeded limit.
pub type Admission<T = LimitStatus> = Result<T, LimitStatus>;

/// The permit of an attempt that counts as failed until [`RateLimiter::forgive_failure`] takes that
/// back.
#[derive(Debug)]
pub struct CountedFailure {
    limit: Limit,
    forgiven: Key,
    pub(super) status: LimitStatus,
}

impl LimitStatus {
    /// Returns the status of an exceeded limit whose window ends in `reset` seconds.
    pub const fn exhausted(limit: Limit, reset: i64) -> Self {
        Self {
            limit,
            remaining: 0,
            reset,
            is_exhausted: true,
        }
    }
}

impl RateLimiter {
    /// Creates a limiter that counts in `shared` and multiplies every limit.
    pub fn new(
        shared: Arc<dyn Ephemeral>,
        master: &MasterKey,
        limits: &Limits,
        metrics: Arc<Metrics>,
    ) -> Self {
        Self {
            shared,
            own: MemoryEphemeral::new(),
            keyed: KeyedHash::new(master.derive(KeyPurpose::Throttle))
                .recognizing(master.derive_others(KeyPurpose::Throttle)),
            multiplier: limits.multiplier,
            hourly: limits.hourly(),
            forgives_sign_ins: false,
            metrics,
        }
    }

    /// Returns this limiter with successful sign-ins not counted: for development, where tests sign
    /// in very often.
    #[must_use]
    pub fn forgiving_sign_ins(mut self) -> Self {
        self.forgives_sign_ins = true;
        self
    }

    pub const fn keyed(&self) -> &KeyedHash {
        &self.keyed
    }

    /// Counts an attempt; returns an error if it exceeds the limit.
    #[boxed]
    pub async fn count(&self, limit: Limit, subject: &[&str]) -> Admission {
        let key = self.name_of(limit, subject);
        self.count_by(limit, &key).await
    }

    /// Counts an attempt by the key of its limit and subject.
    pub(super) async fn count_by(&self, limit: Limit, key: &Key) -> Admission {
        let (limit, count) = self.tally(limit, key).await;
        self.check(limit, count)
    }

    /// Takes back the count of an attempt.
    pub(super) async fn lower(&self, key: &Key) {
        if self.shared.lower(key).await.is_err() {
            // The memory store cannot fail.
            let _ = self.own.lower(key).await;
        }
    }

    pub(super) fn name_of(&self, limit: Limit, subject: &[&str]) -> Key {
        let parts: Vec<&[u8]> = subject.iter().map(|part| part.as_bytes()).collect();
        Key::new(
            "limit",
            URL_SAFE_NO_PAD.encode(self.keyed.digest(limit.name, &parts)),
        )
    }

    /// Counts an attempt; returns the count and the limit to compare it with.
    async fn tally(&self, limit: Limit, key: &Key) -> (Limit, u64) {
        let limit = limit.scaled(self.multiplier);
        let window = Duration::from_secs(limit.window);
        match self.shared.bump(key, window).await {
            Ok(count) => (limit, count),
            Err(error) => {
                tracing::warn!(%error, "limits are counted by this process alone");
                // The memory store cannot fail; if it did, no attempt would be admitted.
                let count = self.own.bump(key, window).await.unwrap_or(u64::MAX);
                (limit.halved(), count)
            }
        }
    }

    async fn counted(&self, key: &Key) -> u64 {
        let found = match self.shared.get(key).await {
            Ok(found) => found,
            Err(_) => self.own.get(key).await.unwrap_or_default(),
        };
        let text = found.and_then(|bytes| String::from_utf8(bytes).ok());
        text.and_then(|text| text.parse().ok()).unwrap_or(0)
    }

    /// Counts an attempt as failed before it is made; a right one takes that back
    /// ([`Self::forgive_failure`]). The window is one of the clock, so that both counters end together.
    pub(super) async fn admit_failing(
        &self,
        limit: Limit,
        subject: &str,
        now: UnixSeconds,
    ) -> Admission<CountedFailure> {
        let window = i64::try_from(limit.window).unwrap_or(i64::MAX);
        let turn = now.div_euclid(window).to_string();
        let attempts = self.name_of(limit, &["tries", subject, &turn]);
        let forgiven = self.name_of(limit, &["forgiven", subject, &turn]);
        let (scaled, count) = self.tally(limit, &attempts).await;
        let failed = count.saturating_sub(self.counted(&forgiven).await);
        match self.check(scaled, failed) {
            Ok(status) => Ok(CountedFailure {
                limit,
                forgiven,
                status,
            }),
            Err(consumed) => Err(LimitStatus {
                reset: window - now.rem_euclid(window),
                ..consumed
            }),
        }
    }

    /// Takes back that an attempt was counted as failed.
    #[boxed]
    pub async fn forgive_failure(&self, failure: &CountedFailure) {
        self.tally(failure.limit, &failure.forgiven).await;
    }

    /// Compares a count with the limit, and updates the metric of rejected attempts.
    fn check(&self, limit: Limit, count: u64) -> Admission {
        let status = LimitStatus {
            limit,
            remaining: limit.remaining(count),
            reset: i64::try_from(limit.window).unwrap_or(i64::MAX),
            is_exhausted: !limit.admits(count),
        };
        if status.is_exhausted {
            self.metrics.limited(limit.name);
            return Err(status);
        }
        Ok(status)
    }

    pub(super) async fn count_address(&self, limit: Limit, caller: &Caller) -> Admission {
        let address = rule::address_key(caller.ip);
        self.count(limit, &[&address]).await
    }
}
