//! Own brands of clients and organizations, and their logos.

use std::collections::BTreeMap;

use doorward_domain::boxed;
use doorward_domain::model::{BrandOwner, BrandPicture, LogoId};
use doorward_rules::own_brand::OwnBrand;

use super::prelude::*;
use super::query::insert;
use crate::entity::brand_pictures;
use crate::entity::brands::{ActiveModel, Column, Entity, Model};
use crate::entity::stored::{Json, Stored as _};

/// Returns the brand of an owner; an empty one if there is none.
#[boxed]
pub async fn find(conn: &Conn, owner: &BrandOwner) -> Result<OwnBrand> {
    let Some(row) = Entity::find_by_id(owner.key()).one(conn).await? else {
        return Ok(OwnBrand::default());
    };
    OwnBrand::read(row.settings).ok_or(StoreError::Corrupt {
        table: "brands",
        column: "settings",
        id: row.id,
    })
}

/// Returns all brands by the keys of their owners.
#[boxed]
pub async fn list(conn: &Conn) -> Result<BTreeMap<String, OwnBrand>> {
    let rows = Entity::find().all(conn).await?.into_iter();
    let read = |row: Model| match OwnBrand::read(row.settings) {
        Some(brand) => Ok((row.id, brand)),
        None => Err(StoreError::Corrupt {
            table: "brands",
            column: "settings",
            id: row.id,
        }),
    };
    rows.map(read).collect()
}

/// Stores the brand of an owner. An empty one is deleted, with its logos.
/// Returns [`StoreError::MissingReference`] if the owner does not exist.
#[boxed]
pub async fn put(
    tx: &WriteTx,
    owner: &BrandOwner,
    brand: &OwnBrand,
    now: UnixSeconds,
) -> Result<()> {
    if brand.is_empty() {
        let own = Column::Id.eq(owner.key());
        return Entity::delete_by(tx, own).await.map(drop);
    }
    let (client_id, org) = match owner {
        BrandOwner::Client(id) => (Some(id.to_string()), None),
        BrandOwner::Organization(slug) => (None, Some(slug.clone())),
    };
    let settings: Json = brand.write()?;
    let row = ActiveModel {
        id: Set(owner.key()),
        client_id: Set(client_id),
        org: Set(org),
        settings: Set(settings),
        updated_at: Set(now),
    };
    let changed = [Column::Settings, Column::UpdatedAt];
    upsert_row(tx, row, [Column::Id], changed).await
}

#[boxed]
pub async fn find_picture(conn: &Conn, id: &LogoId) -> Result<Option<BrandPicture>> {
    brand_pictures::Entity::find_by_id(id.as_str().to_owned())
        .load_one(conn)
        .await
}

/// Returns the pictures with these IDs, in no order.
#[boxed]
pub async fn find_pictures(conn: &Conn, ids: &[&LogoId]) -> Result<Vec<BrandPicture>> {
    let ids = ids.iter().map(|id| id.as_str());
    let rows = brand_pictures::Entity::find();
    let rows = rows_with(conn, rows, brand_pictures::Column::Id, ids).await?;
    rows.into_iter().map(BrandPicture::try_from).collect()
}

#[boxed]
pub async fn insert_picture(tx: &WriteTx, picture: &BrandPicture) -> Result<()> {
    insert(tx, picture).await
}

#[boxed]
pub async fn remove_picture(tx: &WriteTx, id: &LogoId) -> Result<()> {
    let own = brand_pictures::Column::Id.eq(id.as_str());
    brand_pictures::Entity::delete_by(tx, own).await.map(drop)
}
