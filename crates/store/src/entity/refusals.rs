//! `refusals`: recent denials of the JSON API, kept so that they can be explained.

use doorward_domain::model::{DenialId, DenialRecord};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::{RowReader, to_json};
use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "refusals")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub at: i64,
    pub rule: String,
    pub actor: Option<String>,
    pub client_id: Option<String>,
    pub detail: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for DenialRecord {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            detail: RowReader::new("refusals", &row.id).json("detail", &row.detail)?,
            id: DenialId::from_uuid(row.id),
            at: row.at,
            rule: row.rule,
            actor: row.actor,
            client_id: row.client_id,
        })
    }
}

impl TryFrom<&DenialRecord> for ActiveModel {
    type Error = StoreError;

    fn try_from(record: &DenialRecord) -> Result<Self, StoreError> {
        Ok(Self {
            id: Set(record.id.as_uuid()),
            at: Set(record.at),
            rule: Set(record.rule.clone()),
            actor: Set(record.actor.clone()),
            client_id: Set(record.client_id.clone()),
            detail: Set(to_json(&record.detail)?),
        })
    }
}
