//! Accounts elsewhere that sign in here, by issuer and subject (FE-1).

use doorward_domain::model::{LinkId, LinkedAccount, UserId};
use doorward_domain::time::UnixSeconds;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};

use super::models;
use crate::db::{Conn, WriteTx};
use crate::entity::linked_accounts::{ActiveModel, Column, Entity};
use crate::entity::to_json;
use crate::error::StoreError;

/// The link of this account elsewhere.
pub async fn find<C: Conn>(
    conn: &C,
    issuer: &str,
    subject: &str,
) -> Result<Option<LinkedAccount>, StoreError> {
    let row = Entity::find()
        .filter(Column::Issuer.eq(issuer))
        .filter(Column::Subject.eq(subject))
        .one(conn)
        .await?;
    row.map(LinkedAccount::try_from).transpose()
}

/// A person's, the oldest first.
pub async fn list<C: Conn>(conn: &C, user: UserId) -> Result<Vec<LinkedAccount>, StoreError> {
    let query = Entity::find()
        .filter(Column::UserId.eq(user.as_uuid()))
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id);
    models(query.all(conn).await?)
}

/// How many people have an account with this issuer linked.
pub async fn count_of_issuer<C: Conn>(conn: &C, issuer: &str) -> Result<u64, StoreError> {
    let found = Entity::find().filter(Column::Issuer.eq(issuer));
    Ok(found.count(conn).await?)
}

/// Stores a new one; false where issuer and subject are linked already, to whomever: of any number of
/// parallel callers, one gets true.
pub async fn insert(tx: &WriteTx, link: &LinkedAccount) -> Result<bool, StoreError> {
    let keep = OnConflict::columns([Column::Issuer, Column::Subject])
        .do_nothing()
        .to_owned();
    let inserted = Entity::insert(ActiveModel::try_from(link)?)
        .on_conflict(keep)
        .exec_without_returning(tx)
        .await?;
    Ok(inserted == 1)
}

/// Notes that it signed in, what it is called there today and which roles its words give; false where
/// it was removed meanwhile.
pub async fn note_use(
    tx: &WriteTx,
    link: &LinkedAccount,
    now: UnixSeconds,
) -> Result<bool, StoreError> {
    let changed = Entity::update_many()
        .col_expr(Column::Label, Expr::value(link.label.as_str()))
        .col_expr(Column::Roles, Expr::value(to_json(&link.roles)?))
        .col_expr(Column::LastUsedAt, Expr::value(now))
        .filter(Column::Id.eq(link.id.as_uuid()))
        .exec(tx)
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Removes one; false where the person has no such one.
pub async fn remove(tx: &WriteTx, user: UserId, id: LinkId) -> Result<bool, StoreError> {
    let deleted = Entity::delete_many()
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::UserId.eq(user.as_uuid()))
        .exec(tx)
        .await?;
    Ok(deleted.rows_affected == 1)
}

/// Removes all of a person's; says how many.
pub async fn remove_all(tx: &WriteTx, user: UserId) -> Result<u64, StoreError> {
    let deleted = Entity::delete_many()
        .filter(Column::UserId.eq(user.as_uuid()))
        .exec(tx)
        .await?;
    Ok(deleted.rows_affected)
}
