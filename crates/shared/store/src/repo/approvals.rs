//! Requests for the approval of changes.

use doorward_domain::boxed;
use doorward_domain::model::{Approval, ApprovalId, ApprovalState};

use super::prelude::*;
use crate::entity::approvals::{Column, Entity};

pub use super::query::insert;

#[boxed]
pub async fn find(conn: &Conn, id: ApprovalId) -> Result<Option<Approval>> {
    Entity::find_by_id(id.as_uuid()).load_one(conn).await
}

/// Returns the open request of an author for this change.
#[boxed]
pub async fn find_open(
    conn: &Conn,
    name: &str,
    author: Option<&str>,
    now: UnixSeconds,
) -> Result<Option<Approval>> {
    let is = |state: ApprovalState| Column::State.eq(state.as_str());
    let is_open = is(ApprovalState::Waiting).or(is(ApprovalState::Approved));
    let author = match author {
        Some(author) => Column::Author.eq(author),
        None => Column::Author.is_null(),
    };
    let same = Column::Name.eq(name).and(author).and(is_open);
    Entity::load_by(conn, same.and(Column::EndsAt.gt(now))).await
}

/// Returns up to `limit` requests before this one, the newest first.
#[boxed]
pub async fn list(conn: &Conn, before: Option<ApprovalId>, limit: u64) -> Result<Vec<Approval>> {
    Entity::find()
        .order_by_desc(Column::Id)
        .limit(limit)
        .apply_if(before, |rows, before| {
            rows.filter(Column::Id.lt(before.as_uuid()))
        })
        .load(conn)
        .await
}

/// Changes the state of a request. Returns false if it is in another state than `from`.
#[boxed]
pub async fn set_state(
    tx: &WriteTx,
    id: ApprovalId,
    from: ApprovalState,
    to: ApprovalState,
) -> Result<bool> {
    Entity::update_many()
        .value(Column::State, to.as_str())
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::State.eq(from.as_str()))
        .change_one(tx)
        .await
}

/// Stores the decision about a request. Returns false if it does not wait.
#[boxed]
pub async fn decide(
    tx: &WriteTx,
    id: ApprovalId,
    to: ApprovalState,
    by: &str,
    now: UnixSeconds,
) -> Result<bool> {
    Entity::update_many()
        .value(Column::State, to.as_str())
        .value(Column::DecidedBy, by)
        .value(Column::DecidedAt, now)
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::State.eq(ApprovalState::Waiting.as_str()))
        .filter(Column::EndsAt.gt(now))
        .change_one(tx)
        .await
}

purge_by!(EndsAt);
