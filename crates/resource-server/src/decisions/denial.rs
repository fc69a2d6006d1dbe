//! What the rules refuse, as the caller learns it and as it is kept.

use doorward_access::Principal;
use doorward_access::rbac::DecisionId;
use sea_orm::DbErr;
use serde_json::{Value, json};

use super::record::{DecisionRecord, MissingRequirement, grants_of};
use crate::caller::Caller;
use crate::policy::{Action, Object, PolicyDecision, Rule};
use crate::problem::Problem;
use crate::state::State;

/// The permission to read why others were refused.
pub(crate) const READ_DECISIONS: &str = "decisions:read";

/// What is missing according to these rules.
pub(crate) fn missing(principal: &Principal, verdict: &PolicyDecision) -> Vec<MissingRequirement> {
    let rules = verdict.decided_by.iter().chain(&verdict.closed);
    if verdict.failed {
        return vec![MissingRequirement::Rule {
            code: "rule_failed",
            detail: "a rule that could forbid this could not be evaluated; ask the operator"
                .to_owned(),
        }];
    }
    let mut found: Vec<MissingRequirement> = Vec::new();
    for rule in rules {
        let one = match (&rule.needs, &rule.because) {
            (Some(permission), _) if !principal.entitlements.contains(permission) => {
                let detail = format!(
                    "the account does not have the permission {permission}; an administrator can \
                     assign a role that has it"
                );
                MissingRequirement::Permission {
                    code: "missing_entitlement",
                    permission: permission.clone(),
                    detail,
                }
            }
            (Some(permission), _) => MissingRequirement::Permission {
                code: "missing_scope",
                permission: permission.clone(),
                detail: format!("the token's scope does not cover the permission {permission}"),
            },
            (None, Some(because)) => MissingRequirement::Rule {
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
        found.push(MissingRequirement::Rule {
            code: "not_permitted",
            detail: "no rule permits this".to_owned(),
        });
    }
    found
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

impl DecisionRecord {
    /// What the rules refused.
    pub(crate) fn of_rules(
        caller: &Caller,
        action: Action,
        object: &Object,
        verdict: &PolicyDecision,
        missing: &[MissingRequirement],
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
}

impl Caller {
    /// 403 for what the rules refused, remembered so that it can be explained.
    pub(crate) fn refuse(
        &self,
        action: Action,
        object: &Object,
        verdict: &PolicyDecision,
    ) -> Problem {
        let missing = missing(&self.principal, verdict);
        let record = DecisionRecord::of_rules(self, action, object, verdict, &missing);
        Problem::forbidden(missing, record)
    }

    /// 403 for what this server refuses whatever the policies say: its name, and the reason.
    pub(crate) fn refuse_by(
        &self,
        (rule, because): (&str, &str),
        action: Action,
        object: &Object,
    ) -> Problem {
        let missing = vec![MissingRequirement::Rule {
            code: "not_permitted",
            detail: because.to_owned(),
        }];
        let mut record =
            DecisionRecord::of_rules(self, action, object, &PolicyDecision::nothing(), &missing);
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
        let record = DecisionRecord::of_rules(self, Action::Read, &object, &verdict, &missing);
        Ok(Problem::not_found().explained(record))
    }

    /// Whether the caller may read why something was refused.
    pub(crate) fn reads_decisions(&self) -> bool {
        self.principal.entitlements.contains(READ_DECISIONS)
    }
}
