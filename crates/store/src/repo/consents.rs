//! What people have allowed, remembered.

use doorward_domain::model::{ClientId, Consent, UserId};
use doorward_domain::time::UnixSeconds;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, Select};

use super::query::models;
use crate::db::{Conn, WriteTx};
use crate::entity::consents::{ActiveModel, Column, Entity};
use crate::error::StoreError;

/// How much is remembered of what was allowed in detail; the oldest is asked again.
const MOST_DETAILS: usize = 50;

/// What this person has allowed this client, live or not.
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

/// The consents of a person that were not withdrawn, the newest first.
pub async fn list_for_user<C: Conn>(conn: &C, user: UserId) -> Result<Vec<Consent>, StoreError> {
    let rows = standing(user)
        .order_by_desc(Column::GrantedAt)
        .all(conn)
        .await?;
    models(rows)
}

/// The consents of a person that were not withdrawn.
pub(super) fn standing(user: UserId) -> Select<Entity> {
    Entity::find()
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::RevokedAt.is_null())
}

/// Whether anybody's consent to this client still counts.
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

/// Remembers a consent, and returns what is now remembered: together with what this person had
/// allowed this client before, if that is still live at `consent.granted_at`, else alone.
pub async fn upsert(tx: &WriteTx, consent: &Consent) -> Result<Consent, StoreError> {
    // The harmless update locks an existing row and brings it back, so that two tabs cannot lose
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

/// Withdraws a consent; false when there was none to withdraw.
pub async fn revoke(
    tx: &WriteTx,
    user: UserId,
    client: &ClientId,
    now: UnixSeconds,
) -> Result<bool, StoreError> {
    let result = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(now))
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::ClientId.eq(client.as_str()))
        .filter(Column::RevokedAt.is_null())
        .exec(tx)
        .await?;
    Ok(result.rows_affected == 1)
}

/// Withdraws every consent to a client; says how many there were.
pub async fn revoke_for_client(
    tx: &WriteTx,
    client: &ClientId,
    now: UnixSeconds,
) -> Result<u64, StoreError> {
    let result = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(now))
        .filter(Column::ClientId.eq(client.as_str()))
        .filter(Column::RevokedAt.is_null())
        .exec(tx)
        .await?;
    Ok(result.rows_affected)
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
            // What nobody was asked about again does not last longer by it.
            let ends = [existing.expires_at, new.expires_at];
            merged.expires_at = ends.into_iter().flatten().min();
        }
        merged.scope = existing.scope.union(&new.scope);
        merged.declined = existing.declined.union(&new.declined);
        let details = existing.authorization_details;
        let details = details.union(&new.authorization_details);
        merged.authorization_details = details.latest(MOST_DETAILS);
        for resource in existing.resources {
            if !merged.resources.contains(&resource) {
                merged.resources.push(resource);
            }
        }
    }
    merged.declined = merged.declined.difference(&merged.scope);
    merged
}
