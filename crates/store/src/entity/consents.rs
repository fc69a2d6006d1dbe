//! `consents`: consents of users to clients.

use doorward_domain::model::{ClientId, Consent, ConsentId, UserId};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::{RowReader, to_json};
use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "consents")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    pub client_id: String,
    pub scope: String,
    pub declined: String,
    pub resources: String,
    pub authorization_details: String,
    pub granted_at: i64,
    pub expires_at: Option<i64>,
    pub revoked_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Consent {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let reader = RowReader::new("consents", &row.id);
        Ok(Self {
            id: ConsentId::from_uuid(row.id),
            user_id: UserId::from_uuid(row.user_id),
            client_id: reader.read("client_id", ClientId::parse(&row.client_id))?,
            scope: reader.scope("scope", &row.scope)?,
            declined: reader.scope("declined", &row.declined)?,
            resources: reader.json("resources", &row.resources)?,
            authorization_details: reader
                .json("authorization_details", &row.authorization_details)?,
            granted_at: row.granted_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
        })
    }
}

impl TryFrom<&Consent> for ActiveModel {
    type Error = StoreError;

    fn try_from(consent: &Consent) -> Result<Self, StoreError> {
        Ok(Self {
            id: Set(consent.id.as_uuid()),
            user_id: Set(consent.user_id.as_uuid()),
            client_id: Set(consent.client_id.as_str().to_owned()),
            scope: Set(consent.scope.to_string()),
            declined: Set(consent.declined.to_string()),
            resources: Set(to_json(&consent.resources)?),
            authorization_details: Set(to_json(&consent.authorization_details)?),
            granted_at: Set(consent.granted_at),
            expires_at: Set(consent.expires_at),
            revoked_at: Set(consent.revoked_at),
        })
    }
}
