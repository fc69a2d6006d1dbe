//! `stats`: numbers of events by client, hour and kind.

use doorward_domain::model::{StatCount, StatKind};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::RowReader;
use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stats")]
pub struct Model {
    /// Client; empty for the whole deployment.
    #[sea_orm(primary_key, auto_increment = false)]
    pub client_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub hour: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    pub n: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for StatCount {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let reader = RowReader::new("stats", &row.hour);
        Ok(Self {
            kind: reader.read("kind", StatKind::parse(&row.kind))?,
            client: Some(row.client_id).filter(|id| !id.is_empty()),
            hour: row.hour,
            n: row.n,
        })
    }
}

impl From<&StatCount> for ActiveModel {
    fn from(count: &StatCount) -> Self {
        Self {
            client_id: Set(count.client.clone().unwrap_or_default()),
            hour: Set(count.hour),
            kind: Set(count.kind.as_str().to_owned()),
            n: Set(count.n),
        }
    }
}
