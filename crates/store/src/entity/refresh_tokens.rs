//! `refresh_tokens`: refresh tokens, by their hash.

use doorward_domain::model::{ClientId, GrantId, RefreshToken};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::{Hex, RowReader, to_bytes};
use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "refresh_tokens")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub hash: Vec<u8>,
    pub grant_id: Uuid,
    pub client_id: String,
    pub scope: String,
    pub dpop_jkt: Option<String>,
    pub certificate_thumbprint: Option<String>,
    pub created_at: i64,
    pub expires_at: i64,
    pub used_at: Option<i64>,
    pub successor_hash: Option<Vec<u8>>,
    pub successor_sealed: Option<Vec<u8>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for RefreshToken {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let hash = Hex(&row.hash);
        let reader = RowReader::new("refresh_tokens", &hash);
        let successor = row.successor_hash.as_deref();
        Ok(Self {
            hash: reader.hash("hash", &row.hash)?,
            grant_id: GrantId::from_uuid(row.grant_id),
            client_id: reader.read("client_id", ClientId::parse(&row.client_id))?,
            scope: reader.scope("scope", &row.scope)?,
            dpop_jkt: row.dpop_jkt,
            certificate_thumbprint: row.certificate_thumbprint,
            successor_hash: successor
                .map(|bytes| reader.hash("successor_hash", bytes))
                .transpose()?,
            successor_sealed: row.successor_sealed,
            created_at: row.created_at,
            expires_at: row.expires_at,
            used_at: row.used_at,
        })
    }
}

impl From<&RefreshToken> for ActiveModel {
    fn from(token: &RefreshToken) -> Self {
        Self {
            hash: Set(to_bytes(&token.hash)),
            grant_id: Set(token.grant_id.as_uuid()),
            client_id: Set(token.client_id.as_str().to_owned()),
            scope: Set(token.scope.to_string()),
            dpop_jkt: Set(token.dpop_jkt.clone()),
            certificate_thumbprint: Set(token.certificate_thumbprint.clone()),
            created_at: Set(token.created_at),
            expires_at: Set(token.expires_at),
            used_at: Set(token.used_at),
            successor_hash: Set(token.successor_hash.as_ref().map(to_bytes)),
            successor_sealed: Set(token.successor_sealed.clone()),
        }
    }
}
