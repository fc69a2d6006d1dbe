//! The direct members of groups.

use std::collections::BTreeSet;

use crate::groups::{check_group_delegation, get_in, require_org_user};
use crate::prelude::*;
use crate::role_rules::require_remaining_admin;

/// Lists the direct members, with the users in reach if the administrator may read them.
#[boxed(?Send)]
pub async fn list(
    context: &AdminContext<'_>,
    group: &Group,
    after: Option<UserId>,
    limit: u64,
) -> Result<Vec<(UserId, Option<User>)>> {
    context.need("groups:read")?;
    let (read, within) = (context.db.read(), context.confined_to());
    let found = repo::groups::members(read, group.id, within, after, limit).await?;
    let readable = |(id, user)| (id, context.readable(user));
    Ok(found.into_iter().map(readable).collect())
}

#[boxed(?Send)]
pub async fn find(context: &AdminContext<'_>, group: &Group, user: UserId) -> Result<Option<User>> {
    context.need("groups:read")?;
    let (read, within) = (context.db.read(), context.confined_to());
    let found = repo::groups::member(read, group.id, within, user).await?;
    let (_, found) = found.ok_or_else(|| AdminError::not_found("member", &user))?;
    Ok(context.readable(found))
}

/// Adds a user to a group; has no effect if the user is a member already.
#[boxed(?Send)]
pub async fn add(context: &AdminContext<'_>, id: GroupId, user: UserId) -> Result<()> {
    context.need("groups:write")?;
    let tx = context.begin().await?;
    let group = get_in(context, &tx, id).await?;
    require_org_user(context, &tx, &group, user).await?;
    context.not_oneself(user)?;
    check_group_delegation(context, &tx, group.org.as_deref(), &group.path, true).await?;
    if repo::groups::add_member(&tx, id, user, context.now()).await? {
        record(context, &tx, &group, user, "member added").await?;
    }
    context.commit(tx).await
}

/// Adds users to a group in one transaction. Returns the number of those who were no members.
#[boxed(?Send)]
pub async fn add_all(context: &AdminContext<'_>, id: GroupId, users: &[UserId]) -> Result<u64> {
    context.need("groups:write")?;
    let tx = context.begin().await?;
    let group = get_in(context, &tx, id).await?;
    let all = users.iter().copied();
    let known: BTreeSet<UserId> = if let Some(org) = &group.org {
        let found = repo::organizations::members_among(&tx, org, all).await?;
        found.into_iter().collect()
    } else {
        let found = repo::users::find_many(&tx, all).await?;
        found.iter().map(|user| user.id).collect()
    };
    if let Some(unknown) = users.iter().find(|user| !known.contains(user)) {
        return Err(AdminError::not_found("user", unknown));
    }
    check_group_delegation(context, &tx, group.org.as_deref(), &group.path, true).await?;
    let mut events = Vec::new();
    for user in users {
        context.not_oneself(*user)?;
        if repo::groups::add_member(&tx, id, *user, context.now()).await? {
            events.push(event(context, &group, *user, "member added"));
        }
    }
    repo::audit::insert_all(&tx, &events).await?;
    context.commit(tx).await?;
    Ok(events.len() as u64)
}

/// Removes users from a group in one transaction; those who are no members are left out. Returns the number of the
/// others.
#[boxed(?Send)]
pub async fn remove_all(context: &AdminContext<'_>, id: GroupId, users: &[UserId]) -> Result<u64> {
    context.need("groups:write")?;
    let tx = context.begin().await?;
    let group = get_in(context, &tx, id).await?;
    check_group_delegation(context, &tx, group.org.as_deref(), &group.path, false).await?;
    let mut events = Vec::new();
    for user in users {
        if repo::groups::remove_member(&tx, id, *user).await? {
            events.push(event(context, &group, *user, "member removed"));
        }
    }
    require_remaining_admin(context, &tx).await?;
    repo::audit::insert_all(&tx, &events).await?;
    context.commit(tx).await?;
    Ok(events.len() as u64)
}

#[boxed(?Send)]
pub async fn remove(context: &AdminContext<'_>, id: GroupId, user: UserId) -> Result<()> {
    context.need("groups:write")?;
    let tx = context.begin().await?;
    let group = get_in(context, &tx, id).await?;
    if !repo::groups::remove_member(&tx, id, user).await? {
        return Err(AdminError::not_found("member", &user));
    }
    check_group_delegation(context, &tx, group.org.as_deref(), &group.path, false).await?;
    require_remaining_admin(context, &tx).await?;
    record(context, &tx, &group, user, "member removed").await?;
    context.commit(tx).await
}

pub(crate) async fn record(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    group: &Group,
    user: UserId,
    change: &str,
) -> Result<()> {
    repo::audit::insert(tx, &event(context, group, user, change)).await?;
    Ok(())
}

fn event(context: &AdminContext<'_>, group: &Group, user: UserId, change: &str) -> AuditEvent {
    context
        .event(AuditKind::GroupChanged, group.id, change)
        .with("path", group.path.as_str())
        .with("org", group.org.clone())
        .with("user", user.to_string())
}
