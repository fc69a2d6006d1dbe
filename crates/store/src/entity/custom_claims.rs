//! `custom_claims`: mappings of custom claims.

use doorward_domain::model::{ClaimMapping, ClientId};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::{RowReader, to_json};
use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "custom_claims")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub claim: String,
    pub client_id: Option<String>,
    pub source: String,
    pub outputs: String,
    pub scope: Option<String>,
    pub created_at: i64,
    pub updated_at: i64,
    pub path: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for ClaimMapping {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let reader = RowReader::new("custom_claims", &row.id);
        let client = row.client_id.as_deref();
        let path = row.path.as_deref();
        Ok(Self {
            client_id: client
                .map(|id| reader.read("client_id", ClientId::parse(id)))
                .transpose()?,
            source: reader.json("source", &row.source)?,
            outputs: reader.json("outputs", &row.outputs)?,
            path: path
                .map(|path| reader.json("path", path))
                .transpose()?
                .unwrap_or_default(),
            id: row.id,
            claim: row.claim,
            scope: row.scope,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

impl TryFrom<&ClaimMapping> for ActiveModel {
    type Error = StoreError;

    fn try_from(mapping: &ClaimMapping) -> Result<Self, StoreError> {
        let client = mapping.client_id.as_ref();
        Ok(Self {
            id: Set(mapping.id.clone()),
            claim: Set(mapping.claim.clone()),
            client_id: Set(client.map(|id| id.as_str().to_owned())),
            source: Set(to_json(&mapping.source)?),
            outputs: Set(to_json(&mapping.outputs)?),
            scope: Set(mapping.scope.clone()),
            created_at: Set(mapping.created_at),
            updated_at: Set(mapping.updated_at),
            path: Set(match mapping.path.as_slice() {
                [] => None,
                path => Some(to_json(&path)?),
            }),
        })
    }
}
