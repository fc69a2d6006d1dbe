//! Sign-ins waiting for an e-mailed code or link, each single-use.

use doorward_domain::model::{AttemptId, EmailSignIn, User, UserId};
use doorward_domain::secret::TokenHash;
use doorward_domain::time::UnixSeconds;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};

use super::query::{ChangeRows as _, purge_older, purge_some, times_after};
use crate::db::{Conn, WriteTx};
use crate::entity::email_sign_ins::{ActiveModel, Column, Entity};
use crate::entity::stored::to_bytes;
use crate::error::StoreError;

pub async fn find(conn: &Conn, id: &AttemptId) -> Result<Option<EmailSignIn>, StoreError> {
    let row = Entity::find_by_id(id.as_str()).one(conn).await?;
    row.map(EmailSignIn::try_from).transpose()
}

/// Returns the sign-in that this link was last mailed for.
pub async fn find_by_link(
    conn: &Conn,
    link: &TokenHash,
) -> Result<Option<EmailSignIn>, StoreError> {
    let row = Entity::find()
        .filter(Column::LinkHash.eq(to_bytes(link)))
        .one(conn)
        .await?;
    row.map(EmailSignIn::try_from).transpose()
}

pub async fn insert(tx: &WriteTx, waiting: &EmailSignIn) -> Result<(), StoreError> {
    Entity::insert(ActiveModel::try_from(waiting)?)
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

/// Stores the user and the codes of the mail to send. Returns false if one was already sent, or the
/// sign-in has expired.
pub async fn arm(
    tx: &WriteTx,
    id: &AttemptId,
    user: &User,
    (code, link): (&TokenHash, &TokenHash),
    now: UnixSeconds,
) -> Result<bool, StoreError> {
    Entity::update_many()
        .col_expr(Column::UserId, Expr::value(user.id.as_uuid()))
        .col_expr(Column::Email, Expr::value(user.email.as_str()))
        .col_expr(Column::MailedAt, Expr::value(now))
        .col_expr(Column::CodeHash, Expr::value(to_bytes(code)))
        .col_expr(Column::LinkHash, Expr::value(to_bytes(link)))
        .filter(Column::Id.eq(id.as_str()))
        .filter(Column::MailedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .change_one(tx)
        .await
}

/// Returns the times of up to `limit` mails to the account after `since`, newest first.
pub async fn times_since(
    conn: &Conn,
    user: UserId,
    since: UnixSeconds,
    limit: u64,
) -> Result<Vec<UnixSeconds>, StoreError> {
    let rows = Entity::find().filter(Column::UserId.eq(user.as_uuid()));
    times_after(conn, rows, Column::MailedAt, since, limit).await
}

/// Invalidates the codes mailed to the account. Nothing else changes, so that no page reveals
/// whether the account exists.
pub async fn disarm(tx: &WriteTx, user: UserId) -> Result<u64, StoreError> {
    let nothing: Option<Vec<u8>> = None;
    Entity::update_many()
        .col_expr(Column::CodeHash, Expr::value(nothing.clone()))
        .col_expr(Column::LinkHash, Expr::value(nothing))
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::UsedAt.is_null())
        .change(tx)
        .await
}

/// Counts an attempt. Returns `None` if the sign-in is used, expired, or had `max` attempts.
pub async fn record_attempt(
    tx: &WriteTx,
    id: &AttemptId,
    max: u64,
    now: UnixSeconds,
) -> Result<Option<EmailSignIn>, StoreError> {
    let max = i64::try_from(max).unwrap_or(i64::MAX);
    let counted = Entity::update_many()
        .col_expr(Column::Tries, Expr::col(Column::Tries).add(1))
        .filter(Column::Id.eq(id.as_str()))
        .filter(Column::UsedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .filter(Column::Tries.lt(max))
        .exec_with_returning(tx.conn())
        .await?;
    counted
        .into_iter()
        .next()
        .map(EmailSignIn::try_from)
        .transpose()
}

/// Consumes the sign-in if this is still the mailed code: of concurrent callers, by code or by
/// link, exactly one gets true.
pub async fn consume(
    tx: &WriteTx,
    id: &AttemptId,
    code: &TokenHash,
    now: UnixSeconds,
) -> Result<bool, StoreError> {
    Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(now))
        .filter(Column::Id.eq(id.as_str()))
        .filter(Column::CodeHash.eq(to_bytes(code)))
        .filter(Column::UsedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .change_one(tx)
        .await
}

/// Deletes up to `limit` live sign-ins. Returns their number.
pub async fn end_some(tx: &WriteTx, limit: u64, now: UnixSeconds) -> Result<u64, StoreError> {
    let live = Condition::all()
        .add(Column::UsedAt.is_null())
        .add(Column::ExpiresAt.gt(now));
    purge_some::<Entity>(tx, live, Column::ExpiresAt, limit).await
}

/// Deletes up to `limit` sign-ins that expired before `before`. Returns their number.
pub async fn purge(tx: &WriteTx, before: UnixSeconds, limit: u64) -> Result<u64, StoreError> {
    purge_older::<Entity>(tx, Column::ExpiresAt, before, limit).await
}
