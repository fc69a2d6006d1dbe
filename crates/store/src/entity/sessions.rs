//! `sessions`: sessions of browsers.

use doorward_domain::model::{Authentication, EndReason, Session, SessionId, UserId};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::{RowReader, to_bytes, to_json};
use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub token_hash: Vec<u8>,
    pub user_id: Uuid,
    pub created_at: i64,
    pub last_seen_at: i64,
    pub idle_expires_at: i64,
    pub expires_at: i64,
    pub auth_time: i64,
    pub acr: String,
    pub amr: String,
    pub remember: bool,
    pub user_agent: String,
    pub ip: String,
    pub ended_at: Option<i64>,
    pub end_reason: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Session {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let reader = RowReader::new("sessions", &row.id);
        let end_reason = row.end_reason.as_deref();
        Ok(Self {
            id: SessionId::from_uuid(row.id),
            token_hash: reader.hash("token_hash", &row.token_hash)?,
            user_id: UserId::from_uuid(row.user_id),
            authentication: Authentication {
                auth_time: row.auth_time,
                amr: reader.json("amr", &row.amr)?,
                acr: row.acr,
            },
            end_reason: end_reason
                .map(|text| reader.read("end_reason", EndReason::parse(text)))
                .transpose()?,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            idle_expires_at: row.idle_expires_at,
            expires_at: row.expires_at,
            remember: row.remember,
            user_agent: row.user_agent,
            ip: row.ip,
            ended_at: row.ended_at,
        })
    }
}

impl TryFrom<&Session> for ActiveModel {
    type Error = StoreError;

    fn try_from(session: &Session) -> Result<Self, StoreError> {
        Ok(Self {
            id: Set(session.id.as_uuid()),
            token_hash: Set(to_bytes(&session.token_hash)),
            user_id: Set(session.user_id.as_uuid()),
            created_at: Set(session.created_at),
            last_seen_at: Set(session.last_seen_at),
            idle_expires_at: Set(session.idle_expires_at),
            expires_at: Set(session.expires_at),
            auth_time: Set(session.authentication.auth_time),
            acr: Set(session.authentication.acr.clone()),
            amr: Set(to_json(&session.authentication.amr)?),
            remember: Set(session.remember),
            user_agent: Set(session.user_agent.clone()),
            ip: Set(session.ip.clone()),
            ended_at: Set(session.ended_at),
            end_reason: Set(session.end_reason.map(|reason| reason.as_str().to_owned())),
        })
    }
}
