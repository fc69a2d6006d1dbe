//! The initial content of every deployment: the scopes of OpenID Connect, the role `admin`, and the
//! permissions of administration. The roles of the tasks API are a sample, see `tasks_sample`.

use doorward_domain::model::{Permission, Resource, Role, ScopeEntry};
use doorward_rules::own_permissions::ADMINISTRATION;
use doorward_services::names::resource_scopes;

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

/// The role of every deployment: name, description, and permissions. It gets every permission.
const ADMIN: (&str, &str, &str) = (ADMIN_ROLE, "May do everything", "");

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Added {
    pub roles: usize,
    pub permissions: usize,
    pub scopes: usize,
    /// Permissions that were added to existing standard roles.
    pub restored: usize,
}

/// Adds the scopes of this server and the role `admin`, which gets every permission. Existing objects
/// keep the operator's changes.
#[boxed(?Send)]
pub async fn setup(context: &AdminContext<'_>) -> Result<Added> {
    context.must_administer()?;
    let tx = context.begin().await?;
    let known = repo::roles::list_permissions(&tx).await?;
    let added = add_own(&tx, &known, context.now()).await?;
    record(context, &tx, added, "standard role loaded").await?;
    tx.commit().await?;
    Ok(added)
}

/// Adds what every deployment has; `known` are the permissions.
pub(crate) async fn add_own(tx: &WriteTx, known: &[Permission], now: UnixSeconds) -> Result<Added> {
    Ok(Added {
        scopes: add_scopes(tx, OWN_SCOPES, None, now).await?,
        roles: add_missing_roles(tx, &[ADMIN], known).await?,
        restored: restore(tx, &[ADMIN], known, known).await?,
        ..Added::default()
    })
}

/// Records what was added, if anything was.
pub(crate) async fn record(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    added: Added,
    change: &str,
) -> Result<()> {
    if added != Added::default() {
        let event = context.event(AuditKind::RoleChanged, "standard", change);
        repo::audit::insert(tx, &event).await?;
    }
    Ok(())
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

/// Adds the permissions that did not exist `before` to those of these roles that have them, and every
/// permission to the role `admin`: a permission without holders could not be given. Returns the
/// number of additions.
pub(crate) async fn restore(
    tx: &WriteTx,
    roles: &[(&str, &str, &str)],
    before: &[Permission],
    known: &[Permission],
) -> Result<usize> {
    let was_there = |name: &str| before.iter().any(|before| before.codename == name);
    let mut restored = 0;
    for (name, _, standard) in roles {
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

/// Prepares administration by the API: its permissions, its scope, and this server as their
/// resource. The role `admin` gets new permissions. If the issuer has changed, all of them move to
/// the new one.
#[boxed(?Send)]
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
    let has_scope = |name: &str| {
        let same =
            |item: &ScopeEntry| item.name == name && item.audience.as_deref() == Some(issuer);
        scopes.iter().any(same)
    };
    let has_scopes = resource_scopes().all(|(name, _)| has_scope(name));
    if has_scopes && ADMINISTRATION.iter().all(|(name, _)| is_here(name)) {
        return Ok(());
    }
    let now = context.now();
    let tx = context.begin().await?;
    let resource = Resource::new(issuer.to_owned(), "Administration".to_owned(), now);
    repo::resources::upsert(&tx, &resource).await?;
    for (name, description) in resource_scopes() {
        let scope = ScopeEntry {
            name: name.to_owned(),
            description: description.to_owned(),
            audience: Some(issuer.to_owned()),
            created_at: now,
        };
        repo::scopes::upsert(&tx, &scope).await?;
    }
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

pub(crate) fn permission(codename: &str, description: &str, audience: &str) -> Permission {
    Permission {
        codename: codename.to_owned(),
        description: description.to_owned(),
        audience: audience.to_owned(),
    }
}

pub(crate) async fn add_scopes(
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
