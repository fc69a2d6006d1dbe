//! Refusals that can be explained later: which rule, what it looked at, what was missing, and
//! which permission would have opened the way.

pub(crate) mod http;
mod keep;
mod store;

use doorward_access::Principal;
use doorward_access::guard::Denied;
use doorward_access::rbac::{DecisionId, Reason};
use sea_orm::DbErr;
use serde::Serialize;
use serde_json::{Value, json};

use crate::app::State;
use crate::caller::Caller;
use crate::policy::{Action, Object, Rule, Verdict};
use crate::problem::Problem;

pub(crate) use keep::{Keeper, keep};
pub(crate) use store::find;

/// The permission to read why others were refused.
pub(crate) const READ_DECISIONS: &str = "decisions:read";

/// One thing that is missing, as the caller learns it: what would help, not which rule it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Missing {
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

impl From<Reason> for Missing {
    fn from(reason: Reason) -> Self {
        Self::Route(reason)
    }
}

/// What is missing according to these rules.
pub(crate) fn missing(principal: &Principal, verdict: &Verdict) -> Vec<Missing> {
    let rules = verdict.decided_by.iter().chain(&verdict.closed);
    if verdict.failed {
        return vec![Missing::Rule {
            code: "rule_failed",
            detail: "a rule that could forbid this could not be evaluated; ask the operator"
                .to_owned(),
        }];
    }
    let mut found: Vec<Missing> = Vec::new();
    for rule in rules {
        let one = match (&rule.needs, &rule.because) {
            (Some(permission), _) if !principal.entitlements.contains(permission) => {
                let detail = format!(
                    "the account does not have the permission {permission}; an administrator can \
                     assign a role that has it"
                );
                Missing::Permission {
                    code: "missing_entitlement",
                    permission: permission.clone(),
                    detail,
                }
            }
            (Some(permission), _) => Missing::Permission {
                code: "missing_scope",
                permission: permission.clone(),
                detail: format!("the token's scope does not cover the permission {permission}"),
            },
            (None, Some(because)) => Missing::Rule {
                code: "not_permitted",
                detail: because.clone(),
            },
            (None, None) => continue,
        };
        if !found.contains(&one) {
            found.push(one);
        }
    }
    if found.is_empty() {
        found.push(Missing::Rule {
            code: "not_permitted",
            detail: "no rule permits this".to_owned(),
        });
    }
    found
}

/// A refusal as it is kept.
#[derive(Debug, Clone)]
pub struct Record {
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
    record: Record,
    method: String,
    path: String,
    status: u16,
    /// Unix seconds.
    now: i64,
}

fn name_of(rule: &Rule) -> Value {
    json!({
        "rule": rule.id,
        "file": rule.file,
        "effect": if rule.effect == cedar_policy::Effect::Permit { "permit" } else { "forbid" },
        "needs": rule.needs,
        "because": rule.because,
    })
}

impl Record {
    /// What the rules refused.
    pub(crate) fn of_rules(
        caller: &Caller,
        action: Action,
        object: &Object,
        verdict: &Verdict,
        missing: &[Missing],
    ) -> Self {
        let facts = object.facts.iter();
        let facts: serde_json::Map<_, _> = facts
            .map(|(name, value)| ((*name).to_owned(), value.to_json()))
            .collect();
        let related: Vec<_> = object
            .related
            .iter()
            .map(|one| {
                let facts = one.facts.iter();
                let facts: serde_json::Map<_, _> = facts
                    .map(|(name, value)| ((*name).to_owned(), value.to_json()))
                    .collect();
                json!({"kind": one.kind.as_str(), "id": one.id, "attributes": facts})
            })
            .collect();
        let rules = |rules: &[std::sync::Arc<Rule>]| -> Vec<Value> {
            rules.iter().map(|rule| name_of(rule)).collect()
        };
        let grants: Vec<_> = verdict
            .decided_by
            .iter()
            .chain(&verdict.closed)
            .filter_map(|rule| rule.needs.as_deref())
            .collect();
        Self {
            id: DecisionId::random(),
            org: caller.org().to_owned(),
            subject: Some(caller.principal.subject.clone()),
            client_id: Some(caller.principal.client_id.clone()),
            action: action.as_str().to_owned(),
            resource: Some(format!("{}/{}", object.kind.as_str(), object.id)),
            detail: json!({
                "decided_by": rules(&verdict.decided_by),
                "would_permit": rules(&verdict.closed),
                "inputs": {
                    "person": caller.person.to_json(),
                    "situation": caller.situation.to_json(),
                    "object": {
                        "kind": object.kind.as_str(),
                        "id": object.id,
                        "attributes": facts,
                        "related": related,
                    },
                },
                "missing": missing,
                "grant": grants_of(&grants),
            }),
        }
    }

    /// What the guard of the route refused.
    pub(crate) fn of_guard(denied: &Denied) -> Self {
        let missing: Vec<Missing> = denied.reasons.iter().copied().map(Into::into).collect();
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
    pub(crate) fn of_route(principal: &Principal, action: &str, missing: &[Missing]) -> Self {
        let permissions: Vec<_> = missing
            .iter()
            .filter_map(|one| match one {
                Missing::Route(Reason::MissingEntitlement { permission }) => Some(*permission),
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
fn grants_of(permissions: &[&str]) -> Vec<String> {
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

impl Caller {
    /// 403 for what the rules refused, remembered so that it can be explained.
    pub(crate) fn refuse(&self, action: Action, object: &Object, verdict: &Verdict) -> Problem {
        let missing = missing(&self.principal, verdict);
        let record = Record::of_rules(self, action, object, verdict, &missing);
        Problem::forbidden(missing, record)
    }

    /// 403 for what this server refuses whatever the policies say: its name, and the reason.
    pub(crate) fn refuse_by(
        &self,
        (rule, because): (&str, &str),
        action: Action,
        object: &Object,
    ) -> Problem {
        let missing = vec![Missing::Rule {
            code: "not_permitted",
            detail: because.to_owned(),
        }];
        let mut record = Record::of_rules(self, action, object, &Verdict::nothing(), &missing);
        record.detail["decided_by"] = json!([{"rule": rule, "because": because}]);
        Problem::forbidden(missing, record)
    }

    /// 404 for an object that the caller may not know of. Who may read decisions learns that one
    /// was made; for everybody else it is the same as where there is nothing, and nobody looks.
    pub(crate) async fn hide(
        &self,
        state: &State,
        find: impl Future<Output = Result<Option<Object>, DbErr>>,
    ) -> Result<Problem, Problem> {
        if !self.reads_decisions() {
            return Ok(Problem::not_found());
        }
        let Some(object) = find.await? else {
            return Ok(Problem::not_found());
        };
        let verdict = self.decide(state, Action::Read, &object);
        let missing = missing(&self.principal, &verdict);
        let record = Record::of_rules(self, Action::Read, &object, &verdict, &missing);
        Ok(Problem::not_found().explained(record))
    }

    /// Whether the caller may read why something was refused.
    pub(crate) fn reads_decisions(&self) -> bool {
        self.principal.entitlements.contains(READ_DECISIONS)
    }
}
