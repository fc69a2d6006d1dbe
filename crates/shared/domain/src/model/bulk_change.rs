//! Bulk changes: one operation on many users.

use serde::{Deserialize, Serialize};

use super::{BulkChangeId, GroupId, SubjectKind, UserId};
use crate::time::UnixSeconds;

doorward_protocol::words! {
    pub enum BulkAction {
        Disable = "disable",
        Enable = "enable",
        EndSessions = "end_sessions",
        AddToGroup = "add_to_group",
        VerifyEmail = "verify_email",
        ChangeEmailDomain = "change_email_domain",
        RequireNewPassword = "require_new_password",
    }
}

/// The domains of [`BulkAction::ChangeEmailDomain`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EmailDomains {
    /// Domain of the present addresses, in ASCII form.
    pub from: String,
    pub to: String,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BulkSelection {
    /// These users, in this order.
    Users(Vec<UserId>),
    /// The users that a filter of the list of users finds, as its query string.
    Filter(String),
}

doorward_protocol::words! {
    pub enum BulkState {
        /// Users remain to be changed.
        Running = "running",
        /// Every user was tried.
        Done = "done",
        /// Stopped before every user was tried.
        Stopped = "stopped",
    }

    pub enum StopReason {
        Requested = "requested",
        StarterDeleted = "starter_deleted",
        /// The administrator was disabled, or will be deleted.
        StarterDisabled = "starter_disabled",
        PermissionLost = "permission_lost",
        /// The command that did it ended too early.
        Interrupted = "interrupted",
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BulkChange {
    /// The identifier, which the audit events of its users contain.
    pub id: BulkChangeId,
    /// The kind of the administrator that started it: a user, or a client that acts for itself.
    pub starter_kind: SubjectKind,
    /// The ID of that user or client; empty for the command line.
    pub starter: String,
    /// The organization to which the administrator was confined.
    pub org: Option<String>,
    /// The client that the administrator used; `None` for the console.
    pub client_id: Option<String>,
    pub action: BulkAction,
    /// The group of [`BulkAction::AddToGroup`].
    pub group: Option<GroupId>,
    pub email_domains: Option<EmailDomains>,
    /// False if the users get no mail about the change.
    pub notify: bool,
    /// True if [`BulkAction::RequireNewPassword`] leaves sessions, grants and API keys.
    pub keep_access: bool,
    pub selection: BulkSelection,
    /// The number of users at the start; `None` if there were too many to count.
    pub total: Option<u64>,
    /// The position of the last user that was tried, for a filter.
    pub cursor: Option<String>,
    /// The number of users that are in the requested state now.
    pub done: u64,
    pub failed: u64,
    pub state: BulkState,
    pub stop_reason: Option<StopReason>,
    /// The time until which one process may continue it.
    pub lease_until: UnixSeconds,
    pub created_at: UnixSeconds,
    pub ended_at: Option<UnixSeconds>,
}

impl BulkChange {
    pub const fn tried(&self) -> u64 {
        self.done + self.failed
    }

    /// Returns true if the command line started it. Only that command continues it.
    pub const fn is_of_command_line(&self) -> bool {
        self.starter.is_empty()
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BulkFailure {
    pub user: UserId,
    /// The reason: a code of the admin API.
    pub reason: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_storage_are_read_back() {
        for action in BulkAction::ALL {
            assert_eq!(BulkAction::parse(action.as_str()), Some(action));
        }
        for state in BulkState::ALL {
            assert_eq!(BulkState::parse(state.as_str()), Some(state));
        }
        for reason in StopReason::ALL {
            assert_eq!(StopReason::parse(reason.as_str()), Some(reason));
        }
        assert_eq!(BulkAction::parse("delete"), None);
    }
}
