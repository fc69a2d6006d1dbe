//! Bulk changes: one operation on many users.

use super::{BulkChangeId, GroupId, SubjectKind, UserId};
use crate::time::UnixSeconds;

/// The operation of a bulk change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BulkAction {
    /// Disables the account.
    Disable,
    /// Enables the account.
    Enable,
    /// Ends all sessions of the user.
    EndSessions,
    /// Adds the user to a group.
    AddToGroup,
    /// Marks the e-mail address as verified.
    VerifyEmail,
}

impl BulkAction {
    /// Every operation.
    pub const ALL: [Self; 5] = [
        Self::Disable,
        Self::Enable,
        Self::EndSessions,
        Self::AddToGroup,
        Self::VerifyEmail,
    ];

    /// Returns the word in storage, in forms and in the admin API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::EndSessions => "end_sessions",
            Self::AddToGroup => "add_to_group",
            Self::VerifyEmail => "verify_email",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == text)
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BulkSelection {
    /// These users, in this order.
    Users(Vec<UserId>),
    /// The users that a filter of the list of users finds, as its query string.
    Filter(String),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BulkState {
    /// Users remain to be changed.
    Running,
    /// Every user was tried.
    Done,
    /// Stopped before every user was tried.
    Stopped,
}

impl BulkState {
    pub const ALL: [Self; 3] = [Self::Running, Self::Done, Self::Stopped];

    /// Returns the word in storage and in the admin API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Stopped => "stopped",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// The reason why a bulk change was stopped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StopReason {
    /// An administrator stopped it.
    Requested,
    /// The administrator was deleted.
    StarterDeleted,
    /// The administrator was disabled, or will be deleted.
    StarterDisabled,
    /// The administrator lost the permission for it.
    PermissionLost,
    /// The command that did it ended too early.
    Interrupted,
}

impl StopReason {
    pub const ALL: [Self; 5] = [
        Self::Requested,
        Self::StarterDeleted,
        Self::StarterDisabled,
        Self::PermissionLost,
        Self::Interrupted,
    ];

    /// Returns the word in storage and in the admin API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::StarterDeleted => "starter_deleted",
            Self::StarterDisabled => "starter_disabled",
            Self::PermissionLost => "permission_lost",
            Self::Interrupted => "interrupted",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
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
    pub selection: BulkSelection,
    /// The number of users at the start; `None` if there were too many to count.
    pub total: Option<u64>,
    /// The position of the last user that was tried, for a filter.
    pub cursor: Option<String>,
    /// The number of users that are in the requested state now.
    pub done: u64,
    /// The number of users that could not be changed.
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
