//! `audit_seals`: the chain over the audit log.

use doorward_domain::model::AuditId;
use doorward_domain::rules::audit_chain::{ChainLink, LinkHash};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::RowReader;
use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_seals")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    pub day: i64,
    pub event_id: Option<Uuid>,
    pub hash: Vec<u8>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for ChainLink {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let reader = RowReader::new("audit_seals", &row.seq);
        Ok(Self {
            seq: row.seq,
            day: row.day,
            event: row.event_id.map(AuditId::from_uuid),
            hash: reader.read("hash", LinkHash::from_slice(&row.hash))?,
        })
    }
}

impl From<&ChainLink> for ActiveModel {
    fn from(seal: &ChainLink) -> Self {
        Self {
            seq: Set(seal.seq),
            day: Set(seal.day),
            event_id: Set(seal.event.map(|event| event.as_uuid())),
            hash: Set(seal.hash.as_bytes().to_vec()),
        }
    }
}
