//! Evaluation of one request by Cedar.

use cedar_policy::{Authorizer, Context, Entities, Entity, EntityUid, Request, Response};

use super::attribute_values::{Action, Kind, Object, action_uid, entity};
use super::compile::RuleSet;
use super::principal::{PolicyPrincipal, Situation};
use super::used_attributes::Names;

/// Returns Cedar's response to a request; `None` if it cannot be formed.
pub(super) fn respond(
    authorizer: &Authorizer,
    set: &RuleSet,
    principal: &PolicyPrincipal,
    action: Action,
    object: &Object,
    situation: &Situation,
) -> Option<Response> {
    let who = Kind::Person.entity(&principal.subject);
    let what = object.kind.entity(&object.id);
    let mentions = &set.mentions;
    let mut entities = object.to_cedar(what.clone(), &mentions.object);
    entities.push(principal.entity());
    let entities = Entities::from_entities(entities, None)
        .inspect_err(|cause| tracing::error!(%cause, "attributes of an object are invalid"))
        .ok()?;
    let context = Context::from_pairs(mentions.situation.select(&situation.attributes)).ok()?;
    let request = Request::new(who, action_uid(action), what, context, None).ok()?;
    Some(authorizer.is_authorized(&request, &set.policies, &entities))
}

impl Object {
    /// Converts the object and its related objects, with the attributes of these names.
    fn to_cedar(&self, uid: EntityUid, names: &Names) -> Vec<Entity> {
        let mut entities = vec![entity(uid, names.select(&self.facts))];
        for related in &self.related {
            entities.extend(related.to_cedar(related.kind.entity(&related.id), names));
        }
        entities
    }
}
