//! What a route asks of every caller, and what it takes to ask for other people's tasks. Which
//! tasks an action reaches is decided by the policies.

use doorward_access::Principal;
use doorward_access::guard::RouteGuard;
use doorward_access::rbac::{Requirement, decide};

/// What somebody wants to do with tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// See them.
    Read,
    /// Create and change them.
    Write,
    /// Remove them.
    Delete,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Delete];

    /// What a route of this action demands of every caller: enough for one's own tasks.
    pub const fn on_own(self) -> Requirement {
        Requirement::permission(match self {
            Self::Read => "tasks:read",
            Self::Write => "tasks:write",
            Self::Delete => "tasks:delete",
        })
    }

    /// What it takes to reach everybody's tasks.
    pub const fn on_all(self) -> Requirement {
        let permission = match self {
            Self::Read => "tasks:read_all",
            Self::Write => "tasks:write_all",
            Self::Delete => "tasks:delete_all",
        };
        Requirement::covered_by(permission, self.on_own().permission)
    }
}

/// May see tasks.
pub(crate) struct ReadTasks;
/// May create and change tasks.
pub(crate) struct WriteTasks;
/// May remove tasks.
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

/// Whose tasks may be asked for by their owner's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Only this subject's.
    Own(String),
    /// Everybody's.
    All,
}

impl Reach {
    /// How far `action` reaches for this caller. Deny by default: own tasks only, unless the
    /// token carries the permission on all and its scope covers it.
    pub fn of(principal: &Principal, action: Action) -> Self {
        if decide(principal, &action.on_all()).is_allowed() {
            Self::All
        } else {
            Self::Own(principal.subject.clone())
        }
    }

    /// Whether a task of this owner is within reach.
    pub fn includes(&self, owner: &str) -> bool {
        match self {
            Self::All => true,
            Self::Own(subject) => subject == owner,
        }
    }
}

#[cfg(test)]
mod tests;
