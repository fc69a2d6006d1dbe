//! Denial records and missing requirements.

use std::fmt;

use doorward_access::Principal;
use doorward_access::guard::DenialContext;
use doorward_access::rbac::{DecisionId, Reason};
use serde::Serialize;
use serde_json::{Value, json};

use crate::origin::Origin;

/// A missing requirement as shown to the caller: the remaining requirement, not the rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum MissingRequirement {
    /// A permission or a scope that the route requires.
    Route(Reason),
    /// A permission that a rule requires.
    Permission {
        /// Code `missing_entitlement`.
        code: &'static str,
        /// Missing permission.
        permission: String,
        /// Human-readable sentence.
        detail: String,
    },
    /// Another requirement of a rule.
    Rule {
        /// Code `not_permitted`, or `rule_failed` if a rule could not be evaluated.
        code: &'static str,
        /// Human-readable sentence.
        detail: String,
    },
}

impl fmt::Display for MissingRequirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Route(reason) => reason.fmt(f),
            Self::Permission { detail, .. } | Self::Rule { detail, .. } => f.write_str(detail),
        }
    }
}

impl From<Reason> for MissingRequirement {
    fn from(reason: Reason) -> Self {
        Self::Route(reason)
    }
}

/// A recorded denial.
#[derive(Debug, Clone)]
pub struct DecisionRecord {
    pub id: DecisionId,
    /// Organization in which the caller acted.
    pub org: String,
    /// Denied caller, if known.
    pub subject: Option<String>,
    /// Client of the caller.
    pub client_id: Option<String>,
    /// Action: one of the policies, or the permission of the route.
    pub action: String,
    /// Object, such as `Task/0190…`.
    pub resource: Option<String>,
    /// Rules, their inputs, missing requirements, and the commands that grant them.
    pub detail: Value,
}

/// A denial with its request.
pub(crate) struct Denial {
    pub(super) record: DecisionRecord,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) status: u16,
    pub(super) origin: Origin,
    /// Unix seconds.
    pub(super) now: i64,
}

impl DecisionRecord {
    /// Creates a record of a denial by the route's guard.
    pub(crate) fn of_guard(denied: &DenialContext) -> Self {
        let missing: Vec<MissingRequirement> =
            denied.reasons.iter().copied().map(Into::into).collect();
        let Some(principal) = &denied.principal else {
            return Self {
                id: denied.id,
                org: String::new(),
                subject: None,
                client_id: None,
                action: "authenticate".to_owned(),
                resource: None,
                detail: json!({
                    "decided_by": [{"rule": "token", "because": denied.detail}],
                    "missing": missing,
                }),
            };
        };
        Self {
            id: denied.id,
            ..Self::of_route(principal, denied.permission.unwrap_or("sign_in"), &missing)
        }
    }

    /// Creates a record of a denial by the route's permission or scope.
    pub(crate) fn of_route(
        principal: &Principal,
        action: &str,
        missing: &[MissingRequirement],
    ) -> Self {
        let permissions: Vec<_> = missing
            .iter()
            .filter_map(|missing| match missing {
                MissingRequirement::Route(Reason::MissingEntitlement { permission }) => {
                    Some(*permission)
                }
                _ => None,
            })
            .collect();
        Self {
            id: DecisionId::random(),
            org: principal.org.clone().unwrap_or_default(),
            subject: Some(principal.subject.clone()),
            client_id: Some(principal.client_id.clone()),
            action: action.to_owned(),
            resource: None,
            detail: json!({
                "decided_by": [{"rule": "route", "needs": action}],
                "inputs": {"person": {
                    "subject": principal.subject,
                    "roles": principal.roles,
                    "entitlements": principal.entitlements,
                    "scope": principal.scope.to_string(),
                }},
                "missing": missing,
                "grant": grants_of(&permissions),
            }),
        }
    }
}

/// Returns the commands that grant the permissions.
pub(super) fn grants_of(permissions: &[&str]) -> Vec<String> {
    permissions
        .iter()
        .map(|permission| {
            format!(
                "assign a role with the permission {permission}: doorward role assign --user … \
                 --role …"
            )
        })
        .collect()
}
