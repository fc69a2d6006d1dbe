//! `[database]`: the identity server's database.

use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};
use super::secret::SecretText;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    pub url: SecretText,
    pub migrate: bool,
    pub snapshots: u32,
    pub check_clock: bool,
    /// On SQLite, which has one writer, those of the reader pool.
    pub max_connections: u32,
}

pub const KEYS: &[Key] = &[
    Key::new(
        "database.url",
        Kind::SecretUrl(&["sqlite", "postgres", "postgresql"]),
        "sqlite://doorward.sqlite",
        "Address of the database: `sqlite://PATH` (created if missing; relative to the configuration \
         file) or `postgres://user:password@host/name`.",
    )
    .alias("DOORWARD_DATABASE_URL"),
    Key::new(
        "database.migrate",
        Kind::Boolean,
        "true",
        "Enables migration of the schema when `serve` starts. `false`: run `doorward migrate up` \
         before a new version.",
    ),
    Key::new(
        "database.snapshots",
        Kind::number(0, 100),
        "3",
        "Maximum number of copies of an SQLite database made before its schema changed, in the \
         directory `snapshots` beside it. `0`: no copies.",
    ),
    Key::new(
        "database.check_clock",
        Kind::Boolean,
        "true",
        "Requires the system clock to be at most one day behind the newest audit event; otherwise \
         `serve` does not start. A slow clock would make expired codes, tokens and sessions valid \
         again. Set `false` if the clock was wrong when that event was recorded.",
    ),
    Key::new(
        "database.max_connections",
        Kind::number(1, 1000),
        "10",
        "Maximum number of open connections per process.",
    ),
];
