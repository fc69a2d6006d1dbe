//! `interactions`: sign-ins and consents in progress.

use doorward_domain::model::{ClientId, Interaction, InteractionId, SessionId};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::{RowReader, to_bytes, to_json};
use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "interactions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub browser_hash: Vec<u8>,
    pub request: String,
    pub client_id: String,
    pub session_id: Option<Uuid>,
    pub authenticated_at: Option<i64>,
    pub account_chosen: bool,
    pub consented: Option<String>,
    pub created_at: i64,
    pub expires_at: i64,
    pub completed_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Interaction {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let reader = RowReader::new("interactions", &row.id);
        let consented = row.consented.as_deref();
        Ok(Self {
            id: reader.read("id", InteractionId::parse(&row.id))?,
            browser_hash: reader.hash("browser_hash", &row.browser_hash)?,
            request: reader.json("request", &row.request)?,
            client_id: reader.read("client_id", ClientId::parse(&row.client_id))?,
            session_id: row.session_id.map(SessionId::from_uuid),
            authenticated_at: row.authenticated_at,
            account_chosen: row.account_chosen,
            consented: consented
                .map(|text| reader.scope("consented", text))
                .transpose()?,
            created_at: row.created_at,
            expires_at: row.expires_at,
            completed_at: row.completed_at,
        })
    }
}

impl TryFrom<&Interaction> for ActiveModel {
    type Error = StoreError;

    fn try_from(interaction: &Interaction) -> Result<Self, StoreError> {
        Ok(Self {
            id: Set(interaction.id.as_str().to_owned()),
            browser_hash: Set(to_bytes(&interaction.browser_hash)),
            request: Set(to_json(&interaction.request)?),
            client_id: Set(interaction.client_id.as_str().to_owned()),
            session_id: Set(interaction.session_id.as_ref().map(SessionId::as_uuid)),
            authenticated_at: Set(interaction.authenticated_at),
            account_chosen: Set(interaction.account_chosen),
            consented: Set(interaction.consented.as_ref().map(ToString::to_string)),
            created_at: Set(interaction.created_at),
            expires_at: Set(interaction.expires_at),
            completed_at: Set(interaction.completed_at),
        })
    }
}
