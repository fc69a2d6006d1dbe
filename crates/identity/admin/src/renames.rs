//! New names of roles, permissions and scopes. Only administrators give them: a name has effect in
//! configurations, policies and resource servers, also for the administrator who has the role.

pub mod operations;

use doorward_domain::model::former_name::{FormerName, NameKind};
use doorward_domain::model::{Permission, Role, ScopeEntry};
use doorward_rules::own_permissions;
use doorward_services::breaks::Breaks;
use doorward_store::repo::deletions::Deletion;
use doorward_store::repo::scopes::{GROWN, Pass};

use crate::checked_value::{check_reserved, require_unused};
use crate::prelude::*;
use crate::roles::{check_codename, check_role_name, find_in, permission_in};
use crate::scopes::{self, check_scope_name};

/// Checks the new name of an object: it is no former name of another one.
async fn check_new(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    kind: NameKind,
    (old, new): (&str, &str),
    until: Option<UnixSeconds>,
) -> Result<()> {
    if until.is_some_and(|until| until <= context.now()) {
        let problem = "write a time in the future";
        return Err(AdminError::invalid("alias_until", problem));
    }
    if old == new {
        return Err(AdminError::conflict(kind.as_str(), new));
    }
    let own = repo::former_names::of(tx, kind, old, context.now()).await?;
    if own.iter().any(|own| own.former == new) {
        return Ok(());
    }
    require_unused(context, tx, kind, new).await
}

fn event(
    context: &AdminContext<'_>,
    (audit, change): (AuditKind, &str),
    (old, new): (&str, &str),
    until: Option<UnixSeconds>,
) -> AuditEvent {
    let event = context.event(audit, new, change).with("alias_until", until);
    difference(event, &json!({ "name": old }), &json!({ "name": new }))
}

/// Returns the names of the former name in the configuration, which Doorward cannot change.
fn configured(context: &AdminContext<'_>, kind: &str, old: &str) -> Option<String> {
    let named = context.settings.config()?.named_objects().into_iter();
    let named = named.filter(|object| object.kind.to_string() == kind && object.name == old);
    let keys: Vec<_> = named.map(|object| object.key).collect();
    let keys = (!keys.is_empty()).then(|| keys.join(", "))?;
    Some(format!(
        "The configuration names {old:?} in {keys}: change it there too."
    ))
}

/// Gives a role another name, also in its assignments and in the mappings of identity providers. Tokens
/// contain the old name too until this time.
#[boxed(?Send)]
pub async fn role(
    context: &AdminContext<'_>,
    old: &str,
    new: &str,
    until: Option<UnixSeconds>,
) -> Result<Role> {
    context.must_administer()?;
    check_role_name(new)?;
    check_reserved("new_name", new)?;
    let tx = context.begin().await?;
    let before = find_in(&tx, old).await?;
    context.unchanged(&before)?;
    if old == ADMIN_ROLE {
        return Err(AdminError::last_holder("the role admin keeps its name"));
    }
    check_new(context, &tx, NameKind::Role, (old, new), until).await?;
    if repo::roles::find(&tx, new).await?.is_some() {
        return Err(AdminError::conflict("role", new));
    }
    context
        .require_deleted(&tx, "new_name", Deletion::Role(new))
        .await?;
    repo::roles::rename(&tx, &before, new, until, context.now()).await?;
    for mut provider in repo::providers::list(&tx).await? {
        let given = provider.settings.roles.values_mut();
        let mut is_changed = false;
        for role in given.filter(|role| role.as_str() == old) {
            new.clone_into(role);
            is_changed = true;
        }
        if !is_changed {
            continue;
        }
        repo::providers::update(&tx, &provider).await?;
    }
    let event = event(
        context,
        (AuditKind::RoleChanged, "renamed"),
        (old, new),
        until,
    );
    context.commit_with(tx, &event).await?;
    Ok(Role {
        name: new.to_owned(),
        ..before
    })
}

/// Gives a permission another codename, in all roles. A scope with this name at the same resource follows,
/// because API keys and clients have the permission by it.
#[boxed(?Send)]
pub async fn permission(
    context: &AdminContext<'_>,
    old: &str,
    new: &str,
    until: Option<UnixSeconds>,
) -> Result<Permission> {
    context.must_administer()?;
    check_codename("new_codename", new)?;
    if own_permissions::is_own(old) {
        let problem = "the permissions of this server keep their names";
        return Err(AdminError::last_holder(problem));
    }
    let tx = context.begin().await?;
    let before = permission_in(&tx, old).await?;
    context.unchanged(&before)?;
    check_new(context, &tx, NameKind::Permission, (old, new), until).await?;
    let known = repo::roles::list_permissions(&tx).await?;
    if known.iter().any(|known| known.codename == new) {
        return Err(AdminError::conflict("permission", new));
    }
    let scope = scope_of(&tx, &before).await?;
    if let Some(scope) = &scope {
        reserve(context, &tx, scope, new, until).await?;
    }
    tx.commit().await?;
    if scope.is_some() {
        rewrite(context, (old, new), Pass::Add).await?;
    }
    let tx = context.begin().await?;
    let before = permission_in(&tx, old).await?;
    repo::roles::rename_permission(&tx, &before, new, until).await?;
    if scope.is_some() {
        finish(context, &tx, (old, new), until).await?;
    }
    let change = (AuditKind::RoleChanged, "permission renamed");
    let event = event(context, change, (old, new), until);
    context.commit_with(tx, &event).await?;
    if scope.is_some() {
        rewrite(context, (old, new), Pass::Remove).await?;
    }
    Ok(Permission {
        codename: new.to_owned(),
        ..before
    })
}

/// Returns the scope by which API keys and clients have a permission.
async fn scope_of(tx: &WriteTx, permission: &Permission) -> Result<Option<ScopeEntry>> {
    let found = scopes::find(tx, &permission.codename).await?;
    Ok(found.filter(|scope| scope.audience.as_ref() == Some(&permission.audience)))
}

/// Gives a scope another name, also in clients, consents, grants, API keys and custom claims. Requests may
/// use the old name until this time, and tokens contain both.
#[boxed(?Send)]
pub async fn scope(
    context: &AdminContext<'_>,
    old: &str,
    new: &str,
    until: Option<UnixSeconds>,
) -> Result<ScopeEntry> {
    context.must_administer()?;
    let tx = context.begin().await?;
    let found = scopes::find(&tx, old).await?;
    let before = found.ok_or_else(|| AdminError::not_found("scope", old))?;
    context.unchanged(&scopes::audit_details(&before))?;
    let known = repo::roles::list_permissions(&tx).await?;
    let is_same = |known: &Permission| {
        known.codename == old && Some(&known.audience) == before.audience.as_ref()
    };
    if known.iter().any(is_same) {
        let problem = format!(
            "the permission {old} has the same name, and API keys have it by the scope; rename both with \
             `doorward permission rename`"
        );
        return Err(AdminError::invalid("name", problem));
    }
    reserve(context, &tx, &before, new, until).await?;
    tx.commit().await?;
    rewrite(context, (old, new), Pass::Add).await?;
    let tx = context.begin().await?;
    finish(context, &tx, (old, new), until).await?;
    context.commit(tx).await?;
    rewrite(context, (old, new), Pass::Remove).await?;
    Ok(ScopeEntry {
        name: new.to_owned(),
        ..before
    })
}

/// Registers the new name of a scope, so that no other scope gets it meanwhile. Grants, consents and API keys
/// then get both names, in portions; what happens until [`finish`] goes on with the old one.
async fn reserve(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    before: &ScopeEntry,
    new: &str,
    until: Option<UnixSeconds>,
) -> Result<()> {
    let old = before.name.as_str();
    check_scope_name("new_name", new)?;
    scopes::expect_free(old)?;
    scopes::expect_free(new)?;
    check_new(context, tx, NameKind::Scope, (old, new), until).await?;
    if scopes::find(tx, new).await?.is_some() {
        return Err(AdminError::conflict("scope", new));
    }
    scopes::expect_unnamed(tx, new).await?;
    Ok(repo::scopes::reserve(tx, before, new).await?)
}

/// Writes the names of a scope into all grants, consents and API keys, in portions beside other writers.
async fn rewrite(context: &AdminContext<'_>, names: (&str, &str), pass: Pass) -> Result<()> {
    let mut breaks = Breaks::start(1);
    for lists in GROWN {
        let mut after = None;
        loop {
            let read = context.db.read();
            let last = repo::scopes::end_of_portion(read, lists.0, after.clone()).await?;
            let range = (after, last);
            if repo::scopes::needs_rewrite(read, lists, names, pass, &range).await? {
                let tx = context.db.begin_write().await?;
                repo::scopes::rewrite(&tx, lists, names, pass, &range).await?;
                tx.commit().await?;
                breaks.take().await;
            }
            after = range.1;
            if after.is_none() {
                break;
            }
        }
    }
    Ok(())
}

/// Gives a scope its reserved name everywhere else.
async fn finish(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    names: (&str, &str),
    until: Option<UnixSeconds>,
) -> Result<()> {
    repo::scopes::rename(tx, names.0, names.1, until).await?;
    let change = (AuditKind::ScopeChanged, "renamed");
    let event = event(context, change, names, until);
    Ok(repo::audit::insert(tx, &event).await?)
}

/// Returns the former names of an object, with their dates.
#[boxed(?Send)]
pub async fn former_names(
    context: &AdminContext<'_>,
    kind: NameKind,
    name: &str,
) -> Result<Vec<FormerName>> {
    let (read, now) = (context.db.read(), context.now());
    Ok(repo::former_names::of(read, kind, name, now).await?)
}

/// Ends a former name before its date.
async fn end(context: &AdminContext<'_>, kind: NameKind, former: &str) -> Result<FormerName> {
    context.must_administer()?;
    let tx = context.begin().await?;
    let all = repo::former_names::list(&tx, context.now()).await?;
    let mut all = all.into_iter();
    let found = all.find(|known| known.kind == kind && known.former == former);
    let found = found.ok_or_else(|| AdminError::not_found("former name", former))?;
    repo::former_names::end(&tx, kind, former).await?;
    let audit = match kind {
        NameKind::Role | NameKind::Permission => AuditKind::RoleChanged,
        NameKind::Scope => AuditKind::ScopeChanged,
    };
    let event = context
        .event(audit, &found.name, "former name ended")
        .with("former", former)
        .with("kind", kind.as_str());
    context.commit_with(tx, &event).await?;
    Ok(found)
}
