//! `resources`: the registry of resources (RFC 8707).

use doorward_domain::model::{AccessTokenType, AskedClaims, Resource};
use doorward_protocol::signing_alg::SigningAlg;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::RowReader;
use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "resources")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub identifier: String,
    pub name: String,
    pub token_type: String,
    pub token_signing_alg: String,
    pub token_claims: Option<String>,
    pub access_token_ttl: Option<i64>,
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Resource {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let reader = RowReader::new("resources", &row.identifier);
        let token_type = AccessTokenType::parse(&row.token_type);
        Ok(Self {
            token_type: reader.read("token_type", token_type)?,
            token_signing_alg: reader.read(
                "token_signing_alg",
                SigningAlg::parse(&row.token_signing_alg),
            )?,
            // Access tokens for resources of earlier releases keep their claims.
            token_claims: match &row.token_claims {
                Some(names) => reader.read("token_claims", AskedClaims::parse(names))?,
                None => AskedClaims::FORMER,
            },
            access_token_ttl: row.access_token_ttl,
            identifier: row.identifier,
            name: row.name,
            created_at: row.created_at,
        })
    }
}

impl From<&Resource> for ActiveModel {
    fn from(resource: &Resource) -> Self {
        Self {
            identifier: Set(resource.identifier.clone()),
            name: Set(resource.name.clone()),
            token_type: Set(resource.token_type.as_str().to_owned()),
            token_signing_alg: Set(resource.token_signing_alg.to_string()),
            token_claims: Set(Some(resource.token_claims.names().join(" "))),
            access_token_ttl: Set(resource.access_token_ttl),
            created_at: Set(resource.created_at),
        }
    }
}
