//! Roles of groups and clients, and brands of clients and organizations, as members of these objects.

use std::collections::{BTreeMap, BTreeSet};

use doorward_domain::model::{Assignment, BrandOwner};

use super::kind::{Document, Object, Part, Step};
use super::pictures::{add_brand_pictures, brand_step};
use super::schema;
use super::steps::member_changes;
use crate::operation::{Boxed, Entry};
use crate::prelude::*;
use crate::{assignments, brands};

/// Roles that do not end: `auditor`, or `auditor@acme` in an organization. Those of a group of an organization
/// are roles there.
pub(super) const ROLES: Part = Part {
    member: "roles",
    steps: role_steps,
};

/// The own brand of a client or an organization.
pub const BRANDING: Part = Part {
    member: "branding",
    steps: brand_steps,
};

pub(super) fn role_names() -> Value {
    schema::texts("Roles that do not end: `auditor`, or `auditor@acme` in an organization.")
}

pub(super) fn organization_brand() -> Value {
    schema::members_of(&brands::operations::UPDATE_ORGANIZATION)
}

/// Returns the schema of the brand of a client.
pub fn client_brand() -> Value {
    schema::members_of(&brands::operations::UPDATE_CLIENT)
}

fn texts(value: &Value) -> BTreeSet<&str> {
    let items = value.as_array().into_iter().flatten();
    items.filter_map(Value::as_str).collect()
}

fn role_steps(object: &Document, before: &Value, after: &Value) -> Vec<Step> {
    let (before, after) = (texts(before), texts(after));
    let step = |entry: &'static Entry, role: &&str| {
        let own = object
            .get("organization")
            .filter(|_| object.contains_key("path"));
        let (org, role) = match role.split_once('@') {
            _ if own.is_some() => (own.cloned(), *role),
            Some((role, org)) => (Some(org.into()), role),
            None => (None, *role),
        };
        let mut body = Document::new();
        let (kind, holder) = match object.get("path") {
            Some(path) => ("group", path),
            None => ("client", object.get("id").unwrap_or(&Value::Null)),
        };
        body.insert(kind.to_owned(), holder.clone());
        body.insert("role".to_owned(), role.into());
        body.extend(org.map(|org| ("organization".to_owned(), org)));
        Step { entry, body }
    };
    let revoked = before.difference(&after);
    let revoked = revoked.map(|role| step(&assignments::operations::REVOKE, role));
    let assigned = after.difference(&before);
    let assigned = assigned.map(|role| step(&assignments::operations::ASSIGN, role));
    revoked.chain(assigned).collect()
}

fn brand_steps(object: &Document, before: &Value, after: &Value) -> Vec<Step> {
    let mut changes = member_changes(before.as_object(), after.as_object());
    let pictures = changes.iter();
    let pictures = pictures.filter_map(|(name, (_, after))| brand_step(object, name, after));
    let pictures: Vec<Step> = pictures.collect();
    changes.retain(|name, (_, after)| brand_step(object, name, after).is_none());
    let (entry, target) = if object.contains_key("slug") {
        (&brands::operations::UPDATE_ORGANIZATION, "slug")
    } else {
        (&brands::operations::UPDATE_CLIENT, "id")
    };
    let mut body: Document = changes
        .into_iter()
        .map(|(name, (_, after))| (name, after))
        .collect();
    // The name of a brand is no name of its owner.
    body.insert(
        target.to_owned(),
        object.get(target).cloned().unwrap_or_default(),
    );
    let settings = (body.len() > 1).then_some(Step { entry, body });
    settings.into_iter().chain(pictures).collect()
}

/// Adds the roles of holders that do not end, if the administrator may read roles.
pub(super) async fn add_roles(
    context: &AdminContext<'_>,
    kind: SubjectKind,
    objects: &mut [Object],
) -> Result<()> {
    context.require_global("roles:read")?;
    let ids: Vec<String> = objects
        .iter()
        .map(|object| object.subject.clone())
        .collect();
    let all = repo::roles::assignments_of(context.db.read(), kind, &ids).await?;
    let mut held = BTreeMap::<String, Vec<Assignment>>::new();
    for assignment in all {
        if assignment.active && assignment.expires_at.is_none() {
            held.entry(assignment.subject_id.clone())
                .or_default()
                .push(assignment);
        }
    }
    for object in objects {
        let own = object.document.get("organization").and_then(Value::as_str);
        let held = held.remove(&object.subject).unwrap_or_default();
        let name = |assignment: Assignment| match assignment.org {
            Some(org) if own != Some(org.as_str()) => format!("{}@{org}", assignment.role),
            _ => assignment.role,
        };
        let roles: BTreeSet<String> = held.into_iter().map(name).collect();
        object.document.insert("roles".to_owned(), json!(roles));
    }
    Ok(())
}

/// Returns the owner of the brand of an object by the subject of its events.
pub type OwnerOf = fn(&str) -> Option<BrandOwner>;

/// Adds the own brands of clients or organizations.
#[boxed(?Send)]
pub async fn add_brands(
    context: &AdminContext<'_>,
    objects: &mut [Object],
    owner: OwnerOf,
) -> Result<()> {
    let mut all = repo::brands::list(context.db.read()).await?;
    for object in objects.iter_mut() {
        let brand = owner(&object.subject).and_then(|owner| all.remove(&owner.key()));
        let brand = brand.map(|brand| ("branding".to_owned(), json!(brand)));
        object.document.extend(brand);
    }
    add_brand_pictures(context, objects).await
}

/// Leaves out the permissions of the role `admin`, which gets each new one at once.
fn without_permissions_of_admin(mut role: Document) -> Document {
    if role.get("name").is_some_and(|name| name == ADMIN_ROLE) {
        role.remove("permissions");
    }
    role
}

pub(super) fn roles<'a>(
    _context: &'a AdminContext<'_>,
    listed: Vec<Document>,
) -> Boxed<'a, Result<Vec<Object>>> {
    let object = |role: Document| Object::of(without_permissions_of_admin(role), "name");
    Box::pin(async move { Ok(listed.into_iter().map(object).collect()) })
}

pub(super) fn complete_role<'a>(
    _context: &'a AdminContext<'_>,
    role: Document,
) -> Boxed<'a, Result<Document>> {
    Box::pin(async move { Ok(without_permissions_of_admin(role)) })
}

pub(super) fn organizations<'a>(
    context: &'a AdminContext<'_>,
    listed: Vec<Document>,
) -> Boxed<'a, Result<Vec<Object>>> {
    Box::pin(async move {
        let objects = listed.into_iter();
        let mut objects: Vec<Object> = objects.map(|object| Object::of(object, "slug")).collect();
        let owner = |slug: &str| Some(BrandOwner::Organization(slug.to_owned()));
        add_brands(context, &mut objects, owner).await?;
        Ok(objects)
    })
}

pub(super) fn groups<'a>(
    context: &'a AdminContext<'_>,
    listed: Vec<Document>,
) -> Boxed<'a, Result<Vec<Object>>> {
    Box::pin(async move {
        let objects = listed.into_iter();
        let mut objects: Vec<Object> = objects.map(|object| Object::of(object, "id")).collect();
        add_roles(context, SubjectKind::Group, &mut objects).await?;
        Ok(objects)
    })
}
