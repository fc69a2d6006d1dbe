//! Idempotent creation requests.

use doorward_domain::boxed;

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

/// Returns the state of a creation that finished, or started after `stuck`; `None` without one for the
/// same request.
#[boxed]
pub async fn find(
    conn: &Conn,
    row: &IdempotencyRecord,
    stuck: UnixSeconds,
) -> Result<Option<IdempotencyState>> {
    let found = Entity::find_by_id(to_bytes(&row.key)).one(conn).await?;
    let found = found.filter(|found| found.fingerprint == row.fingerprint.as_bytes());
    Ok(found.and_then(|found| match found.answer_sealed {
        Some(answer) => Some(IdempotencyState::Done(answer)),
        None => (found.created_at >= stuck).then_some(IdempotencyState::Running),
    }))
}

/// Starts a creation: of requests with the same key, exactly one gets [`IdempotencyState::New`]. A
/// creation that started before `stuck` and never finished is started again.
#[boxed]
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
    if insert_new(tx, new, [Column::KeyHash]).await? {
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
        .change_one(tx)
        .await?;
    Ok(if again {
        IdempotencyState::New
    } else {
        IdempotencyState::Running
    })
}

/// Stores the response of a creation, in its transaction. Returns false if another request has
/// restarted it: then this creation must be rolled back.
#[boxed]
pub async fn finish(tx: &WriteTx, row: &IdempotencyRecord, answer: &[u8]) -> Result<bool> {
    Entity::update_many()
        .value(Column::AnswerSealed, answer.to_vec())
        .filter(is_same_request(row))
        .change_one(tx)
        .await
}

/// Deletes a failed creation. Keeps one that finished, and one that another request has restarted.
#[boxed]
pub async fn remove(tx: &WriteTx, row: &IdempotencyRecord) -> Result<()> {
    Entity::delete_by(tx, is_same_request(row)).await.map(drop)
}

fn is_same_request(row: &IdempotencyRecord) -> Condition {
    Condition::all()
        .add(Column::KeyHash.eq(to_bytes(&row.key)))
        .add(Column::CreatedAt.eq(row.created_at))
        .add(Column::AnswerSealed.is_null())
}

purge_by!(CreatedAt);
