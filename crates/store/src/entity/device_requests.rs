//! `device_requests`: device authorizations waiting for a user, by the hash of their code.

use doorward_domain::credentials::user_code::UserCode;
use doorward_domain::model::{
    Backchannel, ClientId, DeviceRequest, DeviceRequestId, GrantId, SessionId, UserId,
};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::{RowReader, to_bytes, to_json};
use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "device_requests")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub device_hash: Vec<u8>,
    pub user_code: String,
    pub client_id: String,
    pub scope: String,
    pub resources: String,
    pub authorization_details: String,
    pub org: Option<String>,
    pub ip: String,
    pub created_at: i64,
    pub expires_at: i64,
    pub poll_interval: i64,
    pub polled_at: Option<i64>,
    pub session_id: Option<Uuid>,
    pub decided_at: Option<i64>,
    pub grant_id: Option<Uuid>,
    pub used_at: Option<i64>,
    pub user_id: Option<Uuid>,
    pub binding_message: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for DeviceRequest {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let reader = RowReader::new("device_requests", &row.id);
        Ok(Self {
            id: reader.read("id", DeviceRequestId::parse(&row.id))?,
            device_hash: reader.hash("device_hash", &row.device_hash)?,
            user_code: reader.read("user_code", UserCode::parse(&row.user_code))?,
            client_id: reader.read("client_id", ClientId::parse(&row.client_id))?,
            scope: reader.scope("scope", &row.scope)?,
            resources: reader.json("resources", &row.resources)?,
            authorization_details: reader
                .json("authorization_details", &row.authorization_details)?,
            org: row.org,
            ip: row.ip,
            created_at: row.created_at,
            expires_at: row.expires_at,
            poll_interval: row.poll_interval,
            polled_at: row.polled_at,
            session_id: row.session_id.map(SessionId::from_uuid),
            decided_at: row.decided_at,
            grant_id: row.grant_id.map(GrantId::from_uuid),
            used_at: row.used_at,
            backchannel: row.user_id.map(|user| Backchannel {
                user_id: UserId::from_uuid(user),
                binding_message: row.binding_message,
            }),
        })
    }
}

impl TryFrom<&DeviceRequest> for ActiveModel {
    type Error = StoreError;

    fn try_from(request: &DeviceRequest) -> Result<Self, StoreError> {
        let named = request.backchannel.as_ref();
        Ok(Self {
            id: Set(request.id.as_str().to_owned()),
            device_hash: Set(to_bytes(&request.device_hash)),
            user_code: Set(request.user_code.as_str().to_owned()),
            client_id: Set(request.client_id.as_str().to_owned()),
            scope: Set(request.scope.to_string()),
            resources: Set(to_json(&request.resources)?),
            authorization_details: Set(to_json(&request.authorization_details)?),
            org: Set(request.org.clone()),
            ip: Set(request.ip.clone()),
            created_at: Set(request.created_at),
            expires_at: Set(request.expires_at),
            poll_interval: Set(request.poll_interval),
            polled_at: Set(request.polled_at),
            session_id: Set(request.session_id.as_ref().map(SessionId::as_uuid)),
            decided_at: Set(request.decided_at),
            grant_id: Set(request.grant_id.as_ref().map(GrantId::as_uuid)),
            used_at: Set(request.used_at),
            user_id: Set(named.map(|named| named.user_id.as_uuid())),
            binding_message: Set(named.and_then(|named| named.binding_message.clone())),
        })
    }
}
