//! Single values stored by the deployment.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, QueryTrait};

use super::query::ChangeRows as _;
use crate::db::{Conn, WriteTx};
use crate::entity::settings::{ActiveModel, Column, Entity};
use crate::error::StoreError;

pub async fn get(conn: &Conn, key: &str) -> Result<Option<String>, StoreError> {
    let row = Entity::find_by_id(key).one(conn).await?;
    Ok(row.map(|row| row.value))
}

/// Stores a setting, replacing any other value.
pub async fn put(tx: &WriteTx, key: &str, value: &str) -> Result<(), StoreError> {
    let mut replace = OnConflict::column(Column::Key);
    replace.update_column(Column::Value);
    Entity::insert(row(key, value))
        .on_conflict(replace)
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

/// Stores a setting unless it has a value: of concurrent callers, exactly one gets true.
pub async fn put_if_absent(tx: &WriteTx, key: &str, value: &str) -> Result<bool, StoreError> {
    let once = OnConflict::column(Column::Key).do_nothing().to_owned();
    let insert = Entity::insert(row(key, value))
        .on_conflict(once)
        .into_query();
    Ok(tx.execute(&insert).await?.rows_affected() == 1)
}

/// Deletes a setting: of concurrent callers, exactly one gets true.
pub async fn remove(tx: &WriteTx, key: &str) -> Result<bool, StoreError> {
    Entity::delete_by_id(key).change_one(tx).await
}

fn row(key: &str, value: &str) -> ActiveModel {
    ActiveModel {
        key: Set(key.to_owned()),
        value: Set(value.to_owned()),
    }
}
