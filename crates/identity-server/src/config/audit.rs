//! `[audit]`: the audit log's head outside the database.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{
    Config,
    check::sqlite_path,
    key::{Key, Kind},
};

/// The audit log.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Audit {
    /// The head file; `None`: beside an SQLite database, and none for PostgreSQL.
    pub head_file: Option<PathBuf>,
}

impl Config {
    /// Returns the file that keeps the head of the audit log, where there is one.
    pub fn audit_head_file(&self) -> Option<PathBuf> {
        if let Some(file) = &self.audit.head_file {
            return Some(file.clone());
        }
        let url = self.database.url.expose();
        if url.contains("mode=memory") {
            return None;
        }
        let database = Path::new(sqlite_path(url)?);
        let mut name = database.file_name()?.to_owned();
        name.push(".audit-head.json");
        Some(database.with_file_name(name))
    }
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
