//! Denial records and missing requirements.

use std::fmt;

use doorward_access::Principal;
use doorward_access::guard::DenialContext;
use doorward_access::rbac::{DecisionId, Reason};
use serde::Serialize;
use serde_json::{Value, json};

/// A missing requirement as shown to the caller: the remaining requirement, not the rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum MissingRequirement {
    Route(Reason),
    Rule {
        /// Code `missing_entitlement`, `missing_scope` or `not_permitted`, or `rule_failed` if a rule
        /// could not be evaluated.
        code: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        permission: Option<String>,
        detail: String,
    },
}

impl fmt::Display for MissingRequirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Route(reason) => reason.fmt(f),
            Self::Rule { detail, .. } => f.write_str(detail),
        }
    }
}

#[derive(Debug, Clone)]
pub struct DecisionRecord {
    pub id: DecisionId,
    pub org: String,
    pub subject: Option<String>,
    pub client_id: Option<String>,
    /// Action: one of the policies, or the permission of the route.
    pub action: String,
    /// Object, such as `Task/0190…`.
    pub resource: Option<String>,
    /// Rules, their inputs, missing requirements, and the commands that grant them.
    pub detail: Value,
}

impl DecisionRecord {
    pub(crate) fn of_guard(denied: &DenialContext) -> Self {
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
                    "missing": denied.reasons,
                }),
            };
        };
        Self {
            id: denied.id,
            ..Self::of_route(
                principal,
                denied.permission.unwrap_or("sign_in"),
                &denied.reasons,
            )
        }
    }

    pub(crate) fn of_route(principal: &Principal, action: &str, missing: &[Reason]) -> Self {
        let permissions: Vec<_> = missing
            .iter()
            .filter_map(|missing| match missing {
                Reason::MissingEntitlement { permission } => Some(*permission),
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

pub(crate) fn grants_of(permissions: &[&str]) -> Vec<String> {
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
