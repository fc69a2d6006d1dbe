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
        let place = RowReader::new("client_registrations", &row.client_id);
        Ok(Self {
            client_id: place.read("client_id", ClientId::parse(&row.client_id))?,
            access_token_hash: place.hash("access_token_hash", &row.access_token_hash)?,
            metadata: place.json("metadata", &row.metadata)?,
            given: GivenScopes {
                delegated: place.scope("given_delegated", &row.given_delegated)?,
                own: place.scope("given_own", &row.given_own)?,
            },
            seen_at: row.seen_at,
        })
    }
}

impl TryFrom<&ClientRegistration> for ActiveModel {
    type Error = StoreError;

    fn try_from(one: &ClientRegistration) -> Result<Self, StoreError> {
        Ok(Self {
            client_id: Set(one.client_id.as_str().to_owned()),
            access_token_hash: Set(to_bytes(&one.access_token_hash)),
            metadata: Set(to_json(&one.metadata)?),
            given_delegated: Set(one.given.delegated.to_string()),
            given_own: Set(one.given.own.to_string()),
            seen_at: Set(one.seen_at),
        })
    }
}
