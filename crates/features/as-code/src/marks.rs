//! The reasons why a change needs a second administrator.

use std::collections::BTreeSet;

use doorward_admin::kinds;
use doorward_admin::prelude::*;
use doorward_config::as_code::Approval as Policy;
use doorward_domain::model::{ADMIN_ROLE, ApprovalMark};

use crate::plan::{Action, Plan};
use crate::state::{State, named_kinds};

/// Returns the codenames of the permissions of this server.
async fn own_permissions(context: &AdminContext<'_>, conn: &Conn) -> Result<BTreeSet<String>> {
    let issuer = context.settings.issuer();
    let known = repo::roles::list_permissions(conn).await?.into_iter();
    Ok(known
        .filter(|known| known.audience == issuer)
        .map(|known| known.codename)
        .collect())
}

fn texts(value: Option<&Value>) -> impl Iterator<Item = &str> {
    let items = value.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str)
}

/// Returns the reasons why a change that this event describes needs an approval.
pub(crate) async fn of_event(
    context: &AdminContext<'_>,
    policy: &Policy,
    tx: &WriteTx,
    event: &AuditEvent,
) -> Result<Vec<ApprovalMark>> {
    let detail = |name: &str| event.detail.get(name);
    let change = detail("change").and_then(Value::as_str).unwrap_or_default();
    let mut marks = Vec::new();
    let is_role = event.kind == AuditKind::RoleChanged && change != "revoked";
    if policy.roles && is_role {
        let own = own_permissions(context, tx).await?;
        let subject = event.subject.as_deref();
        let name = detail("role")
            .and_then(Value::as_str)
            .or(subject)
            .unwrap_or_default();
        let stored = repo::roles::find(tx, name).await?;
        let stored = stored.map(|role| role.permissions).unwrap_or_default();
        let sides =
            ["before", "after"].map(|side| detail(side).and_then(|side| side.get("permissions")));
        let mut named = sides.into_iter().flat_map(texts);
        if named.any(|name| own.contains(name)) || stored.iter().any(|name| own.contains(name)) {
            marks.push(ApprovalMark::Roles);
        }
    }
    if policy.providers && event.kind == AuditKind::ProviderChanged {
        marks.push(ApprovalMark::Providers);
    }
    if policy.keys && event.kind == AuditKind::KeyChanged {
        marks.push(ApprovalMark::Keys);
    }
    let is_deletion = ["deleted", "removed", "permission deleted"].contains(&change);
    let is_object = kinds::all().any(|kind| kind.audit == event.kind);
    if policy.deletions == Some(0) && is_deletion && is_object {
        marks.push(ApprovalMark::Deletions);
    }
    Ok(marks)
}

/// Returns the reasons why a plan needs an approval.
pub(crate) async fn of_plan(
    context: &AdminContext<'_>,
    policy: &Policy,
    plan: &Plan,
    state: &State,
) -> Result<Vec<ApprovalMark>> {
    let mut marks = Vec::new();
    if policy.roles && touches_administration(context, plan, state).await? {
        marks.push(ApprovalMark::Roles);
    }
    if policy.providers && plan.of("providers").next().is_some() {
        marks.push(ApprovalMark::Providers);
    }
    let deletions = plan
        .changes
        .iter()
        .filter(|change| change.action == Action::Delete)
        .count();
    if policy.deletions.is_some_and(|most| deletions as u64 > most) {
        marks.push(ApprovalMark::Deletions);
    }
    Ok(marks)
}

/// Returns true if a plan changes a role with a permission of this server, or gives one to a group or a client.
async fn touches_administration(
    context: &AdminContext<'_>,
    plan: &Plan,
    state: &State,
) -> Result<bool> {
    let own = own_permissions(context, context.db.read()).await?;
    let read;
    let kinds = named_kinds(["roles"])?;
    let stored = if kinds.clone().all(|kind| state.has(kind)) {
        state
    } else {
        read = State::read(context, kinds.clone()).await?;
        &read
    };
    let is_own = |permissions: Option<&Value>| texts(permissions).any(|name| own.contains(name));
    let roles = kinds.flat_map(|kind| stored.of(kind));
    let roles = roles.filter(|(_, role)| is_own(role.document.get("permissions")));
    let mut administrative: BTreeSet<&str> = roles.map(|(name, _)| name.as_str()).collect();
    administrative.insert(ADMIN_ROLE);
    for change in plan.of("roles") {
        if is_own(change.members.get("permissions").map(|(_, after)| after)) {
            administrative.insert(&change.key);
        }
    }
    let names = |side: &Value| -> Vec<String> {
        let roles = texts(Some(side));
        roles
            .map(|role| role.split('@').next().unwrap_or(role).to_owned())
            .collect()
    };
    Ok(plan.changes.iter().any(|change| match change.kind.name {
        "roles" => administrative.contains(change.key.as_str()),
        "groups" | "clients" => change.members.get("roles").is_some_and(|(before, after)| {
            let before = names(before);
            let mut added = names(after)
                .into_iter()
                .filter(|role| !before.contains(role));
            change.action != Action::Delete
                && added.any(|role| administrative.contains(role.as_str()))
        }),
        _ => false,
    }))
}
