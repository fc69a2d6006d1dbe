//! `trusted_devices`: browsers that skip the second factor.

use doorward_domain::model::{TrustedDevice, TrustedDeviceId, UserId};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::{RowReader, to_bytes};
use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "trusted_devices")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    pub token_hash: Vec<u8>,
    pub user_agent: String,
    pub ip: String,
    pub created_at: i64,
    pub last_used_at: Option<i64>,
    pub expires_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for TrustedDevice {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let reader = RowReader::new("trusted_devices", &row.id);
        Ok(Self {
            id: TrustedDeviceId::from_uuid(row.id),
            user_id: UserId::from_uuid(row.user_id),
            token_hash: reader.hash("token_hash", &row.token_hash)?,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            expires_at: row.expires_at,
            user_agent: row.user_agent,
            ip: row.ip,
        })
    }
}

impl From<&TrustedDevice> for ActiveModel {
    fn from(device: &TrustedDevice) -> Self {
        Self {
            id: Set(device.id.as_uuid()),
            user_id: Set(device.user_id.as_uuid()),
            token_hash: Set(to_bytes(&device.token_hash)),
            user_agent: Set(device.user_agent.clone()),
            ip: Set(device.ip.clone()),
            created_at: Set(device.created_at),
            last_used_at: Set(device.last_used_at),
            expires_at: Set(device.expires_at),
        }
    }
}
