//! `client_registrations`: dynamically registered clients and their metadata.

use doorward_domain::model::{ClientId, ClientRegistration, GivenScopes};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::{RowReader, to_bytes, to_json};
use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "client_registrations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub client_id: String,
    pub access_token_hash: Vec<u8>,
    pub metadata: String,
    pub given_delegated: String,
    pub given_own: String,
    pub seen_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for ClientRegistration {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let reader = RowReader::new("client_registrations", &row.client_id);
        Ok(Self {
            client_id: reader.read("client_id", ClientId::parse(&row.client_id))?,
            access_token_hash: reader.hash("access_token_hash", &row.access_token_hash)?,
            metadata: reader.json("metadata", &row.metadata)?,
            given: GivenScopes {
                delegated: reader.scope("given_delegated", &row.given_delegated)?,
                own: reader.scope("given_own", &row.given_own)?,
            },
            seen_at: row.seen_at,
        })
    }
}

impl TryFrom<&ClientRegistration> for ActiveModel {
    type Error = StoreError;

    fn try_from(item: &ClientRegistration) -> Result<Self, StoreError> {
        Ok(Self {
            client_id: Set(item.client_id.as_str().to_owned()),
            access_token_hash: Set(to_bytes(&item.access_token_hash)),
            metadata: Set(to_json(&item.metadata)?),
            given_delegated: Set(item.given.delegated.to_string()),
            given_own: Set(item.given.own.to_string()),
            seen_at: Set(item.seen_at),
        })
    }
}
