//! The permissions of the task routes, and of access to other users' tasks. The policies decide
//! which tasks an action reaches.

use doorward_access::guard::RouteGuard as _;
use doorward_access::rbac::{Requirement, decide};
use doorward_access::{Principal, permission};

permission!(pub(crate) ReadTasks = "tasks:read");
permission!(pub(crate) WriteTasks = "tasks:write");
permission!(pub(crate) DeleteTasks = "tasks:delete");

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
        match self {
            Self::Read => ReadTasks::REQUIREMENT,
            Self::Write => WriteTasks::REQUIREMENT,
            Self::Delete => DeleteTasks::REQUIREMENT,
        }
    }

    pub const fn on_all(self) -> Requirement {
        let permission = match self {
            Self::Read => "tasks:read_all",
            Self::Write => "tasks:write_all",
            Self::Delete => "tasks:delete_all",
        };
        Requirement::covered_by(permission, self.on_own().permission)
    }
}

/// The owners whose tasks a caller may request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    Own(String),
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

    pub fn includes(&self, owner: &str) -> bool {
        match self {
            Self::All => true,
            Self::Own(subject) => subject == owner,
        }
    }
}

#[cfg(test)]
mod tests;
