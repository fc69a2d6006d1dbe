//! `[audit]`: a copy of the audit log's head outside the database, and its archives.

use std::path::PathBuf;

use super::key::{DAY, Kind};

section! {
    pub struct Audit in "audit" {
        /// Path of a file that stores the head of the audit log outside the database. With it, the
        /// server and `doorward audit verify` detect that the end of the log was removed. Each
        /// replica needs a separate file, on storage that an attacker with database access cannot
        /// reach. Unset: `{database file}.audit-head.json` beside an SQLite database, and no file
        /// for PostgreSQL.
        head_file: Option<PathBuf> = Kind::Path.unset();
        /// Age from which `doorward audit archive` moves whole days of the audit log from the
        /// database into files. `0s` keeps everything in the database.
        retention: i64 = Kind::Duration(0, 3660 * DAY).default("0s");
        /// Age from which the addresses of audit events are erased from the database. The chain
        /// covers a hash of each address, which stays. `0s` keeps them. Events from before an upgrade to
        /// a version with this setting keep theirs.
        address_retention: i64 = Kind::Duration(0, 3660 * DAY).default("0s");
        /// Path of the directory with the files that `doorward audit archive` writes, and that
        /// `doorward audit verify` reads.
        archive_directory: Option<PathBuf> = Kind::Path.unset();
    }
}
