//! The decision whether a caller may perform an operation.

use serde::Serialize;

use super::explain::Reason;
use crate::principal::Principal;

/// The permission and scope that an operation requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Requirement {
    /// Permission that the user must have, such as `tasks:read_all`.
    pub permission: &'static str,
    /// Scope that covers it, such as `tasks:read`. A scope with the permission's own name is also
    /// accepted.
    pub scope: &'static str,
}

impl Requirement {
    /// Creates a requirement whose scope has the permission's name.
    pub const fn permission(name: &'static str) -> Self {
        Self {
            permission: name,
            scope: name,
        }
    }

    /// Creates a requirement that is covered by a scope of another name.
    pub const fn covered_by(permission: &'static str, scope: &'static str) -> Self {
        Self { permission, scope }
    }
}

/// A decision with its reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Decision {
    /// Checked requirement.
    pub requirement: Requirement,
    /// Missing parts; empty if the operation is allowed.
    pub reasons: Vec<Reason>,
}

impl Decision {
    /// Returns true if the operation is allowed.
    pub const fn is_allowed(&self) -> bool {
        self.reasons.is_empty()
    }
}

/// Decides whether a caller meets a requirement.
///
/// Allowed if and only if the entitlements contain the permission, **and** the scope contains the
/// permission or the scope that covers it. Role names are ignored: the issuer resolves roles to
/// entitlements.
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
