//! Creations that must happen once, however often they are asked for.

use doorward_domain::secret::TokenHash;
use doorward_domain::time::UnixSeconds;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};

use super::query::purge_older;
use crate::db::WriteTx;
use crate::entity::idempotency_keys::{ActiveModel, Column, Entity};
use crate::entity::row::to_bytes;
use crate::error::StoreError;

/// A creation that begins.
#[derive(Clone, Debug)]
pub struct IdempotencyRecord {
    /// Who asks, and the key that they sent, as one hash.
    pub key: TokenHash,
    /// What they ask for, as a hash.
    pub fingerprint: TokenHash,
    /// When.
    pub created_at: UnixSeconds,
}

/// Whether to go on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum IdempotencyState {
    /// Nobody came with this key before.
    New,
    /// The first request with this key is at work.
    Running,
    /// The key came with another request before.
    Other,
    /// It is done; this is its sealed answer.
    Done(Vec<u8>),
}

/// Begins a creation: of any number of requests with the same key, one gets [`IdempotencyState::New`]. One that
/// began before `stuck` and never ended is begun again.
pub async fn begin(
    tx: &WriteTx,
    row: &IdempotencyRecord,
    stuck: UnixSeconds,
) -> Result<IdempotencyState, StoreError> {
    let new = ActiveModel {
        key_hash: Set(to_bytes(&row.key)),
        fingerprint: Set(to_bytes(&row.fingerprint)),
        answer_sealed: Set(None),
        created_at: Set(row.created_at),
    };
    let mut keep = OnConflict::column(Column::KeyHash);
    keep.do_nothing();
    let inserted = Entity::insert(new)
        .on_conflict(keep)
        .exec_without_returning(tx)
        .await?;
    if inserted == 1 {
        return Ok(IdempotencyState::New);
    }
    let found = Entity::find_by_id(to_bytes(&row.key)).one(tx).await?;
    let Some(found) = found else {
        return Ok(IdempotencyState::Running);
    };
    if found.fingerprint != row.fingerprint.as_bytes() {
        return Ok(IdempotencyState::Other);
    }
    if let Some(answer) = found.answer_sealed {
        return Ok(IdempotencyState::Done(answer));
    }
    let again = Entity::update_many()
        .col_expr(Column::CreatedAt, Expr::value(row.created_at))
        .filter(Column::KeyHash.eq(to_bytes(&row.key)))
        .filter(Column::AnswerSealed.is_null())
        .filter(Column::CreatedAt.lt(stuck))
        .exec(tx)
        .await?;
    Ok(match again.rows_affected {
        0 => IdempotencyState::Running,
        _ => IdempotencyState::New,
    })
}

/// Keeps the answer of a creation, in the transaction that creates; false when another request has
/// begun it again: then this one must not happen.
pub async fn finish(
    tx: &WriteTx,
    row: &IdempotencyRecord,
    answer: &[u8],
) -> Result<bool, StoreError> {
    let result = Entity::update_many()
        .col_expr(Column::AnswerSealed, Expr::value(answer.to_vec()))
        .filter(begun_by(row))
        .exec(tx)
        .await?;
    Ok(result.rows_affected == 1)
}

/// Forgets a creation that failed. One that happened stays, and one that another request has begun
/// again.
pub async fn remove(tx: &WriteTx, row: &IdempotencyRecord) -> Result<(), StoreError> {
    Entity::delete_many().filter(begun_by(row)).exec(tx).await?;
    Ok(())
}

fn begun_by(row: &IdempotencyRecord) -> Condition {
    Condition::all()
        .add(Column::KeyHash.eq(to_bytes(&row.key)))
        .add(Column::CreatedAt.eq(row.created_at))
        .add(Column::AnswerSealed.is_null())
}

/// Removes what began before `before`; says how many.
pub async fn purge(tx: &WriteTx, before: UnixSeconds) -> Result<u64, StoreError> {
    purge_older::<Entity>(tx, Column::CreatedAt, before).await
}
