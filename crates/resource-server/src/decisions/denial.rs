//! Denials by policies: their responses and their records.

use doorward_access::Principal;
use doorward_access::rbac::DecisionId;
use doorward_policy::{Action, Effect, Object, PolicyDecision, Rule};
use sea_orm::DbErr;
use serde_json::{Value, json};

use super::record::{DecisionRecord, MissingRequirement, grants_of};
use crate::caller::Caller;
use crate::problem::Problem;
use crate::state::State;

/// Permission to read the reasons of denials.
pub(crate) const READ_DECISIONS: &str = "decisions:read";

/// Returns the missing requirements of these rules.
pub(crate) fn missing(principal: &Principal, decision: &PolicyDecision) -> Vec<MissingRequirement> {
    let rules = decision.decided_by.iter().chain(&decision.closed);
    if decision.failed {
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
        "effect": if rule.effect == Effect::Permit { "permit" } else { "forbid" },
        "needs": rule.needs,
        "because": rule.because,
    })
}

impl DecisionRecord {
    /// Creates a record of a denial by policies.
    pub(crate) fn of_rules(
        caller: &Caller,
        action: Action,
        object: &Object,
        decision: &PolicyDecision,
        missing: &[MissingRequirement],
    ) -> Self {
        let details = object.facts.iter();
        let details: serde_json::Map<_, _> = details
            .map(|(name, value)| ((*name).to_owned(), value.to_json()))
            .collect();
        let related: Vec<_> = object
            .related
            .iter()
            .map(|related| {
                let details = related.facts.iter();
                let details: serde_json::Map<_, _> = details
                    .map(|(name, value)| ((*name).to_owned(), value.to_json()))
                    .collect();
                json!({"kind": related.kind.as_str(), "id": related.id, "attributes": details})
            })
            .collect();
        let rules = |rules: &[std::sync::Arc<Rule>]| -> Vec<Value> {
            rules.iter().map(|rule| name_of(rule)).collect()
        };
        let grants: Vec<_> = decision
            .decided_by
            .iter()
            .chain(&decision.closed)
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
                "decided_by": rules(&decision.decided_by),
                "would_permit": rules(&decision.closed),
                "inputs": {
                    "person": caller.person().to_json(),
                    "situation": caller.situation.to_json(),
                    "object": {
                        "kind": object.kind.as_str(),
                        "id": object.id,
                        "attributes": details,
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
    /// Checks that the policies permit the action, or returns the error of [`Caller::refuse`].
    pub(crate) async fn require(
        &self,
        state: &State,
        action: Action,
        object: &Object,
    ) -> Result<(), Problem> {
        let decision = self.decide(state, action, object).await?;
        if decision.allowed {
            Ok(())
        } else {
            Err(self.refuse(action, object, &decision))
        }
    }

    /// Checks that no rule forbids the action on the result of a change, or returns the error of
    /// [`Caller::refuse`]. No rule need permit it: a caller who hands an object over had the right to
    /// change the former one.
    pub(crate) async fn require_not_forbidden(
        &self,
        state: &State,
        action: Action,
        object: &Object,
    ) -> Result<(), Problem> {
        let decision = self.decide(state, action, object).await?;
        if decision.allowed || decision.decided_by.is_empty() {
            Ok(())
        } else {
            Err(self.refuse(action, object, &decision))
        }
    }

    /// Returns a 403 for a denial by policies and records it for later explanation.
    pub(crate) fn refuse(
        &self,
        action: Action,
        object: &Object,
        decision: &PolicyDecision,
    ) -> Problem {
        let missing = missing(&self.principal, decision);
        let record = DecisionRecord::of_rules(self, action, object, decision, &missing);
        Problem::forbidden(missing, record)
    }

    /// Returns a 403 for a denial by this server, independent of policies: its name and reason.
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

    /// Returns a 404 for an object that the caller must not know of. Callers who may read decisions
    /// get a decision ID; for all others the response equals that for a missing object, and the
    /// object is not looked up.
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
        let decision = self.decide(state, Action::Read, &object).await?;
        let missing = missing(&self.principal, &decision);
        let record = DecisionRecord::of_rules(self, Action::Read, &object, &decision, &missing);
        Ok(Problem::not_found().explained(record))
    }

    /// Returns true if the caller may read the reasons of denials.
    pub(crate) fn reads_decisions(&self) -> bool {
        self.principal.entitlements.contains(READ_DECISIONS)
    }
}
