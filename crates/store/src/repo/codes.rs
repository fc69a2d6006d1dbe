//! Authorization codes, which are single-use.

use doorward_domain::model::{Code, CodeError};
use doorward_domain::mutant::Safeguard;
use doorward_domain::secret::TokenHash;
use doorward_domain::time::UnixSeconds;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::query::{guarded, purge_older};
use crate::db::WriteTx;
use crate::entity::codes::{ActiveModel, Column, Entity};
use crate::entity::row::to_bytes;
use crate::error::StoreError;

/// The result of consuming a code.
#[derive(Clone, PartialEq, Debug)]
pub enum CodeUse {
    /// The code, consumed by this caller only. The domain rules check its expiry, client, redirect
    /// URI and verifier; a failed check leaves it consumed.
    Claimed(Code),
    /// A code that was consumed before: a replay (RFC 6749 §4.1.2).
    AlreadyUsed(Code),
    /// An unknown or deleted code.
    Unknown,
}

/// Inserts a code.
pub async fn insert(tx: &WriteTx, code: &Code) -> Result<(), StoreError> {
    Entity::insert(ActiveModel::from(code))
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Consumes a code.
///
/// One conditional statement decides: of concurrent callers on all replicas, exactly one gets
/// [`CodeUse::Claimed`]. It becomes final with the transaction.
pub async fn consume(
    tx: &WriteTx,
    hash: &TokenHash,
    now: UnixSeconds,
) -> Result<CodeUse, StoreError> {
    let claimed = Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(now))
        .filter(Column::Hash.eq(to_bytes(hash)))
        .filter(guarded(Safeguard::CodeUsedOnce, Column::UsedAt.is_null()))
        .exec_with_returning(tx)
        .await?;
    if let Some(row) = claimed.into_iter().next() {
        return Ok(CodeUse::Claimed(row.try_into()?));
    }
    // The code was not consumed by this call: distinguish a replay from an unknown code.
    match Entity::find_by_id(to_bytes(hash)).one(tx).await? {
        Some(row) => Ok(CodeUse::AlreadyUsed(row.try_into()?)),
        None => Ok(CodeUse::Unknown),
    }
}

/// Records why the exchange of a consumed code failed, so that a retry gets the same response.
pub async fn record_error(
    tx: &WriteTx,
    hash: &TokenHash,
    problem: CodeError,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::Problem, Expr::value(problem.as_str()))
        .filter(Column::Hash.eq(to_bytes(hash)))
        .exec(tx)
        .await?;
    Ok(())
}

/// Deletes the codes that expired before `before`. Returns their number. Keep codes for some time
/// after their expiry: otherwise late replays are not detected.
pub async fn purge(tx: &WriteTx, before: UnixSeconds) -> Result<u64, StoreError> {
    purge_older::<Entity>(tx, Column::ExpiresAt, before).await
}
