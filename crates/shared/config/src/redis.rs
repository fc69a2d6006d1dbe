//! `[redis]`: counters and short-lived caches shared by several processes.

use super::key::Kind;
use super::secret::SecretText;

section! {
    /// Settings of the optional Redis. Losing it changes speed, never an answer.
    pub struct Redis in "redis" {
        /// Address of Redis: `redis://host:6379/0` or `rediss://…`. With Sentinels, the host is the
        /// name of the primary that they watch:
        /// `redis://:password@NAME/0?sentinels=HOST:26379,HOST:26379`, and `&sentinel_password=…` if
        /// they have one. Required to share rate limits between several processes of `serve` or
        /// `tasks`. A single process does not need it.
        url: Option<SecretText> =
            Kind::SecretUrl(&["redis", "rediss"]).unset().alias("DOORWARD_REDIS_URL");
    }
}
