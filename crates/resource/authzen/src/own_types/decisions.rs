//! Decisions on stored types. Properties of a request replace stored attributes, because the caller is
//! trusted (section 11.4).

use std::collections::BTreeMap;
use std::str::FromStr as _;

use cedar_policy::{
    AuthorizationError, Authorizer, Context, Effect, Entities, Entity as CedarEntity, EntityId,
    EntityTypeName, EntityUid, PolicySet, Request, Schema,
};
use serde_json::{Value, json};

use crate::members::Members;
use crate::messages::{Action, Entity};

/// Maximum number of entities that one page of a search evaluates.
const LOOKED_AT: usize = 500;

pub struct OwnTypes {
    pub(super) schema: Schema,
    pub(super) policies: PolicySet,
    pub(super) entities: Entities,
    /// Each entity as its file has it, by type and ID.
    pub(super) stored: BTreeMap<(String, String), Members>,
    pub(super) authorizer: Authorizer,
}

/// A decision with the names of the rules that made it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnDecision {
    pub allowed: bool,
    /// Rules that permit or forbid: `@id`, or the number of the rule.
    pub decided_by: Vec<String>,
    /// Set if a rule that forbids could not be evaluated.
    pub failed: bool,
}

/// The two entities and the context of a request, with the attributes of all entities.
pub struct Scene<'a> {
    types: &'a OwnTypes,
    entities: Entities,
    context: Members,
}

impl OwnTypes {
    /// Returns true if the schema declares this type of resources.
    pub fn has_resource(&self, kind: &str) -> bool {
        type_name(kind).is_some_and(|kind| self.schema.resources().any(|known| *known == kind))
    }

    /// Prepares decisions with the properties of these entities. Returns `None` if a property cannot be
    /// an attribute.
    pub fn scene(&self, entities: &[&Entity], context: &Members) -> Option<Scene<'_>> {
        let mut changed = Vec::new();
        for entity in entities.iter().filter(|entity| !entity.id.is_empty()) {
            if entity.properties.is_empty() {
                continue;
            }
            changed.push(self.with_properties(entity)?);
        }
        let known = self.entities.clone();
        Some(Scene {
            types: self,
            entities: known.upsert_entities(changed, None).ok()?,
            context: context.clone(),
        })
    }

    fn with_properties(&self, entity: &Entity) -> Option<CedarEntity> {
        let key = (entity.kind.clone(), entity.id.clone());
        let stored = self.stored.get(&key);
        let attributes = stored.and_then(|stored| stored.get("attrs")?.as_object());
        let mut attributes = attributes.cloned().unwrap_or_default();
        attributes.extend(usable(&entity.properties));
        let parents = stored.and_then(|stored| stored.get("parents").cloned());
        let json = json!({
            "uid": {"type": entity.kind, "id": entity.id},
            "attrs": attributes,
            "parents": parents.unwrap_or_else(|| json!([])),
        });
        CedarEntity::from_json_value(json, None).ok()
    }

    /// Returns the stored entities of a type after this ID, in the order of their IDs.
    fn after<'a>(&'a self, kind: &str, id: &str) -> impl Iterator<Item = &'a str> {
        let (kind, id) = (kind.to_owned(), id.to_owned());
        let first = (kind.clone(), id.clone());
        let all = self.stored.range(first..).map(|(key, _)| key);
        let all = all.take_while(move |(other, _)| *other == kind);
        all.map(|(_, id)| id.as_str())
            .skip_while(move |other| *other == id)
    }
}

impl Scene<'_> {
    /// Decides on a request; without rules for the action on these types it is denied.
    pub fn decide(&self, subject: &Entity, action: &Action, resource: &Entity) -> OwnDecision {
        let decision = self.evaluate(subject, action, resource);
        // A request that Cedar cannot evaluate is denied.
        decision.unwrap_or_default()
    }

    fn evaluate(
        &self,
        subject: &Entity,
        action: &Action,
        resource: &Entity,
    ) -> Option<OwnDecision> {
        let types = self.types;
        let (who, what) = (uid(subject)?, uid(resource)?);
        let does = types.action(&action.name)?;
        if !types.applies(&does, who.type_name(), what.type_name()) {
            return None;
        }
        let mut context = usable(&self.context);
        context.insert("action".to_owned(), usable(&action.properties).into());
        let context = Context::from_json_value(context.into(), None).ok()?;
        let request = Request::new(who, does, what, context, None).ok()?;
        let authorizer = &types.authorizer;
        let response = authorizer.is_authorized(&request, &types.policies, &self.entities);
        let diagnostics = response.diagnostics();
        // Cedar skips rules that fail: safe for one that permits, but one that forbids must deny.
        let failed: Vec<String> = diagnostics
            .errors()
            .filter_map(|AuthorizationError::PolicyEvaluationError(cause)| {
                let rule = types.policies.policy(cause.policy_id())?;
                (rule.effect() == Effect::Forbid).then(|| types.name(cause.policy_id().as_ref()))
            })
            .collect();
        if !failed.is_empty() {
            let rules = failed.join(", ");
            tracing::error!(rules, "rules of an application failed");
            return Some(OwnDecision {
                allowed: false,
                decided_by: failed,
                failed: true,
            });
        }
        let names = diagnostics.reason().map(|id| types.name(id.as_ref()));
        Some(OwnDecision {
            allowed: response.decision() == cedar_policy::Decision::Allow,
            decided_by: names.collect(),
            failed: false,
        })
    }

    /// Returns the actions that the subject may perform on the resource.
    pub fn actions(&self, subject: &Entity, resource: &Entity) -> Vec<String> {
        let names = self.types.schema.actions();
        let names = names.map(|action| action.id().unescaped().to_owned());
        let mut allowed: Vec<String> = names
            .filter(|name| {
                let action = Action {
                    name: name.clone(),
                    properties: Members::new(),
                };
                self.decide(subject, &action, resource).allowed
            })
            .collect();
        allowed.sort_unstable();
        allowed
    }

    /// Returns at most `limit` stored entities of a type after `after` for which `is_allowed`, and the
    /// last one that was evaluated if there are more.
    pub fn find(
        &self,
        kind: &str,
        after: &str,
        limit: usize,
        is_allowed: impl Fn(&Entity) -> bool,
    ) -> (Vec<String>, Option<String>) {
        let mut found = Vec::new();
        let mut last = None;
        for (looked_at, id) in self.types.after(kind, after).enumerate() {
            if found.len() == limit || looked_at == LOOKED_AT {
                return (found, last);
            }
            let entity = Entity {
                kind: kind.to_owned(),
                id: id.to_owned(),
                properties: Members::new(),
            };
            if is_allowed(&entity) {
                found.push(id.to_owned());
            }
            last = Some(id.to_owned());
        }
        (found, None)
    }
}

impl OwnTypes {
    fn action(&self, name: &str) -> Option<EntityUid> {
        let mut actions = self.schema.actions();
        actions
            .find(|action| action.id().unescaped() == name)
            .cloned()
    }

    fn applies(
        &self,
        action: &EntityUid,
        subject: &EntityTypeName,
        resource: &EntityTypeName,
    ) -> bool {
        let mut actions = self
            .schema
            .actions_for_principal_and_resource(subject, resource);
        actions.any(|known| known == action)
    }

    fn name(&self, rule: &str) -> String {
        let id = cedar_policy::PolicyId::new(rule);
        let name = self
            .policies
            .policy(&id)
            .and_then(|rule| rule.annotation("id"));
        name.unwrap_or(rule).to_owned()
    }
}

fn type_name(kind: &str) -> Option<EntityTypeName> {
    EntityTypeName::from_str(kind).ok()
}

fn uid(entity: &Entity) -> Option<EntityUid> {
    let id = EntityId::new(&entity.id);
    Some(EntityUid::from_type_name_and_id(
        type_name(&entity.kind)?,
        id,
    ))
}

/// Returns the properties that Cedar has types for: it has neither null nor fractions.
fn usable(properties: &Members) -> Members {
    let usable = properties.iter();
    usable
        .filter_map(|(name, value)| Some((name.clone(), usable_value(value)?)))
        .collect()
}

fn usable_value(value: &Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Number(number) if !number.is_i64() => None,
        Value::Array(items) => Some(items.iter().filter_map(usable_value).collect()),
        Value::Object(members) => Some(usable(members).into()),
        other => Some(other.clone()),
    }
}

impl std::fmt::Debug for OwnTypes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OwnTypes")
            .field("stored", &self.stored.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
