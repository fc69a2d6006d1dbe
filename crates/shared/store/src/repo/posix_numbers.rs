//! Numbers of users and groups on Unix systems. Each is given once, when its object is first shown with it.

use std::collections::BTreeMap;

use doorward_domain::boxed;
use sea_orm::ActiveValue::NotSet;
use uuid::Uuid;

use super::prelude::*;
use crate::entity::posix_numbers::{ActiveModel, Column, Entity};

/// Returns the numbers of these users and groups that have one.
#[boxed]
pub async fn of_objects(conn: &Conn, ids: &[Uuid]) -> Result<BTreeMap<Uuid, i64>> {
    let rows = rows_with(conn, Entity::find(), Column::ObjectId, ids.iter().copied()).await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.object_id, row.number))
        .collect())
}

/// Gives a number to each of these users and groups that has none.
#[boxed]
pub async fn give(tx: &WriteTx, ids: &[Uuid]) -> Result<()> {
    let rows = ids.iter().map(|id| ActiveModel {
        number: NotSet,
        object_id: Set(*id),
    });
    let once = OnConflict::column(Column::ObjectId).do_nothing().to_owned();
    insert_rows(tx, rows, Some(&once)).await
}

/// Returns the user or group with this number.
#[boxed]
pub async fn find(conn: &Conn, number: i64) -> Result<Option<Uuid>> {
    let row = Entity::find_by_id(number).one(conn).await?;
    Ok(row.map(|row| row.object_id))
}
