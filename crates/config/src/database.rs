//! `[database]`: the identity server's database.

use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};
use super::secret::SecretText;

/// Settings of the identity server's database.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// Address, `sqlite://…` or `postgres://…`.
    pub url: SecretText,
    /// True if `serve` migrates the schema when it starts.
    pub migrate: bool,
    /// Maximum number of copies of an SQLite file from before migrations.
    pub snapshots: u32,
    /// True if `serve` does not start with a clock behind the audit log.
    pub check_clock: bool,
    /// Maximum connections of the pool (of the reader pool on SQLite, which has one writer).
    pub max_connections: u32,
}

/// The keys of `[database]`.
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
        Kind::Number { min: 0, max: 100 },
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
        Kind::Number { min: 1, max: 1000 },
        "10",
        "Maximum number of open connections per process.",
    ),
];
