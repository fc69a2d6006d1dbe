//! Keys that are kept of former secret keys.

use doorward_domain::boxed;
use doorward_domain::secret::KeptKeyRecord;

use super::prelude::*;
use crate::entity::kept_keys::{ActiveModel, Column, Entity};
use crate::entity::{api_keys, app_passwords, recovery_codes};

/// Returns every kept key: some twenty for each change of the secret key.
#[boxed]
pub async fn list(conn: &Conn) -> Result<Vec<KeptKeyRecord>> {
    let query = Entity::find().order_by_asc(Column::KeptAt);
    query.order_by_asc(Column::Id).load(conn).await
}

/// Returns the id of each kept key of the audit chain with the last link that it authenticates.
#[boxed]
pub async fn list_chain_ends(conn: &Conn) -> Result<Vec<(String, i64)>> {
    let rows = Entity::find()
        .filter(Column::LastLink.is_not_null())
        .all(conn)
        .await?;
    let ends = rows.into_iter();
    Ok(ends
        .filter_map(|row| Some((row.id, row.last_link?)))
        .collect())
}

/// Stores a key. Returns false if the key of this purpose and secret key is stored already.
#[boxed]
pub async fn insert(tx: &WriteTx, record: &KeptKeyRecord) -> Result<bool> {
    insert_new(tx, ActiveModel::try_from(record)?, [Column::Id]).await
}

/// Deletes a key. Returns false if it does not exist.
#[boxed]
pub async fn remove(tx: &WriteTx, id: &str) -> Result<bool> {
    Entity::delete_one_by(tx, Column::Id.eq(id)).await
}

/// Returns true if an API key or an app password from before this time can still be used.
#[boxed]
pub async fn has_api_keys_from_before(
    conn: &Conn,
    before: UnixSeconds,
    now: UnixSeconds,
) -> Result<bool> {
    let usable = Condition::all()
        .add(api_keys::Column::CreatedAt.lte(before))
        .add(api_keys::Column::RevokedAt.is_null())
        .add(api_keys::Column::ExpiresAt.gt(now));
    let passwords = app_passwords::Column::CreatedAt.lte(before);
    Ok(api_keys::Entity::has(conn, usable).await?
        || app_passwords::Entity::has(conn, passwords).await?)
}

/// Returns true if a recovery code from before this time can still be used.
#[boxed]
pub async fn has_recovery_codes_from_before(conn: &Conn, before: UnixSeconds) -> Result<bool> {
    let usable = Condition::all()
        .add(recovery_codes::Column::CreatedAt.lte(before))
        .add(recovery_codes::Column::UsedAt.is_null());
    recovery_codes::Entity::has(conn, usable).await
}

purge_by!(ExpiresAt);
