//! Consents of users to clients.

use doorward_domain::boxed;
use doorward_domain::model::{Consent, ConsentId};

use super::prelude::*;
use crate::entity::consents::{ActiveModel, Column, Entity, Model};

/// Maximum number of remembered authorization details; older ones require consent again.
const MAX_DETAILS: usize = 50;

/// Returns the consent of this user to this client, active or not.
#[boxed]
pub async fn find(conn: &Conn, user: UserId, client: &ClientId) -> Result<Option<Consent>> {
    let condition = of_user(user).add(Column::ClientId.eq(client.as_str()));
    Entity::load_by(conn, condition).await
}

/// Returns the unrevoked consents of a user, newest first.
pub async fn list_for_user(conn: &Conn, user: UserId) -> Result<Vec<Consent>> {
    select_active(user)
        .order_by_desc(Column::GrantedAt)
        .load(conn)
        .await
}

pub(super) fn select_active(user: UserId) -> Select<Entity> {
    Entity::find()
        .filter(of_user(user))
        .filter(Column::RevokedAt.is_null())
}

fn of_user(user: UserId) -> Condition {
    Condition::all().add(Column::UserId.eq(user.as_uuid()))
}

fn unexpired(now: UnixSeconds) -> Condition {
    Condition::any()
        .add(Column::ExpiresAt.is_null())
        .add(Column::ExpiresAt.gt(now))
}

/// Returns true if any user has an active consent to this client.
#[boxed]
pub async fn is_any_live(conn: &Conn, client: &ClientId, now: UnixSeconds) -> Result<bool> {
    let live = Condition::all()
        .add(Column::ClientId.eq(client.as_str()))
        .add(Column::RevokedAt.is_null())
        .add(unexpired(now));
    Entity::has(conn, live).await
}

/// Returns up to `limit` active consents to a client after this ID, with their users, in one
/// statement, ordered by ID.
#[boxed]
pub async fn page_for_client(
    conn: &Conn,
    client: &ClientId,
    after: Option<ConsentId>,
    limit: u64,
    now: UnixSeconds,
) -> Result<Vec<(Consent, User)>> {
    let query = of_client(client, after, limit, now);
    load_with_users::<Model, _>(conn, &query, "c_").await
}

fn of_client(
    client: &ClientId,
    after: Option<ConsentId>,
    limit: u64,
    now: UnixSeconds,
) -> SelectStatement {
    let mut query = select_with_users::<Entity>("c_");
    query
        .and_where(Column::ClientId.eq(client.as_str()))
        .and_where(Column::RevokedAt.is_null())
        .and_where_option(after.map(|after| Column::Id.gt(after.as_uuid())))
        .cond_where(unexpired(now))
        .order_by_expr(Column::Id.into_expr(), Order::Asc)
        .limit(Ord::min(limit, PAGE_MAX));
    query
}

/// Stores a consent and returns the result: merged with the user's former consent to this client if
/// that is still active at `consent.granted_at`, otherwise alone.
#[boxed]
pub async fn upsert(tx: &WriteTx, consent: &Consent) -> Result<Consent> {
    // The no-op update locks an existing row and returns it, so that two browser tabs cannot lose
    // each other's scopes.
    let mut lock = OnConflict::columns([Column::UserId, Column::ClientId]);
    lock.value(Column::UserId, Expr::value(consent.user_id.as_uuid()));
    let row = Entity::insert(ActiveModel::try_from(consent)?)
        .on_conflict(lock)
        .exec_with_returning(tx.conn())
        .await?;
    let existing = Consent::try_from(row)?;
    if existing.id == consent.id {
        return Ok(existing);
    }
    let merged = merge(existing, consent);
    Entity::update_many()
        .set(ActiveModel::try_from(&merged)?)
        .filter(Column::Id.eq(merged.id.as_uuid()))
        .run(tx)
        .await?;
    Ok(merged)
}

/// Revokes a consent. Returns false if there is none.
#[boxed]
pub async fn revoke(
    tx: &WriteTx,
    user: UserId,
    client: &ClientId,
    now: UnixSeconds,
) -> Result<bool> {
    Entity::update_many()
        .value(Column::RevokedAt, now)
        .filter(of_user(user))
        .filter(Column::ClientId.eq(client.as_str()))
        .filter(Column::RevokedAt.is_null())
        .change_one(tx)
        .await
}

/// Revokes every consent to a client. Returns their number.
#[boxed]
pub async fn revoke_for_client(tx: &WriteTx, client: &ClientId, now: UnixSeconds) -> Result<u64> {
    Entity::update_many()
        .value(Column::RevokedAt, now)
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

#[cfg(test)]
mod tests {
    use sea_orm::DbBackend;
    use uuid::Uuid;

    use super::*;
    use crate::repo::query_plan::{explain, migrated};

    #[tokio::test]
    async fn consents_to_client_are_range_of_index() {
        let db = migrated().await;
        let client = ClientId::parse("photos").unwrap();
        let last = ConsentId::from_uuid(Uuid::from_u128(7));
        let query = of_client(&client, Some(last), 50, 5);
        let plan = explain(&db, DbBackend::Sqlite.build(&query)).await;
        assert!(plan[0].ends_with("(client_id=? AND id>?)"), "{plan:#?}");
        let is_sorted = plan.iter().any(|line| line.contains("TEMP B-TREE"));
        assert!(!is_sorted, "{plan:#?}");
    }
}
