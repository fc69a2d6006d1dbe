//! Comparison of a file with the users that it has imported: the options, and the memory of what the
//! file has given to a user.

use std::collections::{BTreeSet, HashSet};

pub use doorward_admin::provisioning::{AppliedState, UserLimit};

/// Name of the picture in [`AppliedState::fields`].
pub const PICTURE: &str = "picture";
/// Name of the staff mark in [`AppliedState::fields`].
pub const STAFF: &str = "is_staff";

/// The contents of a file that are known before its rows are compared.
#[derive(Clone, Debug, Default)]
pub struct FileContents {
    /// Names of its columns; the file decides about no others.
    pub columns: BTreeSet<String>,
    /// Ids of all rows, also of those that cannot be read.
    pub old_ids: HashSet<String>,
    /// True if roles and groups are only names in the rows of users: those that no user gets are not created.
    pub names_only: bool,
}

/// A comparison of a file with the users of its source.
#[derive(Clone, Debug)]
pub struct Comparison {
    pub file: FileContents,
    /// Applies the file to these users; without it, they are only reported.
    pub sync: Option<SyncOptions>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyncOptions {
    pub leavers: LeaverAction,
    /// Maximum of missing users, and of users whom the file disables.
    pub max_leavers: UserLimit,
    /// Maximum of users whom the file changes, and of those who are new in it; `None` for the default.
    pub max_changes: Option<UserLimit>,
    /// True if users are notified of changes as by an administrator.
    pub notifies: bool,
}

doorward_protocol::words! {
    /// The treatment of active users that are missing in the file.
    pub enum LeaverAction {
        Disable = "disable",
        Report = "report",
    }
}
