//! Authorization codes: presented once.

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

/// What became of a presented code.
#[derive(Clone, PartialEq, Debug)]
pub enum CodeUse {
    /// This caller used it up, and no other ever will. Whether it was still good (its life, its
    /// client, its redirect URI, its verifier) is for the domain rules: a failed check burns it.
    Claimed(Code),
    /// Somebody used it up before: a replay (RFC 6749 §4.1.2).
    AlreadyUsed(Code),
    /// There is no such code, or no longer.
    Unknown,
}

/// Stores a new code.
pub async fn insert(tx: &WriteTx, code: &Code) -> Result<(), StoreError> {
    Entity::insert(ActiveModel::from(code))
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Uses a code up.
///
/// The verdict is one conditional statement (DESIGN §2.2): of any number of parallel callers,
/// whichever replica they are on, exactly one sees [`CodeUse::Claimed`]. It becomes final with the
/// transaction.
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
    // The verdict has fallen; this only tells a replay from nonsense.
    match Entity::find_by_id(to_bytes(hash)).one(tx).await? {
        Some(row) => Ok(CodeUse::AlreadyUsed(row.try_into()?)),
        None => Ok(CodeUse::Unknown),
    }
}

/// Records why the exchange that consumed a code failed, so that a repeat of it gets the same answer.
pub async fn note_problem(
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

/// Removes the codes that ended before `before`; says how many. Keep them for some time after
/// their end, for that is how a late replay is recognised.
pub async fn purge(tx: &WriteTx, before: UnixSeconds) -> Result<u64, StoreError> {
    purge_older::<Entity>(tx, Column::ExpiresAt, before).await
}
