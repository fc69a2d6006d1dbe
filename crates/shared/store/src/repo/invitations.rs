//! Invitations to organizations, which are answered once.

use doorward_domain::boxed;
use doorward_domain::model::{Invitation, InvitationId};

use super::prelude::*;
pub use super::query::insert;
use crate::entity::invitations::{Column, Entity};

/// Returns the invitation with this link token in any state.
#[boxed]
pub async fn find_by_hash(conn: &Conn, hash: &TokenHash) -> Result<Option<Invitation>> {
    Entity::load_by(conn, Column::Hash.eq(to_bytes(hash))).await
}

/// Returns the invitation to this organization with this ID in any state.
#[boxed]
pub async fn find(conn: &Conn, org: &str, id: InvitationId) -> Result<Option<Invitation>> {
    Entity::find_by_id(id.as_uuid())
        .filter(Column::Org.eq(org))
        .load_one(conn)
        .await
}

/// Returns the invitation with this ID in any state, for its recipient.
#[boxed]
pub async fn find_by_id(conn: &Conn, id: InvitationId) -> Result<Option<Invitation>> {
    Entity::find_by_id(id.as_uuid()).load_one(conn).await
}

/// Selects up to `limit` open invitations of an address, the newest first.
pub(super) fn select_open(email_key: &str, now: UnixSeconds, limit: u64) -> Select<Entity> {
    Entity::find()
        .filter(Column::EmailKey.eq(email_key))
        .filter(open(now))
        .order_by_desc(Column::Id)
        .limit(limit)
}

pub(super) fn open(now: UnixSeconds) -> Condition {
    Condition::all()
        .add(Column::EndedAt.is_null())
        .add(Column::ExpiresAt.gt(now))
}

/// Returns up to `limit` open invitations to an organization after this ID, ordered by ID.
#[boxed]
pub async fn list_live(
    conn: &Conn,
    org: &str,
    now: UnixSeconds,
    after: Option<InvitationId>,
    limit: u64,
) -> Result<Vec<Invitation>> {
    Entity::find()
        .filter(Column::Org.eq(org))
        .filter(open(now))
        .page_after(Column::Id, after.map(|id| id.as_uuid()), limit)
        .load(conn)
        .await
}

/// Returns up to `limit` open invitations by this inviter, the oldest first.
#[boxed]
pub async fn list_live_by(
    conn: &Conn,
    inviter: &str,
    now: UnixSeconds,
    limit: u64,
) -> Result<Vec<Invitation>> {
    Entity::find()
        .filter(Column::Inviter.eq(inviter))
        .filter(open(now))
        .order_by_asc(Column::CreatedAt)
        .limit(limit)
        .load(conn)
        .await
}

/// Returns the times of up to `limit` invitations by this inviter after `since`, newest first.
#[boxed]
pub async fn times_by_inviter(
    conn: &Conn,
    inviter: &str,
    since: UnixSeconds,
    limit: u64,
) -> Result<Vec<UnixSeconds>> {
    let rows = Entity::find().filter(Column::Inviter.eq(inviter));
    times_after(conn, rows, Column::CreatedAt, since, limit).await
}

/// Returns the times of up to `limit` invitations of this address to this organization after
/// `since`, newest first.
#[boxed]
pub async fn times_to_address(
    conn: &Conn,
    org: &str,
    email_key: &str,
    since: UnixSeconds,
    limit: u64,
) -> Result<Vec<UnixSeconds>> {
    let rows = Entity::find()
        .filter(Column::Org.eq(org))
        .filter(Column::EmailKey.eq(email_key));
    times_after(conn, rows, Column::CreatedAt, since, limit).await
}

/// Consumes an open invitation: of concurrent callers, exactly one gets true. It becomes final with
/// the transaction.
#[boxed]
pub async fn claim(tx: &WriteTx, id: InvitationId, now: UnixSeconds) -> Result<bool> {
    Entity::update_many()
        .value(Column::EndedAt, now)
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(open(now))
        .change_one(tx)
        .await
}

/// Ends the open invitations of an address to an organization. Returns their number.
#[boxed]
pub async fn overtake(tx: &WriteTx, org: &str, email_key: &str, now: UnixSeconds) -> Result<u64> {
    Entity::update_many()
        .value(Column::EndedAt, now)
        .filter(Column::Org.eq(org))
        .filter(Column::EmailKey.eq(email_key))
        .filter(Column::EndedAt.is_null())
        .change(tx)
        .await
}

/// Deletes up to `limit` open invitations. Returns their number.
#[boxed]
pub async fn end_some(tx: &WriteTx, limit: u64, now: UnixSeconds) -> Result<u64> {
    purge_some::<Entity>(tx, open(now), Column::ExpiresAt, limit).await
}

purge_by!(ExpiresAt);
