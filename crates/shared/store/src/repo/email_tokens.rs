//! Mail links, which are single-use.

use doorward_domain::boxed;
use doorward_domain::model::{EmailPurpose, EmailToken};
use doorward_domain::mutant::Safeguard;

use super::prelude::*;
pub use super::query::insert;
use crate::entity::email_tokens::{Column, Entity};

/// Returns the link with this token in any state.
#[boxed]
pub async fn find(conn: &Conn, hash: &TokenHash) -> Result<Option<EmailToken>> {
    Entity::find_by_id(to_bytes(hash)).load_one(conn).await
}

/// Returns true if the account has an unused, unexpired link of this purpose.
#[boxed]
pub async fn exists_live(
    conn: &Conn,
    user: UserId,
    purpose: EmailPurpose,
    now: UnixSeconds,
) -> Result<bool> {
    let live = live(&[purpose], now).add(Column::UserId.eq(user.as_uuid()));
    Entity::has(conn, live).await
}

/// Returns the creation times of up to `limit` links of this purpose for the account after `since`,
/// newest first.
#[boxed]
pub async fn times_since(
    conn: &Conn,
    user: UserId,
    purpose: EmailPurpose,
    since: UnixSeconds,
    limit: u64,
) -> Result<Vec<UnixSeconds>> {
    let rows = Entity::find()
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::Purpose.eq(purpose.as_str()));
    times_after(conn, rows, Column::CreatedAt, since, limit).await
}

/// Consumes a link: of concurrent callers, exactly one gets true. It becomes final with the
/// transaction.
#[boxed]
pub async fn consume(tx: &WriteTx, hash: &TokenHash, now: UnixSeconds) -> Result<bool> {
    Entity::update_many()
        .value(Column::UsedAt, now)
        .filter(Column::Hash.eq(to_bytes(hash)))
        .filter(guarded(Safeguard::EmailLinkOnce, Column::UsedAt.is_null()))
        .filter(Column::ExpiresAt.gt(now))
        .change_one(tx)
        .await
}

/// Moves the end of an unused link. Returns false if it was used or deleted.
#[boxed]
pub async fn extend(tx: &WriteTx, hash: &TokenHash, until: UnixSeconds) -> Result<bool> {
    Entity::update_many()
        .value(Column::ExpiresAt, until)
        .filter(Column::Hash.eq(to_bytes(hash)))
        .filter(Column::UsedAt.is_null())
        .change_one(tx)
        .await
}

/// Deletes the unused links of these purposes of an account. Returns their number.
#[boxed]
pub async fn revoke_for_user(
    tx: &WriteTx,
    user: UserId,
    purposes: &[EmailPurpose],
    now: UnixSeconds,
) -> Result<u64> {
    let values = purposes.iter().map(|purpose| purpose.as_str());
    Entity::update_many()
        .value(Column::UsedAt, now)
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(is_word(Expr::col(Column::Purpose), values))
        .filter(Column::UsedAt.is_null())
        .change(tx)
        .await
}

/// Deletes up to `limit` live links of these purposes. Returns their number.
#[boxed]
pub async fn end_some(
    tx: &WriteTx,
    purposes: &[EmailPurpose],
    limit: u64,
    now: UnixSeconds,
) -> Result<u64> {
    purge_some::<Entity>(tx, live(purposes, now), Column::ExpiresAt, limit).await
}

fn live(purposes: &[EmailPurpose], now: UnixSeconds) -> Condition {
    let values = purposes.iter().map(|purpose| purpose.as_str());
    Condition::all()
        .add(is_word(Expr::col(Column::Purpose), values))
        .add(Column::UsedAt.is_null())
        .add(Column::ExpiresAt.gt(now))
}

purge_by!(ExpiresAt);
