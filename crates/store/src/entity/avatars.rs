//! `avatars`: pictures uploaded by users, at most one for each.

use doorward_domain::model::{Avatar, AvatarId, UserId};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::RowReader;
use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "avatars")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub user_id: Uuid,
    pub png: Vec<u8>,
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Avatar {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let reader = RowReader::new("avatars", &row.id);
        Ok(Self {
            id: reader.read("id", AvatarId::parse(&row.id))?,
            user_id: UserId::from_uuid(row.user_id),
            png: row.png,
            created_at: row.created_at,
        })
    }
}

impl From<&Avatar> for ActiveModel {
    fn from(avatar: &Avatar) -> Self {
        Self {
            id: Set(avatar.id.as_str().to_owned()),
            user_id: Set(avatar.user_id.as_uuid()),
            png: Set(avatar.png.clone()),
            created_at: Set(avatar.created_at),
        }
    }
}
