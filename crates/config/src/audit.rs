//! `[audit]`: the audit log's head outside the database.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};

/// The audit log.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Audit {
    /// The head file; `None`: beside an SQLite database, and none for PostgreSQL.
    pub head_file: Option<PathBuf>,
}

/// The keys of `[audit]`.
pub const KEYS: &[Key] = &[Key::optional(
    "audit.head_file",
    Kind::Text,
    "The path of the file that keeps the head of the audit log outside the database: with it, the server \
     and `doorward audit verify` notice that the end of the log was removed. Each replica needs a file of its \
     own, on storage that an attacker on the database does not reach. Unset: `{database file}.audit-head.json` \
     beside an SQLite database, and no file for PostgreSQL.",
)];
