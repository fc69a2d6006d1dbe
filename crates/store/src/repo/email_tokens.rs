//! Mail links, which are single-use.

use doorward_domain::model::{EmailPurpose, EmailToken, UserId};
use doorward_domain::mutant::Safeguard;
use doorward_domain::secret::TokenHash;
use doorward_domain::time::UnixSeconds;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter};

use super::query::{ChangeRows as _, guarded, purge_older, purge_some, times_after};
use super::value_list::is_word;
use crate::db::{Conn, WriteTx};
use crate::entity::email_tokens::{ActiveModel, Column, Entity};
use crate::entity::stored::to_bytes;
use crate::error::StoreError;

/// Returns the link with this token in any state.
pub async fn find(conn: &Conn, hash: &TokenHash) -> Result<Option<EmailToken>, StoreError> {
    let row = Entity::find_by_id(to_bytes(hash)).one(conn).await?;
    row.map(EmailToken::try_from).transpose()
}

/// Returns true if the account has an unused, unexpired link of this purpose.
pub async fn exists_live(
    conn: &Conn,
    user: UserId,
    purpose: EmailPurpose,
    now: UnixSeconds,
) -> Result<bool, StoreError> {
    let found = Entity::find()
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::Purpose.eq(purpose.as_str()))
        .filter(Column::UsedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .count(conn)
        .await?;
    Ok(found > 0)
}

/// Returns the creation times of up to `limit` links of this purpose for the account after `since`,
/// newest first.
pub async fn times_since(
    conn: &Conn,
    user: UserId,
    purpose: EmailPurpose,
    since: UnixSeconds,
    limit: u64,
) -> Result<Vec<UnixSeconds>, StoreError> {
    let rows = Entity::find()
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::Purpose.eq(purpose.as_str()));
    times_after(conn, rows, Column::CreatedAt, since, limit).await
}

/// Inserts a link.
pub async fn insert(tx: &WriteTx, token: &EmailToken) -> Result<(), StoreError> {
    Entity::insert(ActiveModel::try_from(token)?)
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

/// Consumes a link: of concurrent callers, exactly one gets true. It becomes final with the
/// transaction.
pub async fn consume(tx: &WriteTx, hash: &TokenHash, now: UnixSeconds) -> Result<bool, StoreError> {
    Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(now))
        .filter(Column::Hash.eq(to_bytes(hash)))
        .filter(guarded(Safeguard::EmailLinkOnce, Column::UsedAt.is_null()))
        .filter(Column::ExpiresAt.gt(now))
        .change_one(tx)
        .await
}

/// Deletes the unused links of these purposes of an account. Returns their number.
pub async fn revoke_for_user(
    tx: &WriteTx,
    user: UserId,
    purposes: &[EmailPurpose],
    now: UnixSeconds,
) -> Result<u64, StoreError> {
    let values = purposes.iter().map(|purpose| purpose.as_str());
    Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(now))
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(is_word(Expr::col(Column::Purpose), values))
        .filter(Column::UsedAt.is_null())
        .change(tx)
        .await
}

/// Deletes up to `limit` live links of these purposes. Returns their number.
pub async fn end_some(
    tx: &WriteTx,
    purposes: &[EmailPurpose],
    limit: u64,
    now: UnixSeconds,
) -> Result<u64, StoreError> {
    let values = purposes.iter().map(|purpose| purpose.as_str());
    let live = Condition::all()
        .add(is_word(Expr::col(Column::Purpose), values))
        .add(Column::UsedAt.is_null())
        .add(Column::ExpiresAt.gt(now));
    purge_some::<Entity>(tx, live, Column::ExpiresAt, limit).await
}

/// Deletes up to `limit` links that expired before `before`. Returns their number.
pub async fn purge(tx: &WriteTx, before: UnixSeconds, limit: u64) -> Result<u64, StoreError> {
    purge_older::<Entity>(tx, Column::ExpiresAt, before, limit).await
}
