//! `providers`: identity providers.

use doorward_domain::model::{Provider, ProviderId};
use doorward_domain::rules::url_source::operator_provider_urls;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::entity::prelude::*;

use super::row::{RowReader, to_json};
use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "providers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub name: String,
    pub issuer: String,
    pub client_id: String,
    pub secret_sealed: Option<Vec<u8>>,
    pub settings: String,
    pub operator_urls: Option<String>,
    pub disabled_at: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
    pub last_used_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Provider {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let reader = RowReader::new("providers", &row.id);
        let written = row.operator_urls.as_deref();
        let written = written.map(|text| reader.json("operator_urls", text));
        let mut provider = Self {
            id: reader.read("id", ProviderId::parse(&row.id))?,
            settings: reader.json("settings", &row.settings)?,
            operator_urls: Vec::new(),
            name: row.name,
            issuer: row.issuer,
            client_id: row.client_id,
            secret_sealed: row.secret_sealed,
            disabled_at: row.disabled_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
        };
        provider.operator_urls = match written {
            Some(urls) => urls?,
            // Providers of earlier releases keep working.
            None => operator_provider_urls(&[], &provider, true),
        };
        Ok(provider)
    }
}

impl TryFrom<&Provider> for ActiveModel {
    type Error = StoreError;

    fn try_from(provider: &Provider) -> Result<Self, StoreError> {
        Ok(Self {
            id: Set(provider.id.as_str().to_owned()),
            name: Set(provider.name.clone()),
            issuer: Set(provider.issuer.clone()),
            client_id: Set(provider.client_id.clone()),
            secret_sealed: Set(provider.secret_sealed.clone()),
            settings: Set(to_json(&provider.settings)?),
            operator_urls: Set(Some(to_json(&provider.operator_urls)?)),
            disabled_at: Set(provider.disabled_at),
            created_at: Set(provider.created_at),
            updated_at: Set(provider.updated_at),
            // Written by the task that links the audit events only.
            last_used_at: NotSet,
        })
    }
}
