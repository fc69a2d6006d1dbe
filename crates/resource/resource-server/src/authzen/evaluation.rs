//! Decisions about single questions, and their records.

use std::sync::Arc;

use doorward_access::Principal;
use doorward_access::rbac::DecisionId;
use doorward_authzen::own_types::OwnTypes;
use doorward_authzen::{Decision, Entity, Evaluation, Malformed};
use doorward_policy::{Action, Kind, Object};
use sea_orm::DbErr;
use serde_json::{Map, Value, json};

use super::subject;
use crate::address::Origin;
use crate::caller::{Call, Caller};
use crate::decision_point::{self, Verdict};
use crate::decision_record::{DecisionRecord, MissingRequirement};
use crate::decisions;
use crate::problem::Result;
use crate::request::parse_id;
use crate::state::State;

/// The questions of one request, with the records of the denials.
pub(super) struct Questions<'a> {
    pub call: &'a Call,
    pub asker: &'a Principal,
    records: Vec<DecisionRecord>,
}

impl<'a> Questions<'a> {
    pub(super) const fn new(call: &'a Call, asker: &'a Principal) -> Self {
        let records = Vec::new();
        Self {
            call,
            asker,
            records,
        }
    }

    pub(super) fn state(&self) -> &'a State {
        &self.call.state
    }

    pub(super) fn org(&self) -> &'a str {
        self.asker.org.as_deref().unwrap_or_default()
    }

    /// Returns the types of an application, if they have the type of this resource.
    pub(super) fn own_types(&self, resource: &Entity) -> Option<Arc<OwnTypes>> {
        let own = self.state().own_types.as_ref()?.current();
        own.has_resource(&resource.kind).then_some(own)
    }

    /// Stores the denials, before their IDs are sent.
    pub(super) async fn record(self) -> Result<()> {
        let (state, request) = (self.state(), &self.call.request);
        Ok(decisions::insert_asked(state, self.records, request).await?)
    }

    pub(super) async fn decide(&mut self, asked: &Evaluation) -> Result<Decision> {
        if let Some(own) = self.own_types(&asked.resource) {
            return Ok(self.decide_own(&own, asked));
        }
        let Some((action, object)) = self.object(asked).await? else {
            return Ok(self.deny_unknown(asked, "there is no such object, or no such action on it"));
        };
        let caller = match self.caller(&asked.subject, action, &asked.context).await? {
            Ok(Some(caller)) => caller,
            Ok(None) => return Ok(self.deny_unknown(asked, "there is no such subject")),
            Err(malformed) => return Ok(Decision::deny_malformed(&malformed)),
        };
        let (record, missing) = match decision_point::decide(&caller, action, &object).await? {
            Verdict::Rules(decision) if decision.allowed => return Ok(Decision::PERMIT),
            Verdict::Rules(decision) => {
                let missing = decisions::missing(&caller.principal, &decision);
                let record =
                    DecisionRecord::of_rules(&caller, action, &object, &decision, &missing);
                (record, missing)
            }
            Verdict::Route(route) => {
                let permission = route.requirement.permission;
                let mut record =
                    DecisionRecord::of_route(&caller.principal, permission, &route.reasons);
                record.detail["inputs"]["object"] =
                    json!({"kind": object.kind.as_str(), "id": object.id});
                let missing = route.reasons.into_iter().map(MissingRequirement::Route);
                (record, missing.collect())
            }
        };
        Ok(self.deny(record, &missing))
    }

    /// Returns the object of a question about this server's types.
    async fn object(&self, asked: &Evaluation) -> Result<Option<(Action, Object)>, DbErr> {
        let Some((kind, id)) = target(&asked.resource) else {
            return Ok(None);
        };
        let action = Action::parse(&asked.action.name);
        let Some(action) = action.filter(|action| Action::on(kind).contains(action)) else {
            return Ok(None);
        };
        let object = decision_point::find(&self.state().db, kind, id, Some(self.org())).await?;
        Ok(object.map(|object| (action, object)))
    }

    /// Returns the subject as the caller of the action.
    pub(super) async fn caller(
        &self,
        subject: &Entity,
        action: Action,
        context: &Map<String, Value>,
    ) -> Result<Result<Option<Caller<'a>>, Malformed>, DbErr> {
        let state = self.state();
        let asked = subject::principal(self.asker, subject).and_then(|principal| {
            principal
                .map(|principal| {
                    let situation = subject::situation(state, &principal, action, context)?;
                    Ok((principal, situation))
                })
                .transpose()
        });
        match asked {
            Err(malformed) => Ok(Err(malformed)),
            Ok(None) => Ok(Ok(None)),
            Ok(Some((principal, situation))) => {
                let (db, policies) = (&state.db, &state.policies);
                let principal = Arc::new(principal);
                let caller =
                    Caller::load(db, policies, principal, situation, Origin::default()).await?;
                Ok(Ok(Some(caller)))
            }
        }
    }

    fn decide_own(&mut self, own: &OwnTypes, asked: &Evaluation) -> Decision {
        let (subject, resource) = (&asked.subject, &asked.resource);
        let Some(scene) = own.scene(&[subject, resource], &asked.context) else {
            return self.deny_unknown(asked, "a property cannot be an attribute");
        };
        let decision = scene.decide(subject, &asked.action, resource);
        if decision.allowed {
            return Decision::PERMIT;
        }
        let code = if decision.failed {
            "rule_failed"
        } else {
            "not_permitted"
        };
        let because = if decision.decided_by.is_empty() {
            "no rule permits this".to_owned()
        } else {
            format!("forbidden by {}", decision.decided_by.join(", "))
        };
        self.deny_own(asked, code, because, &decision.decided_by)
    }

    fn deny_unknown(&mut self, asked: &Evaluation, because: &str) -> Decision {
        self.deny_own(asked, "not_permitted", because.to_owned(), &[])
    }

    /// Denies a question that no policy of this server decides.
    fn deny_own(
        &mut self,
        asked: &Evaluation,
        code: &'static str,
        because: String,
        rules: &[String],
    ) -> Decision {
        let (subject, resource) = (&asked.subject, &asked.resource);
        let missing = vec![MissingRequirement::Rule {
            code,
            permission: None,
            detail: because,
        }];
        let rules: Value = rules.iter().map(|rule| json!({"rule": rule})).collect();
        let record = DecisionRecord {
            id: DecisionId::random(),
            org: self.org().to_owned(),
            subject: Some(subject.id.clone()),
            client_id: None,
            action: asked.action.name.clone(),
            resource: Some(format!("{}/{}", resource.kind, resource.id)),
            detail: json!({
                "decided_by": rules,
                "inputs": {
                    "person": {"subject": subject.id, "properties": subject.properties},
                    "situation": asked.context,
                    "object": {"kind": resource.kind, "id": resource.id, "attributes": resource.properties},
                },
                "missing": missing,
                "grant": [],
            }),
        };
        self.deny(record, &missing)
    }

    fn deny(&mut self, record: DecisionRecord, missing: &[MissingRequirement]) -> Decision {
        let texts: Vec<String> = missing.iter().map(ToString::to_string).collect();
        let context = json!({
            "decision_id": record.id,
            "reason": texts.join("; "),
            "missing": missing,
        });
        // The client that asks is not the one that would act.
        let client_id = None;
        self.records.push(DecisionRecord {
            client_id,
            ..record
        });
        Decision::deny(context)
    }
}

/// Returns the kind and the ID of an object of this server.
pub(super) fn target(resource: &Entity) -> Option<(Kind, uuid::Uuid)> {
    decision_point::kind(&resource.kind).zip(parse_id(&resource.id))
}
