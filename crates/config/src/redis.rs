//! `[redis]`: counters and short-lived caches shared by several processes.

use serde::{Deserialize, Serialize};

use super::{
    key::{Key, Kind},
    secret::SecretText,
};

/// Settings of the optional Redis. Losing it changes speed, never an answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redis {
    /// Address, `redis://…` or `rediss://…`; `None`: short-lived data stays in this process.
    pub url: Option<SecretText>,
}

pub const KEYS: &[Key] = &[Key::optional(
    "redis.url",
    Kind::SecretUrl(&["redis", "rediss"]),
    "Address of Redis: `redis://host:6379/0` or `rediss://…`. Required to share rate limits \
     between several processes of `serve` or `tasks`. A single process does not need it.",
)
.alias("DOORWARD_REDIS_URL")];
