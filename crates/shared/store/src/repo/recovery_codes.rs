//! Recovery codes, which are single-use.

use doorward_domain::boxed;
use doorward_domain::mutant::Safeguard;
use futures_util::future::BoxFuture;

use super::prelude::*;
use crate::entity::recovery_codes::{ActiveModel, Column, Entity};

/// Stores new codes for a user and deletes the former ones.
#[boxed]
pub async fn replace(
    tx: &WriteTx,
    user: UserId,
    hashes: &[TokenHash],
    now: UnixSeconds,
) -> Result<()> {
    remove_all(tx, user).await?;
    insert(tx, hashes.iter().map(|hash| (user, hash)), now).await
}

/// Stores codes of users who have none.
pub fn insert<'a>(
    tx: &'a WriteTx,
    codes: impl IntoIterator<Item = (UserId, &'a TokenHash)>,
    now: UnixSeconds,
) -> BoxFuture<'a, Result<()>> {
    let rows = codes.into_iter().map(|(user, hash)| ActiveModel {
        hash: Set(to_bytes(hash)),
        user_id: Set(user.as_uuid()),
        created_at: Set(now),
        used_at: Set(None),
    });
    insert_rows(tx, rows, None)
}

/// Consumes a code of this user: of concurrent callers, exactly one gets true.
#[boxed]
pub async fn consume(
    tx: &WriteTx,
    user: UserId,
    hash: &TokenHash,
    now: UnixSeconds,
) -> Result<bool> {
    Entity::update_many()
        .value(Column::UsedAt, now)
        .filter(Column::Hash.eq(to_bytes(hash)))
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(guarded(
            Safeguard::RecoveryCodeOnce,
            Column::UsedAt.is_null(),
        ))
        .change_one(tx)
        .await
}

#[boxed]
pub async fn count_unused(conn: &Conn, user: UserId) -> Result<u64> {
    let unused = Entity::find()
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::UsedAt.is_null());
    Ok(unused.count(conn).await?)
}

#[boxed]
pub async fn remove_all(tx: &WriteTx, user: UserId) -> Result<()> {
    let own = Column::UserId.eq(user.as_uuid());
    Entity::delete_by(tx, own).await.map(drop)
}
