//! `[audit]`: a copy of the audit log's head outside the database.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Audit {
    /// Path of the head file; `None`: beside an SQLite database, and no file for PostgreSQL.
    pub head_file: Option<PathBuf>,
}

pub const KEYS: &[Key] = &[Key::optional(
    "audit.head_file",
    Kind::Path,
    "Path of a file that stores the head of the audit log outside the database. With it, the \
     server and `doorward audit verify` detect that the end of the log was removed. Each replica \
     needs a separate file, on storage that an attacker with database access cannot reach. Unset: \
     `{database file}.audit-head.json` beside an SQLite database, and no file for PostgreSQL.",
)];
