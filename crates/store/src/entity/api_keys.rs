//! `api_keys`: API keys of users, by ID; stores only the keyed hash of a key.

use std::net::IpAddr;

use doorward_domain::model::{ApiKey, ApiKeyId, UserId};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::{RowReader, to_bytes, to_json};
use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "api_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub hash: Vec<u8>,
    pub user_id: Uuid,
    pub org: Option<String>,
    pub name: String,
    pub scopes: String,
    pub networks: String,
    pub created_at: i64,
    pub expires_at: i64,
    pub last_used_at: Option<i64>,
    pub last_used_from: Option<String>,
    pub revoked_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for ApiKey {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let reader = RowReader::new("api_keys", &row.id);
        let from = row.last_used_from.as_deref();
        Ok(Self {
            id: reader.read("id", ApiKeyId::parse(&row.id))?,
            hash: reader.hash("hash", &row.hash)?,
            user_id: UserId::from_uuid(row.user_id),
            scopes: reader.scope("scopes", &row.scopes)?,
            networks: reader.json("networks", &row.networks)?,
            last_used_from: from
                .map(|text| reader.read("last_used_from", text.parse::<IpAddr>().ok()))
                .transpose()?,
            org: row.org,
            name: row.name,
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
            revoked_at: row.revoked_at,
        })
    }
}

impl TryFrom<&ApiKey> for ActiveModel {
    type Error = StoreError;

    fn try_from(key: &ApiKey) -> Result<Self, StoreError> {
        Ok(Self {
            id: Set(key.id.as_str().to_owned()),
            hash: Set(to_bytes(&key.hash)),
            user_id: Set(key.user_id.as_uuid()),
            org: Set(key.org.clone()),
            name: Set(key.name.clone()),
            scopes: Set(key.scopes.to_string()),
            networks: Set(to_json(&key.networks)?),
            created_at: Set(key.created_at),
            expires_at: Set(key.expires_at),
            last_used_at: Set(key.last_used_at),
            last_used_from: Set(key.last_used_from.map(|address| address.to_string())),
            revoked_at: Set(key.revoked_at),
        })
    }
}
