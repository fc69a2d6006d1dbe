//! Consents of users to clients.

use doorward_domain::model::{ClientId, Consent, UserId};
use doorward_domain::time::UnixSeconds;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, Select};

use super::query::{ChangeRows as _, models};
use crate::db::{Conn, WriteTx};
use crate::entity::consents::{ActiveModel, Column, Entity};
use crate::error::StoreError;

/// Maximum number of remembered authorization details; older ones require consent again.
const MAX_DETAILS: usize = 50;

/// Returns the consent of this user to this client, active or not.
pub async fn find<C: Conn>(
    conn: &C,
    user: UserId,
    client: &ClientId,
) -> Result<Option<Consent>, StoreError> {
    let row = Entity::find()
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::ClientId.eq(client.as_str()))
        .one(conn)
        .await?;
    row.map(Consent::try_from).transpose()
}

/// Returns the unrevoked consents of a user, newest first.
pub async fn list_for_user<C: Conn>(conn: &C, user: UserId) -> Result<Vec<Consent>, StoreError> {
    let rows = select_active(user)
        .order_by_desc(Column::GrantedAt)
        .all(conn)
        .await?;
    models(rows)
}

/// Selects the unrevoked consents of a user.
pub(super) fn select_active(user: UserId) -> Select<Entity> {
    Entity::find()
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::RevokedAt.is_null())
}

/// Returns true if any user has an active consent to this client.
pub async fn is_any_live<C: Conn>(
    conn: &C,
    client: &ClientId,
    now: UnixSeconds,
) -> Result<bool, StoreError> {
    let endless_or_later = Condition::any()
        .add(Column::ExpiresAt.is_null())
        .add(Column::ExpiresAt.gt(now));
    let row = Entity::find()
        .filter(Column::ClientId.eq(client.as_str()))
        .filter(Column::RevokedAt.is_null())
        .filter(endless_or_later)
        .one(conn)
        .await?;
    Ok(row.is_some())
}

/// Stores a consent and returns the result: merged with the user's former consent to this client if
/// that is still active at `consent.granted_at`, otherwise alone.
pub async fn upsert(tx: &WriteTx, consent: &Consent) -> Result<Consent, StoreError> {
    // The no-op update locks an existing row and returns it, so that two browser tabs cannot lose
    // each other's scopes.
    let mut lock = OnConflict::columns([Column::UserId, Column::ClientId]);
    lock.value(Column::UserId, Expr::value(consent.user_id.as_uuid()));
    let row = Entity::insert(ActiveModel::try_from(consent)?)
        .on_conflict(lock)
        .exec_with_returning(tx)
        .await?;
    let existing = Consent::try_from(row)?;
    if existing.id == consent.id {
        return Ok(existing);
    }
    let merged = merge(existing, consent);
    Entity::update_many()
        .set(ActiveModel::try_from(&merged)?)
        .filter(Column::Id.eq(merged.id.as_uuid()))
        .exec(tx)
        .await?;
    Ok(merged)
}

/// Revokes a consent. Returns false if there is none.
pub async fn revoke(
    tx: &WriteTx,
    user: UserId,
    client: &ClientId,
    now: UnixSeconds,
) -> Result<bool, StoreError> {
    Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(now))
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::ClientId.eq(client.as_str()))
        .filter(Column::RevokedAt.is_null())
        .change_one(tx)
        .await
}

/// Revokes every consent to a client. Returns their number.
pub async fn revoke_for_client(
    tx: &WriteTx,
    client: &ClientId,
    now: UnixSeconds,
) -> Result<u64, StoreError> {
    Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(now))
        .filter(Column::ClientId.eq(client.as_str()))
        .filter(Column::RevokedAt.is_null())
        .change(tx)
        .await
}

fn merge(existing: Consent, new: &Consent) -> Consent {
    let mut merged = Consent {
        id: existing.id,
        ..new.clone()
    };
    if existing.is_live(new.granted_at) {
        let details = &existing.authorization_details;
        let is_more = !new.authorization_details.cover_all(details);
        if is_more || !existing.scope.is_subset_of(&new.scope) {
            // Scopes that the user was not asked about again must not last longer.
            let ends = [existing.expires_at, new.expires_at];
            merged.expires_at = ends.into_iter().flatten().min();
        }
        merged.scope = existing.scope.union(&new.scope);
        merged.declined = existing.declined.union(&new.declined);
        let details = existing.authorization_details;
        let details = details.union(&new.authorization_details);
        merged.authorization_details = details.latest(MAX_DETAILS);
        for resource in existing.resources {
            if !merged.resources.contains(&resource) {
                merged.resources.push(resource);
            }
        }
    }
    merged.declined = merged.declined.difference(&merged.scope);
    merged
}
