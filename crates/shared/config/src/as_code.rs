//! `[as_code]` and `[approval]`: objects that files describe, and changes that need a second administrator.

use super::key::{DAY, HOUR, Kind};

section! {
    pub struct AsCode in "as_code" {
        /// Makes objects read-only in the console while the files of an apply describe them. With
        /// `false` the console only shows the file, and a change by hand is found by `doorward drift`.
        read_only: bool = Kind::Boolean.default("true");
    }
}

section! {
    /// Changes that a second administrator approves before they are made.
    pub struct Approval in "approval" {
        /// Roles with a permission of this server, and their assignments.
        roles: bool = Kind::Boolean.default("false");
        /// Identity providers.
        providers: bool = Kind::Boolean.default("false");
        /// Signing keys.
        keys: bool = Kind::Boolean.default("false");
        /// Number of objects that one change deletes without approval. Unset: any number.
        deletions: Option<u64> = Kind::Number(0, 1_000_000).unset();
        /// Applies to changes in the console and by single calls of the admin API too, and not only to
        /// `apply`.
        by_hand: bool = Kind::Boolean.default("false");
        /// Applies to the command line too, which is the operator. `doorward recover` never waits.
        commands: bool = Kind::Boolean.default("false");
        /// Time in which a request is approved, and an approved change is made.
        lifetime: i64 = Kind::Duration(HOUR, 90 * DAY).default("7d");
    }
}
