//! The object rules, pure: which permission each action needs, how far it reaches, and what to
//! say when an object was out of reach.

use doorward_access::Principal;
use doorward_access::rbac::{Reason, Requirement, decide};

use super::model::Task;

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

/// Whose tasks an action may touch; part of the WHERE clause of every statement.
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

/// Why a change touched nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Miss {
    /// There is no such task, or none that the caller may know of: 404, never 403.
    NotFound,
    /// The caller may see the task, but this is missing to change it: 403.
    Forbidden(Vec<Reason>),
    /// The task is no longer at the version that the caller named: 412.
    Changed,
}

/// Explains a change that touched nothing. `visible` is the task if the caller may read it.
pub fn explain_miss(
    principal: &Principal,
    action: Action,
    visible: Option<&Task>,
    expected_version: Option<i64>,
) -> Miss {
    match visible {
        Some(task) if !Reach::of(principal, action).includes(&task.owner_subject) => {
            Miss::Forbidden(decide(principal, &action.on_all()).reasons)
        }
        Some(task) if expected_version.is_some_and(|version| version != task.version) => {
            Miss::Changed
        }
        // Either there is none, or it vanished between the two statements.
        _ => Miss::NotFound,
    }
}

#[cfg(test)]
mod tests;
