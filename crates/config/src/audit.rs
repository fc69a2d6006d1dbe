//! `[audit]`: a copy of the audit log's head outside the database.

use std::path::PathBuf;

use super::key::Kind;

section! {
    pub struct Audit in "audit" {
        /// Path of a file that stores the head of the audit log outside the database. With it, the
        /// server and `doorward audit verify` detect that the end of the log was removed. Each
        /// replica needs a separate file, on storage that an attacker with database access cannot
        /// reach. Unset: `{database file}.audit-head.json` beside an SQLite database, and no file
        /// for PostgreSQL.
        head_file: Option<PathBuf> = Kind::Path.unset();
    }
}
