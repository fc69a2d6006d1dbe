//! Objects that files describe.

use doorward_domain::boxed;
use doorward_domain::model::ManagedObject;

use super::prelude::*;
use crate::entity::managed_objects::{ActiveModel, Column, Entity};

/// Returns the objects with this subject, of every kind.
#[boxed]
pub async fn of_subject(conn: &Conn, subject: &str) -> Result<Vec<ManagedObject>> {
    Entity::find()
        .filter(Column::Subject.eq(subject))
        .load(conn)
        .await
}

/// Returns up to `limit` objects of a kind after this one, in the order of their IDs.
#[boxed]
pub async fn list(
    conn: &Conn,
    kind: &str,
    after: Option<&str>,
    limit: u64,
) -> Result<Vec<ManagedObject>> {
    Entity::find()
        .filter(Column::Kind.eq(kind))
        .page_after(Column::Id, after, limit)
        .load(conn)
        .await
}

#[boxed]
pub async fn put(tx: &WriteTx, object: &ManagedObject) -> Result<()> {
    let row = ActiveModel::try_from(object)?;
    let changed = [
        Column::Subject,
        Column::File,
        Column::Source,
        Column::AppliedAt,
    ];
    upsert_row(tx, row, [Column::Id], changed).await
}

#[boxed]
pub async fn remove(tx: &WriteTx, id: &str) -> Result<()> {
    Entity::delete_by(tx, Column::Id.eq(id)).await.map(drop)
}
