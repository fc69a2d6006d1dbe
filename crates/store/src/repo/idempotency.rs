//! Idempotent creation requests.

use doorward_domain::secret::TokenHash;

use super::prelude::*;
use crate::entity::idempotency_keys::{ActiveModel, Column, Entity};

#[derive(Clone, Debug)]
pub struct IdempotencyRecord {
    /// Digest of the caller and its idempotency key.
    pub key: TokenHash,
    /// Digest of the request.
    pub fingerprint: TokenHash,
    pub created_at: UnixSeconds,
}

/// The state of a creation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum IdempotencyState {
    /// A key that was not used before.
    New,
    /// A key whose first request is still running.
    Running,
    /// A key that was used for a different request.
    Other,
    /// A finished creation, with its sealed response.
    Done(Vec<u8>),
}

/// Starts a creation: of requests with the same key, exactly one gets [`IdempotencyState::New`]. A
/// creation that started before `stuck` and never finished is started again.
pub async fn begin(
    tx: &WriteTx,
    row: &IdempotencyRecord,
    stuck: UnixSeconds,
) -> Result<IdempotencyState> {
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
        .exec_without_returning(tx.conn())
        .await?;
    if inserted == 1 {
        return Ok(IdempotencyState::New);
    }
    let found = Entity::find_by_id(to_bytes(&row.key))
        .one(tx.conn())
        .await?;
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
        .value(Column::CreatedAt, row.created_at)
        .filter(Column::KeyHash.eq(to_bytes(&row.key)))
        .filter(Column::AnswerSealed.is_null())
        .filter(Column::CreatedAt.lt(stuck))
        .exec(tx.conn())
        .await?;
    Ok(match again.rows_affected {
        0 => IdempotencyState::Running,
        _ => IdempotencyState::New,
    })
}

/// Stores the response of a creation, in its transaction. Returns false if another request has
/// restarted it: then this creation must be rolled back.
pub async fn finish(tx: &WriteTx, row: &IdempotencyRecord, answer: &[u8]) -> Result<bool> {
    Entity::update_many()
        .value(Column::AnswerSealed, answer.to_vec())
        .filter(is_same_request(row))
        .change_one(tx)
        .await
}

/// Deletes a failed creation. Keeps one that finished, and one that another request has restarted.
pub async fn remove(tx: &WriteTx, row: &IdempotencyRecord) -> Result<()> {
    Entity::delete_many()
        .filter(is_same_request(row))
        .run(tx)
        .await
}

fn is_same_request(row: &IdempotencyRecord) -> Condition {
    Condition::all()
        .add(Column::KeyHash.eq(to_bytes(&row.key)))
        .add(Column::CreatedAt.eq(row.created_at))
        .add(Column::AnswerSealed.is_null())
}

/// Deletes up to `limit` creations that started before `before`. Returns their number.
pub async fn purge(tx: &WriteTx, before: UnixSeconds, limit: u64) -> Result<u64> {
    purge_older::<Entity>(tx, Column::CreatedAt, before, limit).await
}
