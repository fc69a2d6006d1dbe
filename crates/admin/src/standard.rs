//! The initial content of every deployment: the scopes of OpenID Connect, and the standard roles of
//! the tasks API.

use doorward_domain::model::{AskedClaims, Permission, Resource, Role, ScopeEntry};
use doorward_rules::own_permissions::ADMINISTRATION;
use doorward_services::names::ADMIN_SCOPE;

use super::tasks_resource::{self, TASKS_PERMISSIONS};
use crate::prelude::*;

/// The identity server's own scopes (OIDC Core §5.4, §11), each with its sentence for the consent
/// page.
pub const OWN_SCOPES: &[(&str, &str)] = &[
    ("openid", "Sign you in"),
    ("profile", "See your name and profile"),
    ("email", "See your e-mail address"),
    ("address", "See your postal address"),
    ("phone", "See your phone number"),
    ("offline_access", "Keep access while you are away"),
    ("groups", "See the groups that you belong to"),
    ("roles", "See your roles"),
];

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

/// The standard roles: name, description, and permissions separated by spaces.
pub const ROLES: &[(&str, &str, &str)] = &[
    (
        ADMIN_ROLE,
        "May do everything",
        "tasks:read tasks:write tasks:delete tasks:read_all tasks:write_all \
         tasks:delete_all projects:create projects:read_all projects:write_all \
         projects:delete_all projects:restricted projects:budget projects:notes \
         people:contact decisions:read tasks:audit content:read content:write \
         content:publish content:edit_all content:delete_all",
    ),
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

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Added {
    pub roles: usize,
    pub permissions: usize,
    pub scopes: usize,
    /// Permissions that were added to existing standard roles.
    pub restored: usize,
}

/// Adds the standard scopes, permissions and roles for the tasks API at `audience`. Existing
/// objects keep the operator's changes. A permission that was missing is added to the standard
/// roles that have it, and the role `admin` gets every permission.
pub async fn setup(context: &AdminContext<'_>, audience: &str) -> Result<Added> {
    context.must_administer()?;
    // RFC 8707 §2.
    if !url::Url::parse(audience).is_ok_and(|url| url.fragment().is_none()) {
        let problem =
            "write an absolute URI without a fragment, such as https://tasks.example.org/api";
        return Err(AdminError::invalid("audience", problem));
    }
    let tx = context.begin().await?;
    let added = setup_in(context, &tx, audience).await?;
    tx.commit().await?;
    Ok(added)
}

/// Adds them in a transaction of the caller, who has checked the permission.
pub async fn setup_in(context: &AdminContext<'_>, tx: &WriteTx, audience: &str) -> Result<Added> {
    let now = context.now();
    let mut added = Added {
        scopes: add_scopes(tx, OWN_SCOPES, None, now).await?,
        ..Added::default()
    };
    let resources = repo::resources::list_all(tx).await?;
    if resources
        .iter()
        .all(|resource| resource.identifier != audience)
    {
        let mut resource = Resource::new(audience.to_owned(), "Tasks".to_owned(), now);
        resource.token_claims = AskedClaims::ALL;
        repo::resources::upsert(tx, &resource).await?;
    }
    added.scopes += add_scopes(tx, TASKS_PERMISSIONS, Some(audience), now).await?;
    let before = repo::roles::list_permissions(tx).await?;
    let standard = TASKS_PERMISSIONS.iter().chain(PROJECT_PERMISSIONS);
    let is_new = |name: &str| before.iter().all(|known| known.codename != name);
    let permissions = standard.chain(CONTENT_PERMISSIONS);
    let missing: Vec<_> = permissions
        .filter(|(codename, _)| is_new(codename))
        .map(|(codename, description)| permission(codename, description, audience))
        .collect();
    repo::roles::upsert_permissions(tx, &missing).await?;
    added.permissions = missing.len();
    let known = repo::roles::list_permissions(tx).await?;
    added.roles = add_missing_roles(tx, ROLES, &known).await?;
    added.restored = restore(tx, &before, &known).await?;
    if added != Added::default() {
        let event = context.event(AuditKind::RoleChanged, "standard", "standard roles loaded");
        repo::audit::insert(tx, &event).await?;
    }
    Ok(added)
}

/// Adds the roles of this set that do not exist, with those of their permissions that are
/// registered; the role `admin` gets every permission. Returns the number of new roles.
pub(crate) async fn add_missing_roles(
    tx: &WriteTx,
    set: &[(&str, &str, &str)],
    known: &[Permission],
) -> Result<usize> {
    let mut added = 0;
    for (name, description, permissions) in set {
        if repo::roles::find(tx, name).await?.is_some() {
            continue;
        }
        let has = |known: &&Permission| {
            let mut permissions = permissions.split(' ');
            *name == ADMIN_ROLE || permissions.any(|permission| permission == known.codename)
        };
        let permissions = known.iter().filter(has);
        let role = Role {
            name: (*name).to_owned(),
            description: (*description).to_owned(),
            active: true,
            permissions: permissions.map(|known| known.codename.clone()).collect(),
        };
        repo::roles::upsert(tx, &role).await?;
        added += 1;
    }
    Ok(added)
}

/// Adds the permissions that did not exist `before` to the standard roles that have them, and every
/// permission to the role `admin`: a permission without holders could not be given. Returns the
/// number of additions.
async fn restore(tx: &WriteTx, before: &[Permission], known: &[Permission]) -> Result<usize> {
    let was_there = |name: &str| before.iter().any(|before| before.codename == name);
    let mut restored = 0;
    for (name, _, standard) in ROLES {
        let Some(mut role) = repo::roles::find(tx, name).await? else {
            continue;
        };
        let held = role.permissions.len();
        let standard = standard.split_whitespace();
        let missing = standard.filter(|permission| !was_there(permission));
        role.permissions.extend(missing.map(str::to_owned));
        if *name == ADMIN_ROLE {
            let all = known.iter().map(|known| known.codename.clone());
            role.permissions.extend(all);
        }
        if role.permissions.len() > held {
            restored += role.permissions.len() - held;
            repo::roles::upsert(tx, &role).await?;
        }
    }
    Ok(restored)
}

/// Prepares a new database at the start of a server: adds the identity server's own scopes, without
/// which users could not sign in, and the standard roles if there is no role at all. Roles that an
/// operator deletes later are not added again.
pub async fn ensure(context: &AdminContext<'_>, audience: &str) -> Result<()> {
    if repo::roles::list(context.db.read()).await?.is_empty() {
        setup(context, audience).await?;
    }
    if has_standard_scopes(&repo::scopes::list_all(context.db.read()).await?) {
        return Ok(());
    }
    let tx = context.db.begin_write().await?;
    add_scopes(&tx, OWN_SCOPES, None, context.now()).await?;
    context.commit(tx).await
}

/// Prepares a new database for every command, like the first start of a server. In a database that
/// is in use, it only adds missing scopes of this server.
pub async fn seed(context: &AdminContext<'_>, audience: &str, issuer: &str) -> Result<()> {
    let known = repo::scopes::list_all(context.db.read()).await?;
    if !has_standard_scopes(&known) {
        ensure(context, audience).await?;
    }
    if known.is_empty() {
        tasks_resource::follow(context, audience).await?;
    }
    // In a database that is in use, the running server knows its issuer better.
    if known.iter().all(|scope| scope.name != ADMIN_SCOPE.0) {
        ensure_administration(context, issuer).await?;
    }
    Ok(())
}

/// Prepares administration by the API: its permissions, its scope, and this server as their
/// resource. The role `admin` gets new permissions. If the issuer has changed, all of them move to
/// the new one.
pub async fn ensure_administration(
    context: &AdminContext<'_>,
    issuer: &str,
) -> Result<(), StoreError> {
    let known = repo::roles::list_permissions(context.db.read()).await?;
    let is_here = |name: &str| {
        let same = |item: &Permission| item.codename == name && item.audience == issuer;
        known.iter().any(same)
    };
    let scopes = repo::scopes::list_all(context.db.read()).await?;
    let has_scope = scopes
        .iter()
        .any(|item| item.name == ADMIN_SCOPE.0 && item.audience.as_deref() == Some(issuer));
    if has_scope && ADMINISTRATION.iter().all(|(name, _)| is_here(name)) {
        return Ok(());
    }
    let now = context.now();
    let tx = context.begin().await?;
    let resource = Resource::new(issuer.to_owned(), "Administration".to_owned(), now);
    repo::resources::upsert(&tx, &resource).await?;
    let (name, description) = ADMIN_SCOPE;
    let scope = ScopeEntry {
        name: name.to_owned(),
        description: description.to_owned(),
        audience: Some(issuer.to_owned()),
        created_at: now,
    };
    repo::scopes::upsert(&tx, &scope).await?;
    let permissions: Vec<_> = ADMINISTRATION
        .iter()
        .map(|(codename, description)| permission(codename, description, issuer))
        .collect();
    repo::roles::upsert_permissions(&tx, &permissions).await?;
    if let Some(mut admin) = repo::roles::find(&tx, ADMIN_ROLE).await? {
        let is_new = |name: &String| known.iter().all(|item| item.codename != *name);
        let names = permissions.into_iter().map(|new| new.codename);
        admin.permissions.extend(names.filter(is_new));
        repo::roles::upsert(&tx, &admin).await?;
    }
    let event = context.event(AuditKind::RoleChanged, "standard", "administration loaded");
    repo::audit::insert(&tx, &event).await?;
    tx.commit().await
}

fn permission(codename: &str, description: &str, audience: &str) -> Permission {
    Permission {
        codename: codename.to_owned(),
        description: description.to_owned(),
        audience: audience.to_owned(),
    }
}

fn has_standard_scopes(known: &[ScopeEntry]) -> bool {
    let is_known = |name: &str| known.iter().any(|scope| scope.name == name);
    OWN_SCOPES.iter().all(|(name, _)| is_known(name))
}

async fn add_scopes(
    tx: &WriteTx,
    requested: &[(&str, &str)],
    audience: Option<&str>,
    now: UnixSeconds,
) -> Result<usize> {
    let known = repo::scopes::list_all(tx).await?;
    let is_new = |name: &str| known.iter().all(|scope| scope.name != name);
    let missing: Vec<_> = requested
        .iter()
        .filter(|(name, _)| is_new(name))
        .map(|(name, description)| ScopeEntry {
            name: (*name).to_owned(),
            description: (*description).to_owned(),
            audience: audience.map(str::to_owned),
            created_at: now,
        })
        .collect();
    repo::scopes::upsert_all(tx, &missing).await?;
    Ok(missing.len())
}
