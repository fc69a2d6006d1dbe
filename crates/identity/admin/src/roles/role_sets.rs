//! Ready-made roles in addition to the standard ones.

use crate::prelude::*;
use crate::standard::add_missing_roles;

/// The roles of the Django guides with their permissions. A role without permissions only marks its
/// holders, for the rules of a resource server.
pub const GUIDES: &[(&str, &str, &str)] = &[
    (
        "senior_manager",
        "Manages everybody's tasks and projects",
        "tasks:read tasks:write tasks:delete tasks:read_all tasks:write_all \
         projects:create projects:read_all projects:write_all projects:restricted \
         projects:budget projects:notes people:contact",
    ),
    (
        "hr",
        "Sees accounts, groups and contact data",
        "users:read groups:read people:contact",
    ),
    (
        "project_admin",
        "Administers every project",
        "tasks:read tasks:write tasks:delete projects:create projects:read_all \
         projects:write_all projects:delete_all projects:restricted projects:budget \
         projects:notes",
    ),
    (
        "premium",
        "Has a paid subscription",
        "tasks:read tasks:write tasks:delete projects:create content:read content:write",
    ),
    (
        "basic",
        "Has a free subscription",
        "tasks:read tasks:write content:read",
    ),
    (
        "restricted_ip",
        "Works only from the networks that a rule allows",
        "",
    ),
    (
        "verified_user",
        "Has a verified identity",
        "tasks:read content:read",
    ),
];

/// Adds the missing roles of the guides and returns their number. Existing roles keep the
/// operator's changes. Permissions that are not registered are left out.
#[boxed(?Send)]
pub async fn add_guides(context: &AdminContext<'_>) -> Result<usize> {
    context.must_administer()?;
    let tx = context.begin().await?;
    let known = repo::roles::list_permissions(&tx).await?;
    let added = add_missing_roles(&tx, GUIDES, &known).await?;
    if added > 0 {
        let event = context.event(
            AuditKind::RoleChanged,
            "guides",
            "roles of the guides loaded",
        );
        repo::audit::insert(&tx, &event).await?;
    }
    tx.commit().await?;
    Ok(added)
}
