//! `[redis]`: shared counters and short-lived caches for several processes.

use serde::{Deserialize, Serialize};

use super::{
    key::{Key, Kind},
    secret::SecretText,
};

/// The optional Redis. Losing it changes speed, never an answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redis {
    /// `redis://…` or `rediss://…`; `None`: everything short-lived stays in this process.
    pub url: Option<SecretText>,
}

/// The keys of `[redis]`.
pub const KEYS: &[Key] = &[Key::optional(
    "redis.url",
    Kind::SecretUrl(&["redis", "rediss"]),
    "`redis://host:6379/0` or `rediss://…`. Needed by more than one process of a server, `serve` or \
     `tasks`, so that they share their rate limits; one process does well without it.",
)
.alias("DOORWARD_REDIS_URL")];
