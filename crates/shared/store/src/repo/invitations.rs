//! Invitations to organizations, which are answered once.

use doorward_domain::boxed;
use doorward_domain::model::{BulkChangeId, Invitation, InvitationId};

use super::prelude::*;
pub use super::query::insert;
use crate::entity::invitations::{Column, Entity, Model};

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
        .filter(Column::QueuedAt.is_null())
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
    let rows = Entity::find()
        .filter(Column::Inviter.eq(inviter))
        .filter(Column::QueuedAt.is_null());
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
        .filter(Column::EmailKey.eq(email_key))
        .filter(Column::QueuedAt.is_null());
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

/// Returns up to `limit` open invitations after this one whose mail waits, the oldest first.
#[boxed]
pub async fn list_queued(
    conn: &Conn,
    after: Option<(UnixSeconds, InvitationId)>,
    limit: u64,
    now: UnixSeconds,
) -> Result<Vec<Invitation>> {
    let after = after.map(|(at, id)| {
        let same = Column::QueuedAt.eq(at).and(Column::Id.gt(id.as_uuid()));
        Condition::any().add(Column::QueuedAt.gt(at)).add(same)
    });
    Entity::find()
        .filter(Column::QueuedAt.is_not_null())
        .filter(Condition::all().add_option(after))
        .filter(open(now))
        .order_by_asc(Column::QueuedAt)
        .order_by_asc(Column::Id)
        .limit(limit)
        .load(conn)
        .await
}

/// Stores the link and the times of an invitation whose mail is sent now. Returns false if it was sent or
/// ended meanwhile.
#[boxed]
pub async fn send(tx: &WriteTx, invitation: &Invitation) -> Result<bool> {
    Entity::update_many()
        .value(Column::Hash, to_bytes(&invitation.hash))
        .value(Column::CreatedAt, invitation.created_at)
        .value(Column::ExpiresAt, invitation.expires_at)
        .value(Column::QueuedAt, None::<i64>)
        .filter(Column::Id.eq(invitation.id.as_uuid()))
        .filter(Column::QueuedAt.is_not_null())
        .filter(Column::EndedAt.is_null())
        .change_one(tx)
        .await
}

/// Returns up to `limit` invitations of a batch, ordered by ID.
#[boxed]
pub async fn list_batch(
    conn: &Conn,
    org: &str,
    batch: BulkChangeId,
    limit: u64,
) -> Result<Vec<Invitation>> {
    Entity::find()
        .filter(Column::Batch.eq(batch.as_uuid()))
        .filter(Column::Org.eq(org))
        .order_by_asc(Column::Id)
        .limit(limit)
        .load(conn)
        .await
}

/// Ends the invitations of a batch whose mail waits. Returns their number.
#[boxed]
pub async fn stop_batch(
    tx: &WriteTx,
    org: &str,
    batch: BulkChangeId,
    now: UnixSeconds,
) -> Result<u64> {
    Entity::update_many()
        .value(Column::EndedAt, now)
        .filter(Column::Batch.eq(batch.as_uuid()))
        .filter(Column::Org.eq(org))
        .filter(Column::QueuedAt.is_not_null())
        .filter(Column::EndedAt.is_null())
        .change(tx)
        .await
}

/// Records the user who has accepted an invitation and gets its roles and groups; `None` afterwards.
#[boxed]
pub async fn set_accepted(tx: &WriteTx, id: InvitationId, user: Option<UserId>) -> Result<bool> {
    Entity::update_many()
        .value(Column::AcceptedBy, user.map(|user| user.as_uuid()))
        .filter(Column::Id.eq(id.as_uuid()))
        .change_one(tx)
        .await
}

/// Returns up to `limit` accepted invitations whose users do not have its roles and groups yet.
#[boxed]
pub async fn list_accepted(conn: &Conn, limit: u64) -> Result<Vec<(Invitation, UserId)>> {
    let rows = Entity::find()
        .filter(Column::AcceptedBy.is_not_null())
        .order_by_asc(Column::AcceptedBy)
        .limit(limit)
        .all(conn)
        .await?;
    let read = |row: Model| {
        let user = UserId::from_uuid(row.accepted_by.unwrap_or_default());
        Ok((Invitation::try_from(row)?, user))
    };
    rows.into_iter().map(read).collect()
}

/// Ends the open invitations of an address to an organization. Returns their number.
#[boxed]
pub async fn overtake(tx: &WriteTx, org: &str, email_key: &str, now: UnixSeconds) -> Result<u64> {
    Entity::update_many()
        .value(Column::EndedAt, now)
        .filter(Column::Org.eq(org))
        .filter(Column::EmailKey.eq(email_key))
        .filter(Column::QueuedAt.is_null())
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
