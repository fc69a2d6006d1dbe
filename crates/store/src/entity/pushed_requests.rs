//! `pushed_requests`: pushed authorization requests, by their hash.

use doorward_domain::model::{ClientId, InteractionId, PushedRequest};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::{Hex, RowReader, to_bytes, to_json};
use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "pushed_requests")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub hash: Vec<u8>,
    pub client_id: String,
    pub params: String,
    pub signed: bool,
    pub expires_at: i64,
    pub interaction_id: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for PushedRequest {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let hash = Hex(&row.hash);
        let reader = RowReader::new("pushed_requests", &hash);
        let interaction = row.interaction_id.as_deref();
        Ok(Self {
            hash: reader.hash("hash", &row.hash)?,
            client_id: reader.read("client_id", ClientId::parse(&row.client_id))?,
            params: reader.json("params", &row.params)?,
            signed: row.signed,
            expires_at: row.expires_at,
            interaction_id: interaction
                .map(|text| reader.read("interaction_id", InteractionId::parse(text)))
                .transpose()?,
        })
    }
}

impl TryFrom<&PushedRequest> for ActiveModel {
    type Error = StoreError;

    fn try_from(pushed: &PushedRequest) -> Result<Self, StoreError> {
        let interaction = pushed.interaction_id.as_ref();
        Ok(Self {
            hash: Set(to_bytes(&pushed.hash)),
            client_id: Set(pushed.client_id.as_str().to_owned()),
            params: Set(to_json(&pushed.params)?),
            signed: Set(pushed.signed),
            expires_at: Set(pushed.expires_at),
            interaction_id: Set(interaction.map(|id| id.as_str().to_owned())),
        })
    }
}
