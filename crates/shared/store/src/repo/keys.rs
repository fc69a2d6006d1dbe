//! Signing keys of all algorithms.

use doorward_domain::boxed;
use doorward_domain::keys::KeyRecord;

use super::prelude::*;
pub use super::query::insert;
use crate::entity::signing_keys::{Column, Entity};

/// Returns every key, oldest first.
#[boxed]
pub async fn list(conn: &Conn) -> Result<Vec<KeyRecord>> {
    let mut keys: Vec<KeyRecord> = Entity::find().load(conn).await?;
    keys.sort_by(|a, b| (a.created_at, &a.kid).cmp(&(b.created_at, &b.kid)));
    Ok(keys)
}

/// Returns every key and locks the table against other replicas until the transaction ends: plan a
/// rotation on these records and perform it in the same transaction.
#[boxed]
pub async fn list_for_update(tx: &WriteTx) -> Result<Vec<KeyRecord>> {
    if tx.get_database_backend() == DbBackend::Postgres {
        // Blocks other writers, not readers. SQLite has only one writer.
        let lock = "LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE";
        tx.execute_unprepared(lock).await?;
    }
    list(tx).await
}

/// Inserts keys if the stored keys are exactly those in `known`. Returns false without inserting if
/// another replica has changed them. With an empty `known`, one of many replicas that start at once
/// gets true.
#[boxed]
pub async fn insert_if_unchanged(
    tx: &WriteTx,
    keys: &[KeyRecord],
    known: &[String],
) -> Result<bool> {
    let current = list_for_update(tx).await?;
    let unchanged =
        current.len() == known.len() && current.iter().all(|record| known.contains(&record.kid));
    if unchanged {
        insert_models(tx, keys, None).await?;
    }
    Ok(unchanged)
}

/// Retires a key, which does not sign from `now` on. Returns false if it was already retired.
#[boxed]
pub async fn retire(tx: &WriteTx, kid: &str, now: UnixSeconds) -> Result<bool> {
    Entity::update_many()
        .value(Column::RetiredAt, now)
        .filter(Column::Kid.eq(kid))
        .filter(Column::RetiredAt.is_null())
        .change_one(tx)
        .await
}

/// Deletes a retired key permanently. Returns false if it does not exist or is not retired.
#[boxed]
pub async fn purge(tx: &WriteTx, kid: &str) -> Result<bool> {
    Entity::delete_many()
        .filter(Column::Kid.eq(kid))
        .filter(Column::RetiredAt.is_not_null())
        .change_one(tx)
        .await
}
