//! Denials by policies: their responses and their records.

use std::sync::Arc;

use doorward_access::Principal;
use doorward_access::guard::RouteGuard as _;
use doorward_access::rbac::DecisionId;
use doorward_policy::{Action, Effect, Object, PolicyDecision, Rule};
use sea_orm::DbErr;
use serde_json::{Value, json};

use super::http::ReadDecisions;
use crate::caller::Caller;
use crate::decision_record::{DecisionRecord, MissingRequirement, grants_of};
use crate::problem::{Problem, Result};

pub(crate) fn missing(principal: &Principal, decision: &PolicyDecision) -> Vec<MissingRequirement> {
    let rule = |code, permission: Option<&String>, detail: String| MissingRequirement::Rule {
        code,
        permission: permission.cloned(),
        detail,
    };
    if decision.failed {
        let detail = "a rule that could forbid this could not be evaluated; ask the operator";
        return vec![rule("rule_failed", None, detail.to_owned())];
    }
    let mut missing: Vec<MissingRequirement> = Vec::new();
    for Rule { needs, because, .. } in rules_of(decision) {
        let one = match (needs, because) {
            (Some(permission), _) if !principal.entitlements.contains(permission) => {
                let detail = format!(
                    "the account does not have the permission {permission}; an administrator can \
                     assign a role that has it"
                );
                rule("missing_entitlement", Some(permission), detail)
            }
            (Some(permission), _) => {
                let detail =
                    format!("the token's scope does not cover the permission {permission}");
                rule("missing_scope", Some(permission), detail)
            }
            (None, Some(because)) => rule("not_permitted", None, because.clone()),
            (None, None) => continue,
        };
        if !missing.contains(&one) {
            missing.push(one);
        }
    }
    if missing.is_empty() {
        let detail = "no rule permits this".to_owned();
        missing.push(rule("not_permitted", None, detail));
    }
    missing
}

/// Returns the rules that decided, and those that would permit it.
fn rules_of(decision: &PolicyDecision) -> impl Iterator<Item = &Rule> {
    let rules = decision.decided_by.iter().chain(&decision.closed);
    rules.map(|rule| &**rule)
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
    pub(crate) fn of_rules(
        caller: &Caller<'_>,
        action: Action,
        object: &Object,
        decision: &PolicyDecision,
        missing: &[MissingRequirement],
    ) -> Self {
        let describe = |object: &Object| {
            let attributes = object.facts.iter();
            let attributes: Value = attributes
                .map(|(name, value)| (*name, value.to_json()))
                .collect();
            json!({"kind": object.kind.as_str(), "id": object.id, "attributes": attributes})
        };
        let mut described = describe(object);
        described["related"] = object.related.iter().map(describe).collect();
        let rules =
            |rules: &[Arc<Rule>]| -> Value { rules.iter().map(|rule| name_of(rule)).collect() };
        let grants: Vec<_> = rules_of(decision)
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
                    "object": described,
                },
                "missing": missing,
                "grant": grants_of(&grants),
            }),
        }
    }
}

impl Caller<'_> {
    /// Checks that the policies permit the action, or returns the error of [`Caller::refuse`].
    pub(crate) async fn require(&self, action: Action, object: &Object) -> Result<()> {
        let decision = self.decide(action, object).await?;
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
        action: Action,
        object: &Object,
    ) -> Result<()> {
        let decision = self.decide(action, object).await?;
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
            permission: None,
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
        find: impl Future<Output = Result<Option<Object>, DbErr>>,
    ) -> Result<Problem> {
        if !self
            .principal
            .entitlements
            .contains(ReadDecisions::REQUIREMENT.permission)
        {
            return Ok(Problem::not_found());
        }
        let Some(object) = find.await? else {
            return Ok(Problem::not_found());
        };
        let decision = self.decide(Action::Read, &object).await?;
        let missing = missing(&self.principal, &decision);
        let record = DecisionRecord::of_rules(self, Action::Read, &object, &decision, &missing);
        Ok(Problem::not_found().explained(record))
    }
}
