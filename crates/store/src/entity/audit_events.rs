//! `audit_events`: audit events, kept permanently.

use doorward_domain::model::id::AuditId;
use doorward_domain::model::{AuditEvent, AuditKind, AuditRecord};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::{RowReader, to_json};
use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_events")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub at: i64,
    pub kind: String,
    pub actor: Option<String>,
    pub subject: Option<String>,
    pub client_id: Option<String>,
    pub ip: Option<String>,
    pub user_agent: Option<String>,
    pub success: bool,
    pub detail: String,
    pub request_id: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for AuditEvent {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let reader = RowReader::new("audit_events", &row.id);
        let ip = row.ip.as_deref();
        Ok(Self {
            id: AuditId::from_uuid(row.id),
            at: row.at,
            kind: reader.read("kind", AuditKind::parse(&row.kind))?,
            ip: ip
                .map(|text| reader.read("ip", text.parse().ok()))
                .transpose()?,
            detail: reader.json("detail", &row.detail)?,
            actor: row.actor,
            subject: row.subject,
            client_id: row.client_id,
            user_agent: row.user_agent,
            success: row.success,
            request_id: row.request_id,
        })
    }
}

impl From<Model> for AuditRecord {
    fn from(row: Model) -> Self {
        Self {
            id: AuditId::from_uuid(row.id),
            at: row.at,
            kind: row.kind,
            actor: row.actor,
            subject: row.subject,
            client_id: row.client_id,
            ip: row.ip,
            user_agent: row.user_agent,
            success: row.success,
            detail: row.detail,
            request_id: row.request_id,
        }
    }
}

impl TryFrom<&AuditEvent> for ActiveModel {
    type Error = StoreError;

    fn try_from(event: &AuditEvent) -> Result<Self, StoreError> {
        Ok(Self {
            id: Set(event.id.as_uuid()),
            at: Set(event.at),
            kind: Set(event.kind.as_str().to_owned()),
            actor: Set(event.actor.clone()),
            subject: Set(event.subject.clone()),
            client_id: Set(event.client_id.clone()),
            ip: Set(event.ip.map(|ip| ip.to_string())),
            user_agent: Set(event.user_agent.clone()),
            success: Set(event.success),
            detail: Set(to_json(&event.detail)?),
            request_id: Set(event.request_id.clone()),
        })
    }
}
