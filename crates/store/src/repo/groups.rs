//! Groups and who is in them.

use doorward_domain::model::{Group, GroupId, UserId};
use doorward_domain::time::UnixSeconds;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{BinOper, Expr, Func, OnConflict, Query};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::query::PAGE_MAX;
use crate::db::{Conn, WriteTx};
use crate::entity::group_members as members;
use crate::entity::groups::{ActiveModel, Column, Entity};
use crate::entity::users;
use crate::error::StoreError;

/// The group with this id.
pub async fn find<C: Conn>(conn: &C, id: GroupId) -> Result<Option<Group>, StoreError> {
    let row = Entity::find_by_id(id.as_uuid()).one(conn).await?;
    Ok(row.map(Group::from))
}

/// The group at this path of an organization, or of none.
pub async fn find_by_path<C: Conn>(
    conn: &C,
    org: Option<&str>,
    path: &str,
) -> Result<Option<Group>, StoreError> {
    let row = Entity::find()
        .filter(Column::Path.eq(path))
        .filter(of_org(org))
        .one(conn)
        .await?;
    Ok(row.map(Group::from))
}

/// At most `limit` groups by id (that is, by age) after this one: those of one organization, or
/// all there are.
pub async fn list<C: Conn>(
    conn: &C,
    org: Option<&str>,
    after: Option<GroupId>,
    limit: u64,
) -> Result<Vec<Group>, StoreError> {
    let mut query = Entity::find()
        .order_by_asc(Column::Id)
        .limit(Ord::min(limit, PAGE_MAX));
    if let Some(org) = org {
        query = query.filter(Column::Org.eq(org));
    }
    if let Some(after) = after {
        query = query.filter(Column::Id.gt(after.as_uuid()));
    }
    let rows = query.all(conn).await?;
    Ok(rows.into_iter().map(Group::from).collect())
}

/// The groups directly below one.
pub async fn children<C: Conn>(conn: &C, id: GroupId) -> Result<Vec<Group>, StoreError> {
    let rows = Entity::find()
        .filter(Column::ParentId.eq(id.as_uuid()))
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(Group::from).collect())
}

/// Lists the groups that this user manages.
pub async fn managed_by<C: Conn>(conn: &C, user: UserId) -> Result<Vec<Group>, StoreError> {
    let rows = Entity::find()
        .filter(Column::ManagerId.eq(user.as_uuid()))
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(Group::from).collect())
}

/// A group with all below it, or with all above it.
pub async fn line<C: Conn>(
    conn: &C,
    org: Option<&str>,
    paths: impl IntoIterator<Item = &str>,
) -> Result<Vec<Group>, StoreError> {
    let rows = Entity::find()
        .filter(of_org(org))
        .filter(Column::Path.is_in(paths))
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(Group::from).collect())
}

/// This group and every group below it.
pub async fn subtree<C: Conn>(conn: &C, top: &Group) -> Result<Vec<Group>, StoreError> {
    let rows = Entity::find()
        .filter(of_org(top.org.as_deref()))
        .filter(at_or_below(&top.path))
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(Group::from).collect())
}

/// Adds a group.
///
/// # Errors
/// [`StoreError::Conflict`] when its path is in use.
pub async fn insert(tx: &WriteTx, group: &Group) -> Result<(), StoreError> {
    Entity::insert(ActiveModel::from(group))
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Stores every field of a group but its place in the tree; false when there is none.
pub async fn update(tx: &WriteTx, group: &Group) -> Result<bool, StoreError> {
    let manager = group.manager.as_ref().map(UserId::as_uuid);
    let result = Entity::update_many()
        .col_expr(Column::Description, Expr::value(group.description.as_str()))
        .col_expr(Column::ManagerId, Expr::value(manager))
        .col_expr(Column::UpdatedAt, Expr::value(group.updated_at))
        .filter(Column::Id.eq(group.id.as_uuid()))
        .exec(tx)
        .await?;
    Ok(result.rows_affected == 1)
}

/// Puts a group, with all below it, at another place.
///
/// # Errors
/// [`StoreError::Conflict`] when one of the new paths is in use.
pub async fn relocate(
    tx: &WriteTx,
    group: &Group,
    parent: Option<GroupId>,
    path: &str,
    now: UnixSeconds,
) -> Result<(), StoreError> {
    // Counted in characters, which are bytes in a path.
    let rest = i32::try_from(group.path.len() + 1).unwrap_or(i32::MAX);
    Entity::update_many()
        .col_expr(
            Column::Path,
            Expr::val(path).binary(
                BinOper::Custom("||"),
                Func::cust("substr").args([Expr::col(Column::Path), Expr::val(rest)]),
            ),
        )
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(of_org(group.org.as_deref()))
        .filter(at_or_below(&group.path))
        .exec(tx)
        .await?;
    let parent = parent.as_ref().map(GroupId::as_uuid);
    Entity::update_many()
        .col_expr(Column::ParentId, Expr::value(parent))
        .filter(Column::Id.eq(group.id.as_uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Removes a group with its memberships; false when there is none.
///
/// # Errors
/// [`StoreError::MissingReference`] while other groups stand below it.
pub async fn delete(tx: &WriteTx, id: GroupId) -> Result<bool, StoreError> {
    let deleted = Entity::delete_by_id(id.as_uuid()).exec(tx).await?;
    Ok(deleted.rows_affected == 1)
}

/// Puts somebody into a group; false for who is in it already.
///
/// # Errors
/// [`StoreError::MissingReference`] when the person or the group is gone.
pub async fn add_member(
    tx: &WriteTx,
    id: GroupId,
    user: UserId,
    now: UnixSeconds,
) -> Result<bool, StoreError> {
    let row = members::ActiveModel {
        group_id: Set(id.as_uuid()),
        user_id: Set(user.as_uuid()),
        created_at: Set(now),
    };
    let mut keep = OnConflict::columns([members::Column::GroupId, members::Column::UserId]);
    keep.do_nothing();
    let added = members::Entity::insert(row)
        .on_conflict(keep)
        .exec_without_returning(tx)
        .await?;
    Ok(added == 1)
}

/// Takes somebody out of a group; false for who is not in it.
pub async fn remove_member(tx: &WriteTx, id: GroupId, user: UserId) -> Result<bool, StoreError> {
    let deleted = members::Entity::delete_many()
        .filter(members::Column::GroupId.eq(id.as_uuid()))
        .filter(members::Column::UserId.eq(user.as_uuid()))
        .exec(tx)
        .await?;
    Ok(deleted.rows_affected == 1)
}

/// Takes somebody out of every group of an organization; says out of how many.
pub async fn leave_all(tx: &WriteTx, org: &str, user: UserId) -> Result<u64, StoreError> {
    let of_org = Query::select()
        .column(Column::Id)
        .from(Entity)
        .and_where(Expr::col(Column::Org).eq(org))
        .take();
    let deleted = members::Entity::delete_many()
        .filter(members::Column::UserId.eq(user.as_uuid()))
        .filter(members::Column::GroupId.in_subquery(of_org))
        .exec(tx)
        .await?;
    Entity::update_many()
        .col_expr(Column::ManagerId, Expr::value(None::<uuid::Uuid>))
        .filter(Column::Org.eq(org))
        .filter(Column::ManagerId.eq(user.as_uuid()))
        .exec(tx)
        .await?;
    Ok(deleted.rows_affected)
}

/// At most `limit` people directly in a group, by id, after this one.
pub async fn members<C: Conn>(
    conn: &C,
    id: GroupId,
    after: Option<UserId>,
    limit: u64,
) -> Result<Vec<UserId>, StoreError> {
    let mut query = members::Entity::find()
        .filter(members::Column::GroupId.eq(id.as_uuid()))
        .order_by_asc(members::Column::UserId)
        .limit(Ord::min(limit, PAGE_MAX));
    if let Some(after) = after {
        query = query.filter(members::Column::UserId.gt(after.as_uuid()));
    }
    let rows = query.all(conn).await?;
    let id = |row: members::Model| UserId::from_uuid(row.user_id);
    Ok(rows.into_iter().map(id).collect())
}

/// Whether anybody with an active account, which does not wait for its deletion, is in this group, or
/// in one below it.
pub async fn has_active_member<C: Conn>(conn: &C, id: GroupId) -> Result<bool, StoreError> {
    let Some(top) = find(conn, id).await? else {
        return Ok(false);
    };
    let groups = subtree(conn, &top).await?;
    let ids = groups.iter().map(|group| group.id.as_uuid());
    let inside = Query::select()
        .column(members::Column::UserId)
        .from(members::Entity)
        .and_where(Expr::col(members::Column::GroupId).is_in(ids))
        .take();
    let found = users::Entity::find()
        .filter(users::Column::Id.in_subquery(inside))
        .filter(users::Column::DisabledAt.is_null())
        .filter(users::Column::DeletionDueAt.is_null())
        .one(conn)
        .await?;
    Ok(found.is_some())
}

/// The groups that a person is directly in, by path.
pub async fn of_user<C: Conn>(conn: &C, user: UserId) -> Result<Vec<Group>, StoreError> {
    let mine = Query::select()
        .column(members::Column::GroupId)
        .from(members::Entity)
        .and_where(Expr::col(members::Column::UserId).eq(user.as_uuid()))
        .take();
    let rows = Entity::find()
        .filter(Column::Id.in_subquery(mine))
        .order_by_asc(Column::Path)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(Group::from).collect())
}

fn of_org(org: Option<&str>) -> Condition {
    Condition::all().add(match org {
        Some(org) => Column::Org.eq(org),
        None => Column::Org.is_null(),
    })
}

// A name may hold `_`, which LIKE takes for any letter.
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
