//! Support codes: at most one for each user, deleted by its use.

use doorward_domain::boxed;

use super::prelude::*;
use crate::entity::support_codes::{ActiveModel, Column, Entity};

/// Stores a code, which replaces the user's former one.
/// Returns [`StoreError::Conflict`] on `code_hash`, if another user has the same code.
#[boxed]
pub async fn replace(
    tx: &WriteTx,
    user: UserId,
    code: &TokenHash,
    expires_at: UnixSeconds,
) -> Result<()> {
    let new = ActiveModel {
        user_id: Set(user.as_uuid()),
        code_hash: Set(to_bytes(code)),
        expires_at: Set(expires_at),
    };
    let changed = [Column::CodeHash, Column::ExpiresAt];
    upsert_row(tx, new, [Column::UserId], changed).await
}

#[boxed]
pub async fn find(conn: &Conn, code: &TokenHash, now: UnixSeconds) -> Result<Option<UserId>> {
    let row = Entity::find().filter(live(code, now)).one(conn).await?;
    Ok(row.map(|row| UserId::from_uuid(row.user_id)))
}

/// Consumes a live code: of concurrent callers, exactly one gets true.
#[boxed]
pub async fn consume(tx: &WriteTx, code: &TokenHash, now: UnixSeconds) -> Result<bool> {
    Entity::delete_one_by(tx, live(code, now)).await
}

fn live(code: &TokenHash, now: UnixSeconds) -> Condition {
    Condition::all()
        .add(Column::CodeHash.eq(to_bytes(code)))
        .add(Column::ExpiresAt.gt(now))
}

purge_by!(ExpiresAt);
