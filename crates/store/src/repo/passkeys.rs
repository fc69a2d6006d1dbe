//! Passkeys: found by what the authenticator calls them, kept and removed by their owner.

use doorward_domain::model::{Passkey, PasskeyId, UserId};
use doorward_domain::time::UnixSeconds;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};

use crate::db::{Conn, WriteTx};
use crate::entity::passkeys::{ActiveModel, Column, Entity};
use crate::error::StoreError;

/// Stores a new one; false where anybody has one with this credential id, which stays as it is.
pub async fn insert(tx: &WriteTx, passkey: &Passkey) -> Result<bool, StoreError> {
    let keep = OnConflict::column(Column::CredentialId)
        .do_nothing()
        .to_owned();
    let inserted = Entity::insert(ActiveModel::from(passkey))
        .on_conflict(keep)
        .exec_without_returning(tx)
        .await?;
    Ok(inserted == 1)
}

/// The one that an authenticator calls so.
pub async fn find_by_credential<C: Conn>(
    conn: &C,
    credential_id: &[u8],
) -> Result<Option<Passkey>, StoreError> {
    let found = Entity::find()
        .filter(Column::CredentialId.eq(credential_id.to_vec()))
        .one(conn)
        .await?;
    Ok(found.map(Passkey::from))
}

/// A person's, the oldest first.
pub async fn list<C: Conn>(conn: &C, user: UserId) -> Result<Vec<Passkey>, StoreError> {
    let rows = Entity::find()
        .filter(Column::UserId.eq(user.as_uuid()))
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(Passkey::from).collect())
}

/// How many a person has.
pub async fn count<C: Conn>(conn: &C, user: UserId) -> Result<u64, StoreError> {
    let count = Entity::find()
        .filter(Column::UserId.eq(user.as_uuid()))
        .count(conn)
        .await?;
    Ok(count)
}

/// Calls one otherwise; false where the person has no such one.
pub async fn rename(
    tx: &WriteTx,
    user: UserId,
    id: PasskeyId,
    name: &str,
) -> Result<bool, StoreError> {
    let changed = Entity::update_many()
        .col_expr(Column::Name, Expr::value(name))
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::UserId.eq(user.as_uuid()))
        .exec(tx)
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Notes that it signed in, with the credential as it is now; false where it was removed, or used
/// by somebody else, since it was read as `seen`.
pub async fn note_use(
    tx: &WriteTx,
    seen: &Passkey,
    credential: &str,
    backed_up: bool,
    now: UnixSeconds,
) -> Result<bool, StoreError> {
    let changed = Entity::update_many()
        .col_expr(Column::Credential, Expr::value(credential))
        .col_expr(Column::BackedUp, Expr::value(backed_up))
        .col_expr(Column::LastUsedAt, Expr::value(now))
        .filter(Column::Id.eq(seen.id.as_uuid()))
        .filter(Column::Credential.eq(seen.credential.as_str()))
        .exec(tx)
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Notes that its counter went back, the first time.
pub async fn suspect(tx: &WriteTx, id: PasskeyId, now: UnixSeconds) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::SuspectedAt, Expr::value(now))
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::SuspectedAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// Removes one; false where the person has no such one.
pub async fn remove(tx: &WriteTx, user: UserId, id: PasskeyId) -> Result<bool, StoreError> {
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
