//! `client_logos`: logos of clients, at most one for each.

use doorward_domain::model::{ClientId, Logo, LogoId};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::RowReader;
use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "client_logos")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub client_id: String,
    pub png: Vec<u8>,
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Logo {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let reader = RowReader::new("client_logos", &row.id);
        Ok(Self {
            id: reader.read("id", LogoId::parse(&row.id))?,
            client_id: reader.read("client_id", ClientId::parse(&row.client_id))?,
            png: row.png,
            created_at: row.created_at,
        })
    }
}

impl From<&Logo> for ActiveModel {
    fn from(logo: &Logo) -> Self {
        Self {
            id: Set(logo.id.as_str().to_owned()),
            client_id: Set(logo.client_id.as_str().to_owned()),
            png: Set(logo.png.clone()),
            created_at: Set(logo.created_at),
        }
    }
}
