//! Trusted devices of users.

use doorward_domain::boxed;
use doorward_domain::model::{TrustedDevice, TrustedDeviceId};

use super::prelude::*;
pub use super::query::insert;
use crate::entity::trusted_devices::{Column, Entity};

/// Returns the trusted devices of a user at `now`, newest first.
#[boxed]
pub async fn list(conn: &Conn, user: UserId, now: UnixSeconds) -> Result<Vec<TrustedDevice>> {
    Entity::find()
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::ExpiresAt.gt(now))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .load(conn)
        .await
}

/// Records the use of a browser with one of these cookie values. Returns `None` if the user trusts
/// no such browser.
#[boxed]
pub async fn record_use(
    tx: &WriteTx,
    user: UserId,
    tokens: &[TokenHash],
    now: UnixSeconds,
) -> Result<Option<TrustedDeviceId>> {
    let mut first = None;
    for part in parts(tokens.iter().map(to_bytes)) {
        let noted = Entity::update_many()
            .value(Column::LastUsedAt, now)
            .filter(Column::UserId.eq(user.as_uuid()))
            .filter(part.contains(Expr::col(Column::TokenHash)))
            .filter(Column::ExpiresAt.gt(now))
            .exec_with_returning(tx.conn())
            .await?;
        let id = noted.first().map(|row| TrustedDeviceId::from_uuid(row.id));
        first = first.or(id);
    }
    Ok(first)
}

#[boxed]
pub async fn remove(tx: &WriteTx, user: UserId, id: TrustedDeviceId) -> Result<bool> {
    let own = Column::UserId.eq(user.as_uuid());
    Entity::delete_one_by(tx, own.and(Column::Id.eq(id.as_uuid()))).await
}

#[boxed]
pub async fn remove_all(tx: &WriteTx, user: UserId) -> Result<u64> {
    Entity::delete_by(tx, Column::UserId.eq(user.as_uuid())).await
}

/// Deletes up to `limit` trusted devices that have not expired. Returns their number.
#[boxed]
pub async fn remove_some(tx: &WriteTx, limit: u64, now: UnixSeconds) -> Result<u64> {
    let live = Condition::all().add(Column::ExpiresAt.gt(now));
    purge_some::<Entity>(tx, live, Column::ExpiresAt, limit).await
}

purge_by!(ExpiresAt);
