//! Sign-ins waiting for an e-mailed code or link, each single-use.

use doorward_domain::boxed;
use doorward_domain::model::{AttemptId, EmailSignIn};

use super::prelude::*;
pub use super::query::insert;
use crate::entity::email_sign_ins::{Column, Entity};

#[boxed]
pub async fn find(conn: &Conn, id: &AttemptId) -> Result<Option<EmailSignIn>> {
    Entity::find_by_id(id.as_str()).load_one(conn).await
}

/// Returns the sign-in that this link was last mailed for.
#[boxed]
pub async fn find_by_link(conn: &Conn, link: &TokenHash) -> Result<Option<EmailSignIn>> {
    Entity::load_by(conn, Column::LinkHash.eq(to_bytes(link))).await
}

/// Stores the user and the codes of the mail to send. Returns false if one was already sent, or the
/// sign-in has expired.
#[boxed]
pub async fn arm(
    tx: &WriteTx,
    id: &AttemptId,
    user: &User,
    (code, link): (&TokenHash, &TokenHash),
    now: UnixSeconds,
) -> Result<bool> {
    Entity::update_many()
        .value(Column::UserId, user.id.as_uuid())
        .value(Column::Email, user.email.as_str())
        .value(Column::MailedAt, now)
        .value(Column::CodeHash, to_bytes(code))
        .value(Column::LinkHash, to_bytes(link))
        .filter(Column::Id.eq(id.as_str()))
        .filter(Column::MailedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .change_one(tx)
        .await
}

/// Returns the times of up to `limit` mails to the account after `since`, newest first.
#[boxed]
pub async fn times_since(
    conn: &Conn,
    user: UserId,
    since: UnixSeconds,
    limit: u64,
) -> Result<Vec<UnixSeconds>> {
    let rows = Entity::find().filter(Column::UserId.eq(user.as_uuid()));
    times_after(conn, rows, Column::MailedAt, since, limit).await
}

/// Invalidates the codes mailed to the account. Nothing else changes, so that no page reveals
/// whether the account exists.
#[boxed]
pub async fn disarm(tx: &WriteTx, user: UserId) -> Result<u64> {
    let nothing: Option<Vec<u8>> = None;
    Entity::update_many()
        .value(Column::CodeHash, nothing.clone())
        .value(Column::LinkHash, nothing)
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::UsedAt.is_null())
        .change(tx)
        .await
}

/// Counts an attempt. Returns `None` if the sign-in is used, expired, or had `max` attempts.
#[boxed]
pub async fn record_attempt(
    tx: &WriteTx,
    id: &AttemptId,
    max: u64,
    now: UnixSeconds,
) -> Result<Option<EmailSignIn>> {
    let max = i64::try_from(max).unwrap_or(i64::MAX);
    Entity::update_many()
        .col_expr(Column::Tries, Expr::col(Column::Tries).add(1))
        .filter(Column::Id.eq(id.as_str()))
        .filter(live(now))
        .filter(Column::Tries.lt(max))
        .change_first(tx)
        .await
}

/// Consumes the sign-in if this is still the mailed code: of concurrent callers, by code or by
/// link, exactly one gets true.
#[boxed]
pub async fn consume(
    tx: &WriteTx,
    id: &AttemptId,
    code: &TokenHash,
    now: UnixSeconds,
) -> Result<bool> {
    Entity::update_many()
        .value(Column::UsedAt, now)
        .filter(Column::Id.eq(id.as_str()))
        .filter(Column::CodeHash.eq(to_bytes(code)))
        .filter(live(now))
        .change_one(tx)
        .await
}

/// Deletes up to `limit` live sign-ins. Returns their number.
#[boxed]
pub async fn end_some(tx: &WriteTx, limit: u64, now: UnixSeconds) -> Result<u64> {
    purge_some::<Entity>(tx, live(now), Column::ExpiresAt, limit).await
}

fn live(now: UnixSeconds) -> Condition {
    Condition::all()
        .add(Column::UsedAt.is_null())
        .add(Column::ExpiresAt.gt(now))
}

purge_by!(ExpiresAt);
