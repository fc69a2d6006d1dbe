//! Passkeys: found by credential ID, managed by their owner.

use doorward_domain::boxed;
use doorward_domain::model::{Passkey, PasskeyId};

use super::prelude::*;
use crate::entity::passkeys::{ActiveModel, Column, Entity};

/// Inserts a passkey. Returns false if any user has one with this credential ID, which does not
/// change.
#[boxed]
pub async fn insert(tx: &WriteTx, passkey: &Passkey) -> Result<bool> {
    insert_new(tx, ActiveModel::try_from(passkey)?, [Column::CredentialId]).await
}

#[boxed]
pub async fn find_by_credential(conn: &Conn, credential_id: &[u8]) -> Result<Option<Passkey>> {
    Entity::load_by(conn, Column::CredentialId.eq(credential_id.to_vec())).await
}

/// Returns the passkeys of a user, oldest first.
#[boxed]
pub async fn list(conn: &Conn, user: UserId) -> Result<Vec<Passkey>> {
    Entity::find()
        .filter(Column::UserId.eq(user.as_uuid()))
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .load(conn)
        .await
}

/// Returns the passkeys of these users, oldest first.
#[boxed]
pub async fn of_users(conn: &Conn, users: &[UserId]) -> Result<Vec<Passkey>> {
    let ids = users.iter().map(UserId::as_uuid);
    let mut rows = rows_with(conn, Entity::find(), Column::UserId, ids).await?;
    rows.sort_by_key(|row| (row.created_at, row.id));
    models(rows)
}

#[boxed]
pub async fn count(conn: &Conn, user: UserId) -> Result<u64> {
    let own = Entity::find().filter(Column::UserId.eq(user.as_uuid()));
    Ok(own.count(conn).await?)
}

/// Renames a passkey. Returns false if the user has none with this ID.
#[boxed]
pub async fn rename(tx: &WriteTx, user: UserId, id: PasskeyId, name: &str) -> Result<bool> {
    Entity::update_many()
        .value(Column::Name, name)
        .filter(own(user, id))
        .change_one(tx)
        .await
}

fn own(user: UserId, id: PasskeyId) -> Expr {
    let own = Column::UserId.eq(user.as_uuid());
    own.and(Column::Id.eq(id.as_uuid()))
}

/// Records a sign-in with the updated credential. Returns false if the passkey was removed, or used
/// concurrently, since it was read as `seen`.
#[boxed]
pub async fn record_use(
    tx: &WriteTx,
    seen: &Passkey,
    credential: &str,
    backed_up: bool,
    now: UnixSeconds,
) -> Result<bool> {
    Entity::update_many()
        .value(Column::Credential, credential)
        .value(Column::BackedUp, backed_up)
        .value(Column::LastUsedAt, now)
        .filter(Column::Id.eq(seen.id.as_uuid()))
        .filter(Column::Credential.eq(seen.credential.as_str()))
        .change_one(tx)
        .await
}

/// Records the first time that the signature counter went backwards.
#[boxed]
pub async fn suspect(tx: &WriteTx, id: PasskeyId, now: UnixSeconds) -> Result<()> {
    Entity::update_many()
        .value(Column::SuspectedAt, now)
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::SuspectedAt.is_null())
        .run(tx)
        .await
}

#[boxed]
pub async fn remove(tx: &WriteTx, user: UserId, id: PasskeyId) -> Result<bool> {
    Entity::delete_one_by(tx, own(user, id)).await
}

#[boxed]
pub async fn remove_all(tx: &WriteTx, user: UserId) -> Result<u64> {
    Entity::delete_by(tx, Column::UserId.eq(user.as_uuid())).await
}
