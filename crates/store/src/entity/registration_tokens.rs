//! `registration_tokens`: initial access tokens for dynamic registration, by their hash.

use doorward_domain::model::{RegistrationToken, RegistrationTokenId};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::{RowReader, to_bytes};
use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "registration_tokens")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub hash: Vec<u8>,
    pub note: String,
    pub uses_left: i64,
    pub created_by: Option<String>,
    pub created_at: i64,
    pub expires_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for RegistrationToken {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let reader = RowReader::new("registration_tokens", &row.id);
        Ok(Self {
            id: RegistrationTokenId::from_uuid(row.id),
            hash: reader.hash("hash", &row.hash)?,
            note: row.note,
            uses_left: row.uses_left,
            created_by: row.created_by,
            created_at: row.created_at,
            expires_at: row.expires_at,
        })
    }
}

impl From<&RegistrationToken> for ActiveModel {
    fn from(token: &RegistrationToken) -> Self {
        Self {
            id: Set(token.id.as_uuid()),
            hash: Set(to_bytes(&token.hash)),
            note: Set(token.note.clone()),
            uses_left: Set(token.uses_left),
            created_by: Set(token.created_by.clone()),
            created_at: Set(token.created_at),
            expires_at: Set(token.expires_at),
        }
    }
}
