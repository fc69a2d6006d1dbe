//! The decision: may this caller do that.

use serde::Serialize;

use super::explain::Reason;
use crate::principal::Principal;

/// What an operation requires of its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Requirement {
    /// The permission that the person must have, such as `tasks:read_all`.
    pub permission: &'static str,
    /// The scope that covers it, such as `tasks:read`. The permission's own name as a scope does
    /// as well.
    pub scope: &'static str,
}

impl Requirement {
    /// A permission whose scope has the same name.
    pub const fn permission(name: &'static str) -> Self {
        Self {
            permission: name,
            scope: name,
        }
    }

    /// A permission that the scope of another name covers.
    pub const fn covered_by(permission: &'static str, scope: &'static str) -> Self {
        Self { permission, scope }
    }
}

/// The answer, with its reasons (DESIGN §2.7).
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Decision {
    /// What was required.
    pub requirement: Requirement,
    /// What is missing; nothing, if it is allowed.
    pub reasons: Vec<Reason>,
}

impl Decision {
    /// Whether the operation is allowed.
    pub const fn is_allowed(&self) -> bool {
        self.reasons.is_empty()
    }
}

/// Whether this caller meets the requirement.
///
/// Allowed if and only if the entitlements contain the permission, **and** the scope contains the
/// permission or the scope that covers it. Role names never count: what a role means is decided
/// where tokens are issued.
pub fn decide(principal: &Principal, requirement: &Requirement) -> Decision {
    let mut reasons = Vec::new();
    if !principal.entitlements.contains(requirement.permission) {
        reasons.push(Reason::MissingEntitlement {
            permission: requirement.permission,
        });
    }
    let scope = &principal.scope;
    if !scope.contains(requirement.scope) && !scope.contains(requirement.permission) {
        reasons.push(Reason::MissingScope {
            scope: requirement.scope,
        });
    }
    Decision {
        requirement: *requirement,
        reasons,
    }
}

#[cfg(test)]
mod tests;
