//! The permissions of the task routes, and of access to other users' tasks. The policies decide
//! which tasks an action reaches.

use doorward_access::Principal;
use doorward_access::guard::RouteGuard;
use doorward_access::rbac::{Requirement, decide};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Read,
    Write,
    Delete,
}

impl Action {
    pub const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Delete];

    /// Returns the requirement of a route with this action, which suffices for the caller's own
    /// tasks.
    pub const fn on_own(self) -> Requirement {
        Requirement::permission(match self {
            Self::Read => "tasks:read",
            Self::Write => "tasks:write",
            Self::Delete => "tasks:delete",
        })
    }

    /// Returns the requirement for all users' tasks.
    pub const fn on_all(self) -> Requirement {
        let permission = match self {
            Self::Read => "tasks:read_all",
            Self::Write => "tasks:write_all",
            Self::Delete => "tasks:delete_all",
        };
        Requirement::covered_by(permission, self.on_own().permission)
    }
}

/// The requirement to read tasks.
pub(crate) struct ReadTasks;
/// The requirement to create and change tasks.
pub(crate) struct WriteTasks;
/// The requirement to delete tasks.
pub(crate) struct DeleteTasks;

impl RouteGuard for ReadTasks {
    const REQUIREMENT: Requirement = Action::Read.on_own();
}

impl RouteGuard for WriteTasks {
    const REQUIREMENT: Requirement = Action::Write.on_own();
}

impl RouteGuard for DeleteTasks {
    const REQUIREMENT: Requirement = Action::Delete.on_own();
}

/// The owners whose tasks a caller may request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// This subject only.
    Own(String),
    /// All owners.
    All,
}

impl Reach {
    /// Returns the reach of `action` for this caller. Deny by default: own tasks only, unless the
    /// token has the permission for all tasks and its scope covers it.
    pub fn for_action(principal: &Principal, action: Action) -> Self {
        if decide(principal, &action.on_all()).is_allowed() {
            Self::All
        } else {
            Self::Own(principal.subject.clone())
        }
    }

    /// Returns true if a task of this owner is within reach.
    pub fn includes(&self, owner: &str) -> bool {
        match self {
            Self::All => true,
            Self::Own(subject) => subject == owner,
        }
    }
}

#[cfg(test)]
mod tests;
