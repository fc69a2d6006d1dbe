//! `[database]`: where the identity server keeps what must not be lost.

use serde::{Deserialize, Serialize};

use super::{
    key::{Key, Kind},
    secret::SecretText,
};

/// The identity server's database.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// `sqlite://…` or `postgres://…`.
    pub url: SecretText,
    /// Whether `serve` brings the schema up to date by itself.
    pub migrate: bool,
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
        Kind::Flag,
        "true",
        "Whether `serve` brings the schema up to date when it starts. With `false`, run \
         `doorward migrate up` before a new version.",
    ),
    Key::new(
        "database.max_connections",
        Kind::Number { min: 1, max: 1000 },
        "10",
        "Most connections that one process keeps open.",
    ),
];
