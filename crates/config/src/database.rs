//! `[database]`: where the identity server keeps what must not be lost.

use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};
use super::secret::SecretText;

/// The identity server's database.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// `sqlite://…` or `postgres://…`.
    pub url: SecretText,
    /// Whether `serve` brings the schema up to date by itself.
    pub migrate: bool,
    /// How many copies of an SQLite file from before migrations are kept.
    pub snapshots: u32,
    /// Whether `serve` refuses to start by a clock that is behind the audit log.
    pub check_clock: bool,
    /// Most connections of the pool (of the reading pool on SQLite, which has one writer).
    pub max_connections: u32,
}

/// The keys of `[database]`.
pub const KEYS: &[Key] = &[
    Key::new(
        "database.url",
        Kind::SecretUrl(&["sqlite", "postgres", "postgresql"]),
        "sqlite://doorward.sqlite",
        "`sqlite://PATH` (created when missing) or `postgres://user:password@host/name`.",
    )
    .alias("DOORWARD_DATABASE_URL"),
    Key::new(
        "database.migrate",
        Kind::Boolean,
        "true",
        "Whether `serve` brings the schema up to date when it starts. With `false`, run \
         `doorward migrate up` before a new version.",
    ),
    Key::new(
        "database.snapshots",
        Kind::Number { min: 0, max: 100 },
        "3",
        "How many copies of an SQLite database are kept from before its schema changed, in the directory \
         `snapshots` beside it. `0`: none is made.",
    ),
    Key::new(
        "database.check_clock",
        Kind::Boolean,
        "true",
        "Whether `serve` refuses to start by a clock that is more than a day behind the newest line of the audit \
         log: codes, tokens and sessions that are over would count again. `false` where it was that line's clock that \
         was wrong.",
    ),
    Key::new(
        "database.max_connections",
        Kind::Number { min: 1, max: 1000 },
        "10",
        "Most connections that one process keeps open.",
    ),
];
