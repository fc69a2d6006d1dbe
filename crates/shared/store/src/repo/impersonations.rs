//! Impersonations: grants without a code in the session of an administrator, and the grants with tokens that
//! clients got by them.

use doorward_domain::boxed;
use doorward_domain::model::{Grant, GrantId, GrantOrigin, RevokeReason};

use super::grant_ends::revocation;
use super::grants::{active, live};
use super::prelude::*;
use crate::entity::grants::{Column, Entity};

fn is_impersonation() -> Expr {
    Column::Origin.eq(GrantOrigin::Impersonation.as_str())
}

/// Returns the active impersonation of a session, which has one at most.
#[boxed]
pub async fn find_of_session(
    conn: &Conn,
    session: SessionId,
    now: UnixSeconds,
) -> Result<Option<Grant>> {
    Entity::find()
        .filter(Column::SessionId.eq(session.as_uuid()))
        .filter(is_impersonation())
        .filter(Column::CodeHash.is_null())
        .filter(active(now))
        .limit(1)
        .load_one(conn)
        .await
}

/// Returns the active impersonation with this ID.
#[boxed]
pub async fn find(conn: &Conn, id: GrantId, now: UnixSeconds) -> Result<Option<Grant>> {
    Entity::find_by_id(id.as_uuid())
        .filter(is_impersonation())
        .filter(Column::CodeHash.is_null())
        .filter(active(now))
        .load_one(conn)
        .await
}

/// Returns the active impersonations of a user, at most [`PAGE_MAX`].
#[boxed]
pub async fn list_of_user(conn: &Conn, user: UserId, now: UnixSeconds) -> Result<Vec<Grant>> {
    live(user, now)
        .filter(is_impersonation())
        .filter(Column::CodeHash.is_null())
        .order_by_desc(Column::Id)
        .limit(PAGE_MAX)
        .load(conn)
        .await
}

/// Revokes the impersonation of a session with all grants that clients got by it. Returns their number.
#[boxed]
pub async fn end(tx: &WriteTx, session: SessionId, now: UnixSeconds) -> Result<u64> {
    revocation(RevokeReason::Administrator, now)
        .filter(Column::SessionId.eq(session.as_uuid()))
        .filter(is_impersonation())
        .change(tx)
        .await
}
