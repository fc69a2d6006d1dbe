//! Sources that provision by SCIM, and their names for users and groups.

use std::collections::HashMap;

use doorward_domain::boxed;
use doorward_domain::model::ScimSourceId;
use doorward_domain::model::scim::{ScimGroup, ScimSource, ScimState, ScimUser};
use doorward_rules::search;
use sea_orm::prelude::Uuid;

use super::deletions::{self, Deletion};
use super::prelude::*;
pub use super::query::insert;
use crate::entity::scim_sources::{Column, Entity};
use crate::entity::{scim_groups as group_names, scim_users as user_names};

fn kept() -> Select<Entity> {
    Entity::find().filter(is_kept("scim_sources"))
}

/// Returns the source with this token, also an expired one.
#[boxed]
pub async fn find_by_token(conn: &Conn, hash: &TokenHash) -> Result<Option<ScimSource>> {
    kept()
        .filter(Column::TokenHash.eq(to_bytes(hash)))
        .load_one(conn)
        .await
}

#[boxed]
pub async fn find_by_name(conn: &Conn, name: &str) -> Result<Option<ScimSource>> {
    kept().filter(Column::Name.eq(name)).load_one(conn).await
}

/// Returns up to `limit` sources after this name, ordered by name.
#[boxed]
pub async fn list(conn: &Conn, after: Option<&str>, limit: u64) -> Result<Vec<ScimSource>> {
    kept()
        .page_after(Column::Name, after, limit)
        .load(conn)
        .await
}

/// Replaces the token of a source. Returns false if the source does not exist.
#[boxed]
pub async fn set_token(
    tx: &WriteTx,
    id: ScimSourceId,
    hash: &TokenHash,
    expires_at: Option<UnixSeconds>,
) -> Result<bool> {
    Entity::update_many()
        .value(Column::TokenHash, to_bytes(hash))
        .value(Column::ExpiresAt, expires_at)
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::DeletedAt.is_null())
        .change_one(tx)
        .await
}

/// Records a request, unless another one was recorded after `before`.
#[boxed]
pub async fn record_use(
    tx: &WriteTx,
    id: ScimSourceId,
    now: UnixSeconds,
    before: UnixSeconds,
) -> Result<bool> {
    let due = Condition::any()
        .add(Column::UsedAt.is_null())
        .add(Column::UsedAt.lte(before));
    Entity::update_many()
        .value(Column::UsedAt, now)
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(due)
        .change_one(tx)
        .await
}

/// Deletes a source with its names, as [`deletions`] describes. Its users and groups remain.
#[boxed]
pub async fn delete(tx: &WriteTx, id: ScimSourceId, now: UnixSeconds) -> Result<bool> {
    deletions::start(tx, Deletion::ScimSource(id), now).await
}

/// Returns the source's names for these users, by user.
pub async fn labels(
    conn: &Conn,
    source: ScimSourceId,
    ids: impl IntoIterator<Item = UserId>,
) -> Result<HashMap<UserId, ScimUser>> {
    let of_source =
        user_names::Entity::find().filter(user_names::Column::SourceId.eq(source.as_uuid()));
    let ids = ids.into_iter().map(|id| id.as_uuid());
    let rows = rows_with(conn, of_source, user_names::Column::UserId, ids).await?;
    let labels: Vec<ScimUser> = models(rows)?;
    Ok(labels
        .into_iter()
        .map(|label| (label.user_id, label))
        .collect())
}

/// Returns the user that the source calls by this name.
#[boxed]
pub async fn find_named(
    conn: &Conn,
    source: ScimSourceId,
    user_name: &str,
) -> Result<Option<ScimUser>> {
    user_names::Entity::find()
        .filter(user_names::Column::SourceId.eq(source.as_uuid()))
        .filter(user_names::Column::UserKey.eq(search::key(user_name)))
        .load_one(conn)
        .await
}

/// Returns up to `limit` users that have this identifier at the source.
#[boxed]
pub async fn list_external(
    conn: &Conn,
    source: ScimSourceId,
    external_id: &str,
    limit: u64,
) -> Result<Vec<ScimUser>> {
    user_names::Entity::find()
        .filter(user_names::Column::SourceId.eq(source.as_uuid()))
        .filter(user_names::Column::ExternalId.eq(external_id))
        .limit(Ord::min(limit, PAGE_MAX))
        .load(conn)
        .await
}

/// Stores the source's names for a user.
/// Returns [`StoreError::Conflict`] on `user_key` if the source calls another user so.
#[boxed]
pub async fn put(tx: &WriteTx, label: &ScimUser) -> Result<()> {
    use user_names::Column;
    upsert_row(
        tx,
        user_names::ActiveModel::try_from(label)?,
        [Column::SourceId, Column::UserId],
        [
            Column::UserName,
            Column::UserKey,
            Column::ExternalId,
            Column::IsOwn,
            Column::State,
        ],
    )
    .await
}

#[boxed]
pub async fn remove(tx: &WriteTx, source: ScimSourceId, user: UserId) -> Result<bool> {
    user_names::Entity::delete_by_id((source.as_uuid(), user.as_uuid()))
        .change_one(tx)
        .await
}

/// Selects the IDs of the users in reach of a source: the members of its organization, or all. Those that it has
/// deleted are no longer there.
fn in_reach(source: &ScimSource, after: Option<UserId>) -> SelectStatement {
    let (table, column) = match source.org {
        Some(_) => ("organization_members", "user_id"),
        None => ("users", "id"),
    };
    let id = || Expr::col((table, column));
    let left = select_one("scim_users")
        .and_where(Expr::col(("scim_users", "source_id")).eq(source.id.as_uuid()))
        .and_where(Expr::col(("scim_users", "user_id")).equals((table, column)))
        .and_where(Expr::col(("scim_users", "state")).eq(ScimState::Left.as_str()))
        .take();
    let mut query = Query::select();
    query
        .expr_as(id(), "user_id")
        .from(table)
        .and_where(Expr::exists(left).not())
        .and_where_option(after.map(|after| id().gt(after.as_uuid())))
        .order_by((table, column), Order::Asc);
    if let Some(org) = &source.org {
        let kept = select_one("users")
            .and_where(Expr::col(("users", "id")).equals((table, column)))
            .and_where(is_kept("users"))
            .take();
        query
            .and_where(Expr::col((table, "org")).eq(org.as_str()))
            .and_where(Expr::exists(kept));
    } else {
        query.and_where(is_kept("users"));
    }
    query
}

/// Returns up to `limit` IDs of users in reach of a source after this one, in their order.
#[boxed]
pub async fn list_reached(
    conn: &Conn,
    source: &ScimSource,
    after: Option<UserId>,
    limit: u64,
) -> Result<Vec<UserId>> {
    let query = in_reach(source, after)
        .limit(Ord::min(limit, PAGE_MAX))
        .take();
    read_all(conn, &query, |row| {
        Ok(UserId::from_uuid(row.try_get::<Uuid>("", "user_id")?))
    })
    .await
}

/// Counts the users in reach of a source, at most `limit`.
#[boxed]
pub async fn count_reached(conn: &Conn, source: &ScimSource, limit: u64) -> Result<u64> {
    load_count(conn, in_reach(source, None).limit(limit).take()).await
}

/// Returns the source's names for these groups, by group.
pub async fn group_labels(
    conn: &Conn,
    source: ScimSourceId,
    ids: impl IntoIterator<Item = GroupId>,
) -> Result<HashMap<GroupId, ScimGroup>> {
    let of_source =
        group_names::Entity::find().filter(group_names::Column::SourceId.eq(source.as_uuid()));
    let ids = ids.into_iter().map(|id| id.as_uuid());
    let rows = rows_with(conn, of_source, group_names::Column::GroupId, ids).await?;
    let labels: Vec<ScimGroup> = models(rows)?;
    Ok(labels
        .into_iter()
        .map(|label| (label.group_id, label))
        .collect())
}

/// Returns up to `limit` groups that have this name at the source.
#[boxed]
pub async fn list_groups_named(
    conn: &Conn,
    source: ScimSourceId,
    display_name: &str,
    limit: u64,
) -> Result<Vec<ScimGroup>> {
    group_names::Entity::find()
        .filter(group_names::Column::SourceId.eq(source.as_uuid()))
        .filter(group_names::Column::DisplayKey.eq(search::key(display_name)))
        .limit(Ord::min(limit, PAGE_MAX))
        .load(conn)
        .await
}

/// Returns up to `limit` groups that have this identifier at the source.
#[boxed]
pub async fn list_groups_external(
    conn: &Conn,
    source: ScimSourceId,
    external_id: &str,
    limit: u64,
) -> Result<Vec<ScimGroup>> {
    group_names::Entity::find()
        .filter(group_names::Column::SourceId.eq(source.as_uuid()))
        .filter(group_names::Column::ExternalId.eq(external_id))
        .limit(Ord::min(limit, PAGE_MAX))
        .load(conn)
        .await
}

/// Stores the source's names for a group.
#[boxed]
pub async fn put_group(tx: &WriteTx, label: &ScimGroup) -> Result<()> {
    use group_names::Column;
    upsert_row(
        tx,
        group_names::ActiveModel::from(label),
        [Column::SourceId, Column::GroupId],
        [
            Column::DisplayName,
            Column::DisplayKey,
            Column::ExternalId,
            Column::IsOwn,
        ],
    )
    .await
}
