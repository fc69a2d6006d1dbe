//! Groups and their members.

use std::collections::{BTreeSet, HashMap, HashSet};

use doorward_domain::boxed;
use doorward_domain::model::Group;
use sea_orm::Value;
use sea_orm::sea_query::BinOper;

use super::deletions::{self, Deletion};
use super::prelude::*;
pub use super::query::insert;
use crate::entity::group_members as members;
use crate::entity::groups::{Column, Entity};
use crate::entity::users;

#[boxed]
pub async fn find(conn: &Conn, id: GroupId) -> Result<Option<Group>> {
    kept()
        .filter(Column::Id.eq(id.as_uuid()))
        .load_one(conn)
        .await
}

/// Returns the groups with these IDs, in no order.
#[boxed]
pub async fn find_all(conn: &Conn, ids: &[GroupId]) -> Result<Vec<Group>> {
    let ids = ids.iter().map(GroupId::as_uuid);
    models(rows_with(conn, kept(), Column::Id, ids).await?)
}

/// Selects the groups that are not being deleted, alone or with their organization.
fn kept() -> Select<Entity> {
    let ended = select_one("organizations")
        .and_where(Expr::col(("organizations", "slug")).equals(("groups", "org")))
        .and_where(Expr::col(("organizations", "deleted_at")).is_not_null())
        .take();
    Entity::find()
        .filter(is_kept("groups"))
        .filter(Expr::exists(ended).not())
}

/// Returns the group at this path of an organization, or without one.
#[boxed]
pub async fn find_by_path(conn: &Conn, org: Option<&str>, path: &str) -> Result<Option<Group>> {
    kept()
        .filter(Column::Path.eq(path))
        .filter(of_org(org))
        .load_one(conn)
        .await
}

/// Returns up to `limit` groups after this ID, ordered by ID (that is, by age): those of one
/// organization, or all.
#[boxed]
pub async fn list(
    conn: &Conn,
    org: Option<&str>,
    after: Option<GroupId>,
    limit: u64,
) -> Result<Vec<Group>> {
    kept()
        .apply_if(org, |query, org| query.filter(Column::Org.eq(org)))
        .page_after(Column::Id, after.map(|id| id.as_uuid()), limit)
        .load(conn)
        .await
}

/// Returns up to `limit` groups of one organization, or of none, after this ID, ordered by ID.
#[boxed]
pub async fn list_within(
    conn: &Conn,
    org: Option<&str>,
    after: Option<GroupId>,
    limit: u64,
) -> Result<Vec<Group>> {
    kept()
        .filter(of_org(org))
        .page_after(Column::Id, after.map(|id| id.as_uuid()), limit)
        .load(conn)
        .await
}

/// Counts the groups of one organization, or of none, at most `limit`.
#[boxed]
pub async fn count_within(conn: &Conn, org: Option<&str>, limit: u64) -> Result<u64> {
    count_up_to(conn, kept().filter(of_org(org)), Column::Id, limit).await
}

/// Returns the group with this code in an organization, or outside all of them.
#[boxed]
pub async fn find_by_code(conn: &Conn, org: Option<&str>, code: &str) -> Result<Option<Group>> {
    let lower = Func::lower(Expr::col(Column::Code));
    kept()
        .filter(Expr::from(lower).eq(code.to_ascii_lowercase()))
        .filter(of_org(org))
        .load_one(conn)
        .await
}

/// Returns the direct subgroups of a group.
#[boxed]
pub async fn children(conn: &Conn, id: GroupId) -> Result<Vec<Group>> {
    kept()
        .filter(Column::ParentId.eq(id.as_uuid()))
        .load(conn)
        .await
}

#[boxed]
pub async fn managed_by(conn: &Conn, user: UserId) -> Result<Vec<Group>> {
    kept()
        .filter(Column::ManagerId.eq(user.as_uuid()))
        .load(conn)
        .await
}

pub async fn line(
    conn: &Conn,
    org: Option<&str>,
    paths: impl IntoIterator<Item = &str>,
) -> Result<Vec<Group>> {
    let of_org = kept().filter(of_org(org));
    models(rows_with(conn, of_org, Column::Path, paths).await?)
}

/// Returns this group and all its subgroups.
#[boxed]
pub async fn subtree(conn: &Conn, top: &Group) -> Result<Vec<Group>> {
    kept()
        .filter(of_org(top.org.as_deref()))
        .filter(at_or_below(&top.path))
        .load(conn)
        .await
}

/// Updates every field of a group except its path. Returns false if it does not exist.
/// Returns [`StoreError::Conflict`] if the code is in use.
#[boxed]
pub async fn update(tx: &WriteTx, group: &Group) -> Result<bool> {
    let manager = group.manager.as_ref().map(UserId::as_uuid);
    Entity::update_many()
        .value(Column::Description, group.description.as_str())
        .value(Column::Code, group.code.clone())
        .value(Column::ManagerId, manager)
        .value(Column::UpdatedAt, group.updated_at)
        .filter(Column::Id.eq(group.id.as_uuid()))
        .change_one(tx)
        .await
}

/// Moves a group and its subgroups to another path.
/// Returns [`StoreError::Conflict`] if one of the new paths is in use.
#[boxed]
pub async fn relocate(
    tx: &WriteTx,
    group: &Group,
    parent: Option<GroupId>,
    path: &str,
    now: UnixSeconds,
) -> Result<()> {
    // Counted in characters, which are single bytes in a path.
    let rest = i32::try_from(group.path.len() + 1).unwrap_or(i32::MAX);
    Entity::update_many()
        .col_expr(
            Column::Path,
            Expr::val(path).binary(
                BinOper::Custom("||"),
                Func::cust("substr").args([Expr::col(Column::Path), Expr::val(rest)]),
            ),
        )
        .value(Column::UpdatedAt, now)
        .filter(of_org(group.org.as_deref()))
        .filter(at_or_below(&group.path))
        .run(tx)
        .await?;
    let parent = parent.as_ref().map(GroupId::as_uuid);
    Entity::update_many()
        .value(Column::ParentId, parent)
        .filter(Column::Id.eq(group.id.as_uuid()))
        .run(tx)
        .await
}

/// Deletes a group with its memberships and role assignments, as [`deletions`] describes. Returns false
/// if it does not exist.
/// Returns [`StoreError::MissingReference`] if the group has subgroups.
#[boxed]
pub async fn delete(tx: &WriteTx, id: GroupId, now: UnixSeconds) -> Result<bool> {
    deletions::start(tx, Deletion::Group(id), now).await
}

/// Adds a user to a group. Returns false if the user is already a member.
/// Returns [`StoreError::MissingReference`] if the user or the group does not exist.
#[boxed]
pub async fn add_member(tx: &WriteTx, id: GroupId, user: UserId, now: UnixSeconds) -> Result<bool> {
    let row = members::ActiveModel {
        group_id: Set(id.as_uuid()),
        user_id: Set(user.as_uuid()),
        created_at: Set(now),
    };
    insert_new(tx, row, [members::Column::GroupId, members::Column::UserId]).await
}

#[boxed]
pub async fn remove_member(tx: &WriteTx, id: GroupId, user: UserId) -> Result<bool> {
    members::Entity::delete_by_id((id.as_uuid(), user.as_uuid()))
        .change_one(tx)
        .await
}

/// Removes a user from every group of an organization. Returns the number of groups.
#[boxed]
pub async fn remove_from_all(tx: &WriteTx, org: &str, user: UserId) -> Result<u64> {
    let of_org = Query::select()
        .column(Column::Id)
        .from(Entity)
        .and_where(Expr::col(Column::Org).eq(org))
        .take();
    let there = members::Column::GroupId.in_subquery(of_org);
    let memberships = there.and(members::Column::UserId.eq(user.as_uuid()));
    let deleted = members::Entity::delete_by(tx, memberships).await?;
    Entity::update_many()
        .value(Column::ManagerId, None::<uuid::Uuid>)
        .filter(Column::Org.eq(org))
        .filter(Column::ManagerId.eq(user.as_uuid()))
        .run(tx)
        .await?;
    Ok(deleted)
}

#[boxed]
pub async fn has_member(conn: &Conn, id: GroupId, user: UserId) -> Result<bool> {
    let row = members::Entity::find_by_id((id.as_uuid(), user.as_uuid()))
        .one(conn)
        .await?;
    Ok(row.is_some())
}

/// Returns a direct member of a group, as [`members`].
#[boxed]
pub async fn member(
    conn: &Conn,
    id: GroupId,
    within: Option<&str>,
    user: UserId,
) -> Result<Option<(UserId, Option<User>)>> {
    let query = members::Entity::find_by_id((id.as_uuid(), user.as_uuid()));
    Ok(with_users(conn, query, within).await?.pop())
}

/// Returns up to `limit` direct members of a group after this ID, ordered by ID, with their users: only
/// those of the organization `within`, if one is given.
#[boxed]
pub async fn members(
    conn: &Conn,
    id: GroupId,
    within: Option<&str>,
    after: Option<UserId>,
    limit: u64,
) -> Result<Vec<(UserId, Option<User>)>> {
    let after = after.map(|user| user.as_uuid());
    let query = members::Entity::find()
        .filter(members::Column::GroupId.eq(id.as_uuid()))
        .page_after(members::Column::UserId, after, limit);
    with_users(conn, query, within).await
}

async fn with_users(
    conn: &Conn,
    query: Select<members::Entity>,
    within: Option<&str>,
) -> Result<Vec<(UserId, Option<User>)>> {
    let mut query = query.into_query();
    let user = Expr::col(("group_members", "user_id"));
    join_user(&mut query, "u_", user, within);
    let read = |row: &QueryResult| {
        let member = members::Model::from_query_result(row, "")?;
        let user = joined_optional::<users::Model, _>(row, "u_")?;
        Ok((UserId::from_uuid(member.user_id), user))
    };
    read_all(conn, &query, read).await
}

/// Returns the groups that a user is a direct member of, ordered by path.
#[boxed]
pub async fn of_user(conn: &Conn, user: UserId) -> Result<Vec<Group>> {
    let mine = Query::select()
        .column(members::Column::GroupId)
        .from(members::Entity)
        .and_where(Expr::col(members::Column::UserId).eq(user.as_uuid()))
        .take();
    kept()
        .filter(Column::Id.in_subquery(mine))
        .order_by_asc(Column::Path)
        .load(conn)
        .await
}

/// Returns the IDs of the groups of a user and of all groups above them: those of this organization, and those
/// outside all of them.
#[boxed]
pub async fn ids_of_user(
    conn: &Conn,
    user: UserId,
    org: Option<&str>,
) -> Result<BTreeSet<GroupId>> {
    let sql = "WITH RECURSIVE mine(id, parent_id) AS (\
         SELECT g.id, g.parent_id FROM group_members m \
         JOIN groups g ON g.id = m.group_id AND g.deleted_at IS NULL \
         WHERE m.user_id = $1 AND (g.org IS NULL OR g.org = $2) \
         UNION SELECT g.id, g.parent_id FROM mine JOIN groups g ON g.id = mine.parent_id) \
         SELECT id FROM mine";
    let values: [Value; 2] = [user.as_uuid().into(), org.into()];
    let query = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    let rows = conn.query_all_raw(query).await?;
    let read = |row: &QueryResult| Ok(GroupId::from_uuid(row.try_get("", "id")?));
    rows.iter().map(read).collect()
}

/// Returns the groups that these users are direct members of, each with its member, ordered by path.
#[boxed]
pub async fn of_users(conn: &Conn, users: &[UserId]) -> Result<Vec<(UserId, Group)>> {
    let ids = users.iter().map(UserId::as_uuid);
    let rows = rows_with(conn, members::Entity::find(), members::Column::UserId, ids).await?;
    let ids: HashSet<_> = rows.iter().map(|row| row.group_id).collect();
    let groups: Vec<Group> = models(rows_with(conn, kept(), Column::Id, ids).await?)?;
    let groups = groups.into_iter().map(|group| (group.id.as_uuid(), group));
    let groups: HashMap<_, _> = groups.collect();
    let of_row = |row: members::Model| {
        let group = groups.get(&row.group_id)?;
        Some((UserId::from_uuid(row.user_id), group.clone()))
    };
    let mut found: Vec<_> = rows.into_iter().filter_map(of_row).collect();
    found.sort_by(|(_, left), (_, right)| left.path.cmp(&right.path));
    Ok(found)
}

/// Returns the paths of the groups outside organizations that these users are direct members of.
#[boxed]
pub async fn paths_of_users(conn: &Conn, users: &[UserId]) -> Result<Vec<(UserId, String)>> {
    let all = of_users(conn, users).await?.into_iter();
    let outside = all.filter(|(_, group)| group.org.is_none());
    Ok(outside.map(|(user, group)| (user, group.path)).collect())
}

/// Returns the condition for the groups of an organization, or of none.
fn of_org(org: Option<&str>) -> Condition {
    Condition::all().add(Column::Org.eq(org))
}

// No LIKE: names may contain `_`, which matches any character there.
fn at_or_below(path: &str) -> Condition {
    let below = format!("{path}/");
    let length = i32::try_from(below.len()).unwrap_or(i32::MAX);
    Condition::any().add(Column::Path.eq(path)).add(
        Expr::from(Func::cust("substr").args([
            Expr::col(Column::Path),
            Expr::val(1),
            Expr::val(length),
        ]))
        .eq(below),
    )
}
