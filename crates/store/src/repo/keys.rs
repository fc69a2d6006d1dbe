//! Signing keys. Those of RS256 are in one table, those of other algorithms in another.

use doorward_domain::keys::KeyRecord;
use doorward_domain::time::UnixSeconds;
use doorward_protocol::signing_alg::SigningAlg;
use sea_orm::sea_query::{Expr, UnionType};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
};

use super::query::{ChangeRows as _, models};
use crate::db::{Conn, WriteTx};
use crate::entity::{other_signing_keys as others, signing_keys as default};
use crate::error::StoreError;

/// Returns every key, oldest first.
pub async fn list(conn: &Conn) -> Result<Vec<KeyRecord>, StoreError> {
    let mut both = default::Entity::find();
    let other = others::Entity::find().into_query();
    QuerySelect::query(&mut both).union(UnionType::All, other);
    let mut keys: Vec<KeyRecord> = models(both.all(conn).await?)?;
    keys.sort_by(|a, b| (a.created_at, &a.kid).cmp(&(b.created_at, &b.kid)));
    Ok(keys)
}

/// Returns every key and locks the tables against other replicas until the transaction ends: plan a
/// rotation on these records and perform it in the same transaction.
pub async fn list_for_update(tx: &WriteTx) -> Result<Vec<KeyRecord>, StoreError> {
    if tx.get_database_backend() == DbBackend::Postgres {
        // Blocks other writers, not readers. SQLite has only one writer.
        let lock = "LOCK TABLE signing_keys, other_signing_keys IN SHARE ROW EXCLUSIVE MODE";
        tx.execute_unprepared(lock).await?;
    }
    list(tx).await
}

/// Inserts keys if the stored keys are exactly those in `known`. Returns false without inserting if
/// another replica has changed them. With an empty `known`, one of many replicas that start at once
/// gets true.
pub async fn insert_if_unchanged(
    tx: &WriteTx,
    keys: &[KeyRecord],
    known: &[String],
) -> Result<bool, StoreError> {
    let current = list_for_update(tx).await?;
    let unchanged =
        current.len() == known.len() && current.iter().all(|record| known.contains(&record.kid));
    if unchanged {
        for key in keys {
            insert(tx, key).await?;
        }
    }
    Ok(unchanged)
}

/// Inserts a key.
///
/// # Errors
/// Returns [`StoreError::Conflict`] on `kid`.
pub async fn insert(tx: &WriteTx, key: &KeyRecord) -> Result<(), StoreError> {
    if key.algorithm == SigningAlg::Rs256 {
        default::Entity::insert(default::ActiveModel::try_from(key)?)
            .exec_without_returning(tx.conn())
            .await?;
    } else {
        others::Entity::insert(others::ActiveModel::try_from(key)?)
            .exec_without_returning(tx.conn())
            .await?;
    }
    Ok(())
}

/// Changes one key by a query on the table that has it: first that of RS256, then the other one.
/// Returns true if a key was changed.
macro_rules! change_key {
    ($tx:ident, $table:ident => $query:expr) => {{
        let in_default = {
            use default as $table;
            $query.change_one($tx).await?
        };
        let in_either = in_default || {
            use others as $table;
            $query.change_one($tx).await?
        };
        Ok(in_either)
    }};
}

/// Retires a key, which does not sign from `now` on. Returns false if it was already retired.
pub async fn retire(tx: &WriteTx, kid: &str, now: UnixSeconds) -> Result<bool, StoreError> {
    change_key!(tx, table => table::Entity::update_many()
        .col_expr(table::Column::RetiredAt, Expr::value(now))
        .filter(table::Column::Kid.eq(kid))
        .filter(table::Column::RetiredAt.is_null()))
}

/// Sets the time from which a waiting key signs. Returns false if the key is retired or unknown.
pub async fn activate(tx: &WriteTx, kid: &str, active_at: UnixSeconds) -> Result<bool, StoreError> {
    change_key!(tx, table => table::Entity::update_many()
        .col_expr(table::Column::ActiveAt, Expr::value(active_at))
        .filter(table::Column::Kid.eq(kid))
        .filter(table::Column::RetiredAt.is_null()))
}

/// Deletes a retired key permanently. Returns false if it does not exist or is not retired.
pub async fn purge(tx: &WriteTx, kid: &str) -> Result<bool, StoreError> {
    change_key!(tx, table => table::Entity::delete_many()
        .filter(table::Column::Kid.eq(kid))
        .filter(table::Column::RetiredAt.is_not_null()))
}
