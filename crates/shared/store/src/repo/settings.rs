//! Single values stored by the deployment.

use doorward_domain::boxed;

use super::prelude::*;
use crate::entity::settings::{ActiveModel, Column, Entity};

/// Key of the state of the certificates from an ACME authority, with their private keys.
pub const ACME: &str = "acme";

#[boxed]
pub async fn get(conn: &Conn, key: &str) -> Result<Option<String>> {
    let row = Entity::find_by_id(key).one(conn).await?;
    Ok(row.map(|row| row.value))
}

#[boxed]
pub async fn put(tx: &WriteTx, key: &str, value: &str) -> Result<()> {
    let row = ActiveModel {
        key: Set(key.to_owned()),
        value: Set(value.to_owned()),
    };
    upsert_row(tx, row, [Column::Key], [Column::Value]).await
}

/// Deletes a setting: of concurrent callers, exactly one gets true.
#[boxed]
pub async fn remove(tx: &WriteTx, key: &str) -> Result<bool> {
    Entity::delete_by_id(key).change_one(tx).await
}
