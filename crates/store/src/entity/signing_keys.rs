//! `signing_keys`: signing keys with sealed private keys.

use doorward_domain::keys::KeyRecord;
use doorward_protocol::signing_alg::SigningAlg;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::RowReader;
use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "signing_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub kid: String,
    pub algorithm: String,
    pub public_jwk: String,
    pub private_sealed: Vec<u8>,
    pub created_at: i64,
    pub active_at: i64,
    pub retired_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for KeyRecord {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let reader = RowReader::new("signing_keys", &row.kid);
        Ok(Self {
            algorithm: reader.read("algorithm", SigningAlg::parse(&row.algorithm))?,
            kid: row.kid,
            public_jwk: row.public_jwk,
            private_sealed: row.private_sealed,
            created_at: row.created_at,
            active_at: row.active_at,
            retired_at: row.retired_at,
        })
    }
}

impl From<&KeyRecord> for ActiveModel {
    fn from(key: &KeyRecord) -> Self {
        Self {
            kid: Set(key.kid.clone()),
            algorithm: Set(key.algorithm.to_string()),
            public_jwk: Set(key.public_jwk.clone()),
            private_sealed: Set(key.private_sealed.clone()),
            created_at: Set(key.created_at),
            active_at: Set(key.active_at),
            retired_at: Set(key.retired_at),
        }
    }
}
