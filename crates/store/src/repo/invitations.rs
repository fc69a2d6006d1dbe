//! Invitations to organizations, which are answered once.

use doorward_domain::model::{Invitation, InvitationId};
use doorward_domain::secret::TokenHash;
use doorward_domain::time::UnixSeconds;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use super::query::{ChangeRows as _, PAGE_MAX, models, purge_older, purge_some, times_after};
use crate::db::{Conn, WriteTx};
use crate::entity::invitations::{ActiveModel, Column, Entity};
use crate::entity::stored::to_bytes;
use crate::error::StoreError;

/// Returns the invitation with this link token in any state.
pub async fn find_by_hash(conn: &Conn, hash: &TokenHash) -> Result<Option<Invitation>, StoreError> {
    let found = Entity::find().filter(Column::Hash.eq(to_bytes(hash)));
    found.one(conn).await?.map(Invitation::try_from).transpose()
}

/// Returns the invitation to this organization with this ID in any state.
pub async fn find(
    conn: &Conn,
    org: &str,
    id: InvitationId,
) -> Result<Option<Invitation>, StoreError> {
    let found = Entity::find_by_id(id.as_uuid()).filter(Column::Org.eq(org));
    found.one(conn).await?.map(Invitation::try_from).transpose()
}

/// Returns the invitation with this ID in any state, for its recipient.
pub async fn find_by_id(conn: &Conn, id: InvitationId) -> Result<Option<Invitation>, StoreError> {
    let found = Entity::find_by_id(id.as_uuid()).one(conn).await?;
    found.map(Invitation::try_from).transpose()
}

/// Selects up to `limit` open invitations of an address, the newest first.
pub(super) fn select_open(email_key: &str, now: UnixSeconds, limit: u64) -> Select<Entity> {
    Entity::find()
        .filter(Column::EmailKey.eq(email_key))
        .filter(Column::EndedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .order_by_desc(Column::Id)
        .limit(limit)
}

/// Returns up to `limit` open invitations to an organization after this ID, ordered by ID.
pub async fn list_live(
    conn: &Conn,
    org: &str,
    now: UnixSeconds,
    after: Option<InvitationId>,
    limit: u64,
) -> Result<Vec<Invitation>, StoreError> {
    let mut query = Entity::find()
        .filter(Column::Org.eq(org))
        .filter(Column::EndedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .order_by_asc(Column::Id)
        .limit(limit.min(PAGE_MAX));
    if let Some(after) = after {
        query = query.filter(Column::Id.gt(after.as_uuid()));
    }
    models(query.all(conn).await?)
}

/// Returns the times of up to `limit` invitations by this inviter after `since`, newest first.
pub async fn times_by_inviter(
    conn: &Conn,
    inviter: &str,
    since: UnixSeconds,
    limit: u64,
) -> Result<Vec<UnixSeconds>, StoreError> {
    let rows = Entity::find().filter(Column::Inviter.eq(inviter));
    times_after(conn, rows, Column::CreatedAt, since, limit).await
}

/// Returns the times of up to `limit` invitations of this address to this organization after
/// `since`, newest first.
pub async fn times_to_address(
    conn: &Conn,
    org: &str,
    email_key: &str,
    since: UnixSeconds,
    limit: u64,
) -> Result<Vec<UnixSeconds>, StoreError> {
    let rows = Entity::find()
        .filter(Column::Org.eq(org))
        .filter(Column::EmailKey.eq(email_key));
    times_after(conn, rows, Column::CreatedAt, since, limit).await
}

pub async fn insert(tx: &WriteTx, invitation: &Invitation) -> Result<(), StoreError> {
    Entity::insert(ActiveModel::try_from(invitation)?)
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

/// Consumes an open invitation: of concurrent callers, exactly one gets true. It becomes final with
/// the transaction.
pub async fn claim(tx: &WriteTx, id: InvitationId, now: UnixSeconds) -> Result<bool, StoreError> {
    Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(now))
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::EndedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .change_one(tx)
        .await
}

/// Ends the open invitations of an address to an organization. Returns their number.
pub async fn overtake(
    tx: &WriteTx,
    org: &str,
    email_key: &str,
    now: UnixSeconds,
) -> Result<u64, StoreError> {
    Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(now))
        .filter(Column::Org.eq(org))
        .filter(Column::EmailKey.eq(email_key))
        .filter(Column::EndedAt.is_null())
        .change(tx)
        .await
}

/// Deletes up to `limit` open invitations. Returns their number.
pub async fn end_some(tx: &WriteTx, limit: u64, now: UnixSeconds) -> Result<u64, StoreError> {
    let open = Condition::all()
        .add(Column::EndedAt.is_null())
        .add(Column::ExpiresAt.gt(now));
    purge_some::<Entity>(tx, open, Column::ExpiresAt, limit).await
}

/// Deletes up to `limit` invitations that expired before `before`. Returns their number.
pub async fn purge(tx: &WriteTx, before: UnixSeconds, limit: u64) -> Result<u64, StoreError> {
    purge_older::<Entity>(tx, Column::ExpiresAt, before, limit).await
}
