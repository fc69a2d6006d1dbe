//! Counts in short windows, and what is left of limits.

use std::sync::Arc;
use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use doorward_config::limits::Limits;
use doorward_domain::rules::rate_limit::{self as rule, FAILED, Hourly, Limit};
use doorward_domain::secret::{KeyPurpose, MasterKey};
use doorward_domain::time::UnixSeconds;
use doorward_store::ephemeral::MemoryEphemeral;
use doorward_store::{Ephemeral, Key};
use doorward_telemetry::metrics::Metrics;

use crate::caller::Caller;
use crate::keyed_hash::KeyedHash;

/// Counts tries, shared with the other replicas where there is a Redis.
#[derive(Debug)]
pub struct RateLimiter {
    shared: Arc<dyn Ephemeral>,
    /// Counts when the shared store cannot: this process alone, half as much (RL-3).
    own: MemoryEphemeral,
    keyed: KeyedHash,
    pub(super) multiplier: f64,
    pub(super) hourly: Hourly,
    pub(super) forgives_sign_ins: bool,
    metrics: Arc<Metrics>,
}

/// What is left of a limit, for the `RateLimit` header fields.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LimitStatus {
    /// The limit.
    pub limit: Limit,
    /// How many more tries are within it.
    pub remaining: u64,
    /// Seconds until there are more; at most that, while tries are left.
    pub reset: i64,
    /// Whether this try was one too many.
    pub is_spent: bool,
}

impl RateLimiter {
    /// Counts in `shared`; every limit is multiplied.
    pub fn new(
        shared: Arc<dyn Ephemeral>,
        master: &MasterKey,
        limits: &Limits,
        metrics: Arc<Metrics>,
    ) -> Self {
        Self {
            shared,
            own: MemoryEphemeral::new(),
            keyed: KeyedHash::new(master.derive(KeyPurpose::Throttle)),
            multiplier: limits.multiplier,
            hourly: limits.hourly(),
            forgives_sign_ins: false,
            metrics,
        }
    }

    /// The same, which gives back sign-ins that succeed: in development, where tests sign in all the time.
    #[must_use]
    pub fn forgiving_sign_ins(mut self) -> Self {
        self.forgives_sign_ins = true;
        self
    }

    /// The keyed hash of what is counted.
    pub const fn keyed(&self) -> &KeyedHash {
        &self.keyed
    }

    /// Counts one more try; an error tells that it was one too many.
    pub(super) async fn count(
        &self,
        limit: Limit,
        subject: &[&str],
    ) -> Result<LimitStatus, LimitStatus> {
        let key = self.name_of(limit, subject);
        let (limit, count) = self.tally(limit, &key).await;
        self.verdict(limit, count)
    }

    fn name_of(&self, limit: Limit, subject: &[&str]) -> Key {
        let parts: Vec<&[u8]> = subject.iter().map(|part| part.as_bytes()).collect();
        Key::new(
            "limit",
            URL_SAFE_NO_PAD.encode(self.keyed.of(limit.name, &parts)),
        )
    }

    /// Counts one more; the count with the limit that it is held against.
    pub(super) async fn tally(&self, limit: Limit, key: &Key) -> (Limit, u64) {
        let limit = limit.scaled(self.multiplier);
        let window = Duration::from_secs(limit.window);
        match self.shared.bump(key, window).await {
            Ok(count) => (limit, count),
            Err(error) => {
                tracing::warn!(%error, "limits are counted by this process alone");
                // Memory cannot fail; if it did, nothing would be admitted.
                let count = self.own.bump(key, window).await.unwrap_or(u64::MAX);
                (limit.halved(), count)
            }
        }
    }

    /// What was counted under a name.
    async fn counted(&self, key: &Key) -> u64 {
        let found = match self.shared.get(key).await {
            Ok(found) => found,
            Err(_) => self.own.get(key).await.unwrap_or_default(),
        };
        let text = found.and_then(|bytes| String::from_utf8(bytes).ok());
        text.and_then(|text| text.parse().ok()).unwrap_or(0)
    }

    /// Counts a try of this address as a failure before it is made; a right password gives it back
    /// ([`Self::forgive`]). A minute of the clock is the window, so that both counts end together.
    pub(super) async fn admit_address(
        &self,
        address: &str,
        now: UnixSeconds,
    ) -> Result<Key, LimitStatus> {
        let (key, _) = self.admit_failing(FAILED, address, now).await?;
        Ok(key)
    }

    /// The same for any limit on failures of one subject.
    pub(super) async fn admit_failing(
        &self,
        limit: Limit,
        subject: &str,
        now: UnixSeconds,
    ) -> Result<(Key, LimitStatus), LimitStatus> {
        let window = i64::try_from(limit.window).unwrap_or(i64::MAX);
        let turn = now.div_euclid(window).to_string();
        let tries = self.name_of(limit, &["tries", subject, &turn]);
        let forgiven = self.name_of(limit, &["forgiven", subject, &turn]);
        let (limit, count) = self.tally(limit, &tries).await;
        let failed = count.saturating_sub(self.counted(&forgiven).await);
        match self.verdict(limit, failed) {
            Ok(budget) => Ok((forgiven, budget)),
            Err(spent) => Err(LimitStatus {
                reset: window - now.rem_euclid(window),
                ..spent
            }),
        }
    }

    /// What a count means, and one more on the operator's list where it means no.
    fn verdict(&self, limit: Limit, count: u64) -> Result<LimitStatus, LimitStatus> {
        let is_spent = !limit.admits(count);
        let budget = LimitStatus {
            limit,
            remaining: limit.remaining(count),
            reset: i64::try_from(limit.window).unwrap_or(i64::MAX),
            is_spent,
        };
        if is_spent {
            self.metrics.limited(limit.name);
            Err(budget)
        } else {
            Ok(budget)
        }
    }

    /// Counts one more try of this caller's address.
    pub(super) async fn count_address(
        &self,
        limit: Limit,
        caller: &Caller,
    ) -> Result<LimitStatus, LimitStatus> {
        let address = rule::address_key(caller.ip);
        self.count(limit, &[&address]).await
    }
}
