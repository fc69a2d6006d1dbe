//! `newcomers`: pending federated sign-ups, at most one for each browser.

use doorward_domain::model::{FederatedSignUp, InteractionId, ProviderId};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::{Hex, RowReader, to_bytes, to_json};
use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "newcomers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub browser_hash: Vec<u8>,
    pub provider: String,
    pub identity: String,
    pub interaction_id: Option<String>,
    pub expires_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for FederatedSignUp {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let key = Hex(&row.browser_hash);
        let reader = RowReader::new("newcomers", &key);
        let interaction = row.interaction_id.as_deref();
        Ok(Self {
            browser_hash: reader.hash("browser_hash", &row.browser_hash)?,
            provider: reader.read("provider", ProviderId::parse(&row.provider))?,
            identity: reader.json("identity", &row.identity)?,
            interaction_id: interaction
                .map(|text| reader.read("interaction_id", InteractionId::parse(text)))
                .transpose()?,
            expires_at: row.expires_at,
        })
    }
}

impl TryFrom<&FederatedSignUp> for ActiveModel {
    type Error = StoreError;

    fn try_from(item: &FederatedSignUp) -> Result<Self, StoreError> {
        let interaction = item.interaction_id.as_ref();
        Ok(Self {
            browser_hash: Set(to_bytes(&item.browser_hash)),
            provider: Set(item.provider.as_str().to_owned()),
            identity: Set(to_json(&item.identity)?),
            interaction_id: Set(interaction.map(|id| id.as_str().to_owned())),
            expires_at: Set(item.expires_at),
        })
    }
}
