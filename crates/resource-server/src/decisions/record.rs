//! Refusals as they are kept, and what was missing.

use doorward_access::Principal;
use doorward_access::guard::DenialContext;
use doorward_access::rbac::{DecisionId, Reason};
use serde::Serialize;
use serde_json::{Value, json};

/// One thing that is missing, as the caller learns it: what would help, not which rule it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum MissingRequirement {
    /// A permission or a scope, as the route asks for it.
    Route(Reason),
    /// A permission that a rule asks for.
    Permission {
        /// `missing_entitlement`.
        code: &'static str,
        /// The permission.
        permission: String,
        /// A sentence for people.
        detail: String,
    },
    /// Something else that a rule asks for.
    Rule {
        /// `not_permitted`, or `rule_failed` where a rule could not be evaluated.
        code: &'static str,
        /// A sentence for people.
        detail: String,
    },
}

impl From<Reason> for MissingRequirement {
    fn from(reason: Reason) -> Self {
        Self::Route(reason)
    }
}

/// A refusal as it is kept.
#[derive(Debug, Clone)]
pub struct DecisionRecord {
    /// Its name.
    pub id: DecisionId,
    /// The tenant in whose name the caller acted.
    pub org: String,
    /// Who was refused, if they are known.
    pub subject: Option<String>,
    /// With which client.
    pub client_id: Option<String>,
    /// What they wanted: an action of the policies, or the permission of the route.
    pub action: String,
    /// On what, `Task/0190…`.
    pub resource: Option<String>,
    /// The rules, their inputs, what was missing, and who can grant it.
    pub detail: Value,
}

/// A refusal with the request that it answers.
pub(crate) struct Denial {
    pub(super) record: DecisionRecord,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) status: u16,
    /// Unix seconds.
    pub(super) now: i64,
}

impl DecisionRecord {
    /// What the guard of the route refused.
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

    /// What the permission or the scope of the route refused.
    pub(crate) fn of_route(
        principal: &Principal,
        action: &str,
        missing: &[MissingRequirement],
    ) -> Self {
        let permissions: Vec<_> = missing
            .iter()
            .filter_map(|one| match one {
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

/// Who can change it, in words.
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
