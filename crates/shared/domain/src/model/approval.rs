//! Changes that wait for a second administrator, and objects that files describe.

use super::ApprovalId;
use crate::time::UnixSeconds;

doorward_protocol::words! {
    /// The reason why a change needs a second administrator.
    pub enum ApprovalMark {
        /// A role with a permission of this server.
        Roles = "roles",
        Providers = "providers",
        Keys = "keys",
        Deletions = "deletions",
    }

    /// The state of a request for approval.
    pub enum ApprovalState {
        Waiting = "waiting",
        Approved = "approved",
        Rejected = "rejected",
        /// The approved change was made.
        Made = "made",
    }
}

/// A request for the approval of one change. It has no content that could be replayed: the author makes the same
/// change again, and the name says that it is the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Approval {
    pub id: ApprovalId,
    /// Hash of the change, and for a plan of the state for which it was made.
    pub name: String,
    /// ID of the user or client; `None` for the command line.
    pub author: Option<String>,
    /// True for a plan of files.
    pub is_plan: bool,
    /// Words of [`ApprovalMark`], separated by spaces.
    pub marks: String,
    /// The change as text.
    pub text: String,
    /// Commit of the files.
    pub source: Option<String>,
    pub state: ApprovalState,
    pub created_at: UnixSeconds,
    pub ends_at: UnixSeconds,
    /// ID of the second administrator.
    pub decided_by: Option<String>,
    pub decided_at: Option<UnixSeconds>,
}

impl Approval {
    /// Returns true if an administrator can still decide, or the author make the change.
    pub fn is_open(&self, now: UnixSeconds) -> bool {
        now < self.ends_at && matches!(self.state, ApprovalState::Waiting | ApprovalState::Approved)
    }
}

/// An object that the files of the last apply describe.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ManagedObject {
    /// Kind and key: `clients wiki`.
    pub id: String,
    pub kind: String,
    /// The subject of its audit events.
    pub subject: String,
    /// Path of the file below the directory of the apply, and its line.
    pub file: String,
    pub source: Option<String>,
    pub applied_at: UnixSeconds,
}
