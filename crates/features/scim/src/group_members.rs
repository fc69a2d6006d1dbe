//! The members of groups, and their names.

use std::collections::BTreeSet;

use doorward_admin::group_members;
use doorward_admin::prelude::*;
use doorward_scim_protocol::patch::MemberChange;

use crate::failure::{Result, invalid_value};
use crate::rights::check_group;
use crate::server::Server;

/// Maximum number of members in a response. Those of a larger group are read by a filter of users.
pub(crate) const SHOWN: usize = 2_000;
const PAGE: u64 = 500;

/// Returns the name of a group that the source has never named: its path.
pub(crate) fn plain_path(group: &Group) -> &str {
    group.path.trim_start_matches('/')
}

/// Changes members in the order of the changes.
pub(crate) async fn change(
    server: &Server<'_>,
    group: &Group,
    changes: Vec<MemberChange>,
) -> Result<()> {
    for change in changes {
        match change {
            MemberChange::Add(ids) => add(server, group, &read(server, ids).await?).await?,
            MemberChange::Remove(ids) => {
                // One that does not exist is no member.
                let ids: Vec<_> = ids.iter().filter_map(|id| UserId::parse(id)).collect();
                remove(server, group, &ids).await?;
            }
            MemberChange::Replace(ids) => replace(server, group, read(server, ids).await?).await?,
        }
    }
    Ok(())
}

/// Returns the users with these IDs, which must be in reach.
async fn read(server: &Server<'_>, ids: Vec<String>) -> Result<BTreeSet<UserId>> {
    let mut users = BTreeSet::new();
    for id in ids {
        let Some(user) = UserId::parse(&id) else {
            return Err(unknown(&id));
        };
        users.insert(user);
    }
    let all: Vec<UserId> = users.iter().copied().collect();
    let mut known: BTreeSet<UserId> = match server.org() {
        None => all.iter().copied().collect(),
        Some(org) => {
            let found = repo::organizations::members_among(server.conn(), org, all.iter().copied());
            found.await?.into_iter().collect()
        }
    };
    let found = server.load_users(&all, false).await?;
    let found: BTreeSet<UserId> = found.iter().map(|record| record.user.id).collect();
    known.retain(|user| found.contains(user));
    match users.iter().find(|user| !known.contains(user)) {
        Some(missing) => Err(unknown(&missing.to_string())),
        None => Ok(users),
    }
}

fn unknown(id: &str) -> crate::failure::Failure {
    invalid_value(format!(
        "there is no user {id:?}; members of groups are users"
    ))
}

async fn add(server: &Server<'_>, group: &Group, users: &BTreeSet<UserId>) -> Result<()> {
    let mut new = Vec::new();
    for user in users {
        if !repo::groups::has_member(server.conn(), group.id, *user).await? {
            new.push(*user);
        }
    }
    if new.is_empty() {
        return Ok(());
    }
    check_group(server.conn(), group).await?;
    group_members::add_all(&server.context, group.id, &new).await?;
    Ok(())
}

async fn remove(server: &Server<'_>, group: &Group, users: &[UserId]) -> Result<()> {
    if !users.is_empty() {
        group_members::remove_all(&server.context, group.id, users).await?;
    }
    Ok(())
}

async fn replace(server: &Server<'_>, group: &Group, users: BTreeSet<UserId>) -> Result<()> {
    let mut after = None;
    let mut left = users;
    let mut former = Vec::new();
    loop {
        let (conn, org) = (server.conn(), server.org());
        let page = repo::groups::members(conn, group.id, org, after, PAGE).await?;
        let number = page.len();
        for (id, _) in page {
            if !left.remove(&id) {
                former.push(id);
            }
            after = Some(id);
        }
        if (number as u64) < PAGE {
            break;
        }
    }
    for some in former.chunks(1_000) {
        remove(server, group, some).await?;
    }
    add(server, group, &left).await
}

/// Returns the members for a response; `None` if they are too many.
pub(crate) async fn shown(server: &Server<'_>, group: &Group) -> Result<Option<Vec<Value>>> {
    let mut shown = Vec::new();
    let mut after = None;
    loop {
        let (conn, org) = (server.conn(), server.org());
        let page = repo::groups::members(conn, group.id, org, after, PAGE).await?;
        let number = page.len();
        after = page.last().map(|(id, _)| *id);
        // Those that no longer exist have no user.
        let page = page.into_iter().filter(|(_, user)| user.is_some());
        shown.extend(page.map(|(id, _)| {
            let url = format!("{}/Users/{id}", server.base);
            json!({ "value": id.to_string(), "type": "User", "$ref": url })
        }));
        if shown.len() > SHOWN {
            return Ok(None);
        }
        if (number as u64) < PAGE {
            return Ok(Some(shown));
        }
    }
}
