//! Roles: lists, creates, assigns and removes them.

pub mod operations;

use std::collections::BTreeSet;

use doorward_domain::model::former_name::NameKind;
use doorward_domain::model::{Assignment, AssignmentId, Permission, Role};
use doorward_protocol::setting_url;
use doorward_rules::own_permissions;
use doorward_store::repo::deletions::Deletion;
use doorward_store::repo::sites::RuleName;

use super::checked_value::{check_description, check_reserved, require_unused};
use super::role_rules::{self, Subject};
use crate::prelude::*;

pub use super::standard::Added;

#[derive(Debug, Clone)]
pub struct NewAssignment {
    pub subject: Subject,
    pub role: String,
    pub org: Option<String>,
    pub expires_at: Option<UnixSeconds>,
    /// False for an assignment that gives nothing until it is activated.
    pub active: bool,
}

#[boxed(?Send)]
pub async fn list(context: &AdminContext<'_>) -> Result<Vec<Role>> {
    context.need("roles:read")?;
    let mut roles = repo::roles::list(context.db.read()).await?;
    roles.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(roles)
}

pub async fn page_of_permissions(
    context: &AdminContext<'_>,
    after: Option<&str>,
    limit: u64,
) -> Result<Vec<Permission>> {
    context.need("roles:read")?;
    Ok(repo::roles::page_permissions(context.db.read(), after, limit).await?)
}

#[boxed(?Send)]
pub async fn permissions(context: &AdminContext<'_>) -> Result<Vec<Permission>> {
    context.need("roles:read")?;
    let mut permissions = repo::roles::list_permissions(context.db.read()).await?;
    permissions.sort_by(|a, b| a.codename.cmp(&b.codename));
    Ok(permissions)
}

#[boxed(?Send)]
pub async fn create(
    context: &AdminContext<'_>,
    name: &str,
    description: &str,
    permissions: Vec<String>,
) -> Result<Role> {
    context.require_global("roles:write")?;
    check_role_name(name)?;
    check_reserved("name", name)?;
    check_description(description)?;
    let tx = context.begin().await?;
    if repo::roles::find(&tx, name).await?.is_some() {
        return Err(AdminError::conflict("role", name));
    }
    require_unused(context, &tx, NameKind::Role, name).await?;
    context
        .require_deleted(&tx, "name", Deletion::Role(name))
        .await?;
    check_known(&tx, &permissions).await?;
    // The configuration may name the role before it exists, so it may have holders at once.
    context
        .check_lasting_delegation(&tx, permissions.iter().map(String::as_str))
        .await?;
    let role = Role {
        name: name.to_owned(),
        description: description.to_owned(),
        active: true,
        permissions: permissions.into_iter().collect::<BTreeSet<_>>(),
    };
    repo::roles::upsert(&tx, &role).await?;
    let permissions: Vec<_> = role.permissions.iter().cloned().collect();
    let event = context
        .event(AuditKind::RoleChanged, name, "created")
        .with("permissions", permissions);
    context.commit_created(tx, &event, &role.name, None).await?;
    Ok(role)
}

/// Checks a name, which appears in tokens and policies: blanks and upper case are not allowed.
pub(super) fn check_role_name(name: &str) -> Result<()> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-.:".contains(c);
    if name.is_empty() || name.len() > 64 || !name.chars().all(plain) {
        let problem = "write 1 to 64 of a-z, 0-9, and _ - . :";
        return Err(AdminError::invalid("name", problem));
    }
    Ok(())
}

pub(super) fn check_codename(field: &'static str, codename: &str) -> Result<()> {
    if doorward_access::rbac::Permission::parse(codename).is_err() {
        let problem = "write resource:action in a-z, 0-9, and _ - .";
        return Err(AdminError::invalid(field, problem));
    }
    Ok(())
}

async fn check_known(tx: &WriteTx, permissions: &[String]) -> Result<()> {
    if permissions.is_empty() {
        return Ok(());
    }
    let known = repo::roles::list_permissions(tx).await?;
    let unknown = |requested: &&String| known.iter().all(|known| known.codename != **requested);
    if let Some(codename) = permissions.iter().find(unknown) {
        let problem = format!("{codename:?} does not exist; see `doorward permission list`");
        return Err(AdminError::invalid("permissions", problem));
    }
    Ok(())
}

pub(super) fn audit_details(role: &Role) -> Value {
    json!({
        "description": role.description, "active": role.active, "permissions": role.permissions,
    })
}

/// Returns the members of an assignment for the audit log; an absent one has none.
pub fn assignment_details(assignment: &Assignment) -> Value {
    json!({ "active": assignment.active, "expires_at": assignment.expires_at })
}

pub fn assignment_event(
    context: &AdminContext<'_>,
    assignment: &Assignment,
    change: &str,
) -> AuditEvent {
    context
        .event(AuditKind::RoleChanged, &assignment.subject_id, change)
        .with("role", assignment.role.as_str())
        .with("org", assignment.org.clone())
        .with("holder", assignment.subject_kind.as_str())
}

/// Changes. Omitted members stay unchanged.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[schema(as = RolePatch)]
#[serde(deny_unknown_fields)]
pub struct RoleChange {
    /// Name of the role.
    pub name: String,
    /// Description.
    pub description: Option<String>,
    /// False if it has no effect.
    pub active: Option<bool>,
    /// Codename of a permission; replaces the whole list, empty for none.
    pub permissions: Option<Vec<String>>,
    /// Permission to add.
    #[serde(default)]
    pub add_permissions: Vec<String>,
    /// Permission to remove. One that the role lacks has no effect.
    #[serde(default)]
    pub remove_permissions: Vec<String>,
}

#[boxed(?Send)]
pub async fn get(context: &AdminContext<'_>, name: &str) -> Result<Role> {
    context.need("roles:read")?;
    find_in(context.db.read(), name).await
}

pub(super) async fn find_in(conn: &Conn, name: &str) -> Result<Role> {
    let found = repo::roles::find(conn, name).await?;
    found.ok_or_else(|| AdminError::not_found("role", name))
}

/// Changes a role, and thereby the permissions of all its holders.
#[boxed(?Send)]
pub async fn update(context: &AdminContext<'_>, name: &str, change: RoleChange) -> Result<Role> {
    context.require_global("roles:write")?;
    let tx = context.begin().await?;
    let (before, after) = changed(context, &tx, name, change).await?;
    repo::roles::upsert(&tx, &after).await?;
    let event = context.event(AuditKind::RoleChanged, name, "changed");
    let event = difference(event, &audit_details(&before), &audit_details(&after));
    context.commit_with(tx, &event).await?;
    Ok(after)
}

/// Returns a role as [`update`] would leave it.
#[boxed(?Send)]
pub async fn plan(context: &AdminContext<'_>, name: &str, change: RoleChange) -> Result<Role> {
    context.require_global("roles:write")?;
    let tx = context.begin().await?;
    let (_, after) = changed(context, &tx, name, change).await?;
    Ok(after)
}

async fn changed(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    name: &str,
    change: RoleChange,
) -> Result<(Role, Role)> {
    let before = find_in(tx, name).await?;
    let mut after = before.clone();
    if let Some(description) = change.description {
        check_description(&description)?;
        after.description = description;
    }
    after.active = change.active.unwrap_or(after.active);
    let replacement = change.permissions.as_deref().unwrap_or_default();
    let named = [
        replacement,
        &change.remove_permissions,
        &change.add_permissions,
    ];
    check_known(tx, &named.concat()).await?;
    if let Some(permissions) = change.permissions {
        after.permissions = permissions.into_iter().collect();
    }
    after
        .permissions
        .retain(|held| !change.remove_permissions.contains(held));
    after.permissions.extend(change.add_permissions);
    role_rules::check_change(context, tx, &before, Some(&after)).await?;
    context.unchanged(&before)?;
    Ok((before, after))
}

/// Deletes a role, and returns it as it was.
#[boxed(?Send)]
pub async fn delete(context: &AdminContext<'_>, name: &str) -> Result<Role> {
    context.require_global("roles:write")?;
    let tx = context.begin().await?;
    let role = find_in(&tx, name).await?;
    role_rules::check_change(context, &tx, &role, None).await?;
    context.unchanged(&role)?;
    require_unnamed(&tx, RuleName::Role, name).await?;
    repo::roles::delete(&tx, name, context.now()).await?;
    let event = context.event(AuditKind::RoleChanged, name, "deleted");
    let event = difference(event, &audit_details(&role), &Value::Null);
    context.commit_with(tx, &event).await?;
    Ok(role)
}

/// Checks that no rule of a site names a role or permission: a later one with its name would have its access.
async fn require_unnamed(tx: &WriteTx, kind: RuleName, name: &str) -> Result<()> {
    let Some(site) = repo::sites::find_naming(tx, kind, name).await? else {
        return Ok(());
    };
    let problem = format!(
        "a rule of the site {site} names it; change the rule first with `doorward site update`"
    );
    Err(AdminError::invalid("name", problem))
}

pub async fn permission(context: &AdminContext<'_>, codename: &str) -> Result<Permission> {
    let all = permissions(context).await?;
    let found = all.into_iter().find(|item| item.codename == codename);
    found.ok_or_else(|| AdminError::not_found("permission", codename))
}

/// Registers a permission of a resource server. The role `admin` gets it at once, because a
/// permission without holders could not be given. The permissions of this server are built in and
/// cannot be created.
#[boxed(?Send)]
pub async fn create_permission(context: &AdminContext<'_>, new: Permission) -> Result<Permission> {
    context.require_global("roles:write")?;
    check_codename("codename", &new.codename)?;
    let is_uri = setting_url::parse_resource(&new.audience).is_ok();
    if !is_uri || new.audience == context.settings.issuer() {
        let problem = "write the URI of the resource server that checks it, not of this server";
        return Err(AdminError::invalid("audience", problem));
    }
    let tx = context.begin().await?;
    let known = repo::roles::list_permissions(&tx).await?;
    if known.iter().any(|known| known.codename == new.codename) {
        return Err(AdminError::conflict("permission", &new.codename));
    }
    require_unused(context, &tx, NameKind::Permission, &new.codename).await?;
    repo::roles::upsert_permission(&tx, &new).await?;
    if let Some(mut admin) = repo::roles::find(&tx, ADMIN_ROLE).await? {
        admin.permissions.insert(new.codename.clone());
        repo::roles::upsert(&tx, &admin).await?;
    }
    let event = context
        .event(AuditKind::RoleChanged, &new.codename, "permission created")
        .with("audience", new.audience.as_str());
    context
        .commit_created(tx, &event, &new.codename, None)
        .await?;
    Ok(new)
}

/// Changes the description of a permission. Its codename and audience cannot change, because
/// resource servers rely on them.
#[boxed(?Send)]
pub async fn describe_permission(
    context: &AdminContext<'_>,
    codename: &str,
    description: &str,
) -> Result<Permission> {
    context.require_global("roles:write")?;
    let tx = context.begin().await?;
    let before = permission_in(&tx, codename).await?;
    context.check_delegation([codename])?;
    context.unchanged(&before)?;
    let after = Permission {
        description: description.to_owned(),
        ..before.clone()
    };
    repo::roles::upsert_permission(&tx, &after).await?;
    let event = context.event(AuditKind::RoleChanged, codename, "permission changed");
    let shown = |permission: &Permission| json!({ "description": permission.description });
    context
        .commit_with(tx, &difference(event, &shown(&before), &shown(&after)))
        .await?;
    Ok(after)
}

/// Deletes a permission and removes it from every role. Requires the rights to change each of these
/// roles. Returns it as it was.
#[boxed(?Send)]
pub async fn delete_permission(context: &AdminContext<'_>, codename: &str) -> Result<Permission> {
    context.require_global("roles:write")?;
    let tx = context.begin().await?;
    let before = permission_in(&tx, codename).await?;
    context.check_delegation([codename])?;
    let having = repo::roles::list(&tx).await?;
    let having = having
        .iter()
        .filter(|role| role.permissions.contains(codename));
    for role in having {
        if role.name == ADMIN_ROLE {
            context.must_administer()?;
        }
        context.check_delegation(role.permissions.iter().map(String::as_str))?;
    }
    context.unchanged(&before)?;
    if own_permissions::is_own(codename) {
        return Err(AdminError::last_holder(
            "the permissions of this server cannot be deleted",
        ));
    }
    require_unnamed(&tx, RuleName::Permission, codename).await?;
    repo::roles::delete_permission(&tx, codename).await?;
    let event = context
        .event(AuditKind::RoleChanged, codename, "permission deleted")
        .with("audience", before.audience.as_str());
    context.commit_with(tx, &event).await?;
    Ok(before)
}

pub(super) async fn permission_in(tx: &WriteTx, codename: &str) -> Result<Permission> {
    let known = repo::roles::list_permissions(tx).await?;
    let found = known.into_iter().find(|known| known.codename == codename);
    found.ok_or_else(|| AdminError::not_found("permission", codename))
}

/// Assigns a role; if it is assigned already, only its expiry changes.
pub(super) async fn assign_in(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    new: NewAssignment,
) -> Result<Assignment> {
    let now = context.now();
    if new.expires_at.is_some_and(|end| end <= now) {
        return Err(AdminError::invalid(
            "expires_at",
            "write a time in the future",
        ));
    }
    let role = find_in(tx, &new.role).await?;
    role_rules::check(context, tx, &new.subject, &role, new.org.as_deref()).await?;
    let (kind, id) = (new.subject.kind(), new.subject.id());
    let held = repo::roles::assignments(tx, kind, &id).await?;
    let is_same = |held: &Assignment| held.role == new.role && held.org == new.org;
    let former = held.into_iter().find(is_same);
    let (active, end) = (new.active, new.expires_at);
    role_rules::check_end(context, tx, &role, former.as_ref(), active, end).await?;
    if context.undoes.is_some() && former.is_some() {
        return Err(AdminError::Changed);
    }
    let assignment = Assignment {
        id: AssignmentId::generate(now, &mut context.rng()),
        subject_kind: kind,
        subject_id: id,
        role: new.role,
        org: new.org,
        assigned_by: context.actor.clone(),
        expires_at: new.expires_at,
        active: new.active,
        created_at: now,
    };
    repo::roles::assign(tx, &assignment).await?;
    role_rules::require_remaining_admin_after(context, tx, &assignment).await?;
    let before = former.map_or(Value::Null, |former| assignment_details(&former));
    let event = assignment_event(context, &assignment, "assigned")
        .with("expires_at", assignment.expires_at)
        .with("active", assignment.active);
    let event = difference(event, &before, &assignment_details(&assignment));
    repo::audit::insert(tx, &event).await?;
    Ok(assignment)
}
