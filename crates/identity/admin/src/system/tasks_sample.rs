//! The sample of the tasks API: its resource, scopes, permissions and roles. `doorward dev` loads it, a
//! deployment that configures the tasks API begins with it, and `doorward role setup --set tasks` adds
//! it to any other one. Without the tasks API its names would only be noise, in discovery too.

use doorward_domain::model::{AskedClaims, Resource};
use doorward_protocol::setting_url;

use crate::prelude::*;
use crate::standard::{Added, add_missing_roles, add_own, add_scopes, permission, record, restore};
use crate::tasks_resource::TASKS_PERMISSIONS;

/// The permissions of the tasks API that no client requests: a scope of the same kind covers them.
pub const PROJECT_PERMISSIONS: &[(&str, &str)] = &[
    ("projects:create", "Start projects"),
    (
        "projects:read_all",
        "See every project that is not restricted",
    ),
    ("projects:write_all", "Change every project"),
    ("projects:delete_all", "Delete every project"),
    ("projects:restricted", "See inside restricted projects"),
    ("projects:budget", "See the budget of projects"),
    ("projects:notes", "See the internal notes of projects"),
    ("people:contact", "See how to reach the members of projects"),
    ("decisions:read", "Read why somebody was refused"),
    (
        "decisions:evaluate",
        "Ask what any user may do, for a service",
    ),
    ("tasks:audit", "Read the audit log of tasks and projects"),
];

/// The permissions of the articles of the tasks API, and of other content services.
pub const CONTENT_PERMISSIONS: &[(&str, &str)] = &[
    ("content:read", "Read content"),
    ("content:write", "Write content of one's own"),
    ("content:publish", "Publish content"),
    ("content:edit_all", "Change everybody's content"),
    ("content:delete_all", "Delete everybody's content"),
];

/// The roles of the sample: name, description, and permissions separated by spaces.
pub const ROLES: &[(&str, &str, &str)] = &[
    (
        "manager",
        "Sees everybody's tasks, keeps their own",
        "tasks:read tasks:write tasks:delete tasks:read_all projects:create \
         projects:read_all projects:budget people:contact",
    ),
    (
        "project_creator",
        "Starts projects",
        "tasks:read tasks:write projects:create",
    ),
    (
        "senior_developer",
        "Develops, starts projects, and reads their internal notes",
        "tasks:read tasks:write tasks:delete projects:create projects:notes",
    ),
    (
        "developer",
        "Develops",
        "tasks:read tasks:write tasks:delete",
    ),
    ("24x7_access", "May work at any hour", ""),
    (
        "editor",
        "Edits and publishes anybody's content",
        "content:read content:write content:publish content:edit_all content:delete_all",
    ),
    (
        "author",
        "Writes and publishes their own content",
        "content:read content:write content:publish",
    ),
    (
        "viewer",
        "Looks, and changes nothing",
        "tasks:read content:read",
    ),
];

/// Adds the sample for the tasks API at `audience`, and what every deployment has. Existing objects keep
/// the operator's changes. A permission that was missing is added to the roles of the sample that have
/// it, and the role `admin` gets every permission.
#[boxed(?Send)]
pub async fn load(context: &AdminContext<'_>, audience: &str) -> Result<Added> {
    context.must_administer()?;
    // RFC 8707 §2.
    if setting_url::parse_resource(audience).is_err() {
        let problem =
            "write an absolute URI without a fragment, such as https://tasks.example.org/api";
        return Err(AdminError::invalid("audience", problem));
    }
    let tx = context.begin().await?;
    let added = load_in(context, &tx, audience).await?;
    tx.commit().await?;
    Ok(added)
}

/// Adds it in a transaction of the caller, who has checked the permission.
#[boxed(?Send)]
pub async fn load_in(context: &AdminContext<'_>, tx: &WriteTx, audience: &str) -> Result<Added> {
    let now = context.now();
    if repo::resources::find(tx, audience).await?.is_none() {
        let mut resource = Resource::new(audience.to_owned(), "Tasks".to_owned(), now);
        resource.token_claims = AskedClaims::ALL;
        repo::resources::upsert(tx, &resource).await?;
    }
    let before = repo::roles::list_permissions(tx).await?;
    let is_new = |name: &str| before.iter().all(|known| known.codename != name);
    let sets = [TASKS_PERMISSIONS, PROJECT_PERMISSIONS, CONTENT_PERMISSIONS];
    let missing: Vec<_> = sets
        .concat()
        .into_iter()
        .filter(|(codename, _)| is_new(codename))
        .map(|(codename, description)| permission(codename, description, audience))
        .collect();
    repo::roles::upsert_permissions(tx, &missing).await?;
    let known = repo::roles::list_permissions(tx).await?;
    let mut added = add_own(tx, &known, now).await?;
    added.permissions = missing.len();
    added.scopes += add_scopes(tx, TASKS_PERMISSIONS, Some(audience), now).await?;
    added.roles += add_missing_roles(tx, ROLES, &known).await?;
    added.restored += restore(tx, ROLES, &before, &known).await?;
    record(context, tx, added, "standard roles loaded").await?;
    Ok(added)
}
