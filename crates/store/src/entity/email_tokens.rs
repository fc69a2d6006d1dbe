//! `email_tokens`: mail links, by their hash.

use doorward_domain::model::{EmailPurpose, EmailToken, UserId};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::{Hex, RowReader, to_bytes};
use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "email_tokens")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub hash: Vec<u8>,
    pub user_id: Uuid,
    pub purpose: String,
    pub email: String,
    pub created_at: i64,
    pub expires_at: i64,
    pub used_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for EmailToken {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let hash = Hex(&row.hash);
        let reader = RowReader::new("email_tokens", &hash);
        Ok(Self {
            hash: reader.hash("hash", &row.hash)?,
            user_id: UserId::from_uuid(row.user_id),
            purpose: reader.read("purpose", EmailPurpose::parse(&row.purpose))?,
            email: row.email,
            created_at: row.created_at,
            expires_at: row.expires_at,
            used_at: row.used_at,
        })
    }
}

impl From<&EmailToken> for ActiveModel {
    fn from(token: &EmailToken) -> Self {
        Self {
            hash: Set(to_bytes(&token.hash)),
            user_id: Set(token.user_id.as_uuid()),
            purpose: Set(token.purpose.as_str().to_owned()),
            email: Set(token.email.clone()),
            created_at: Set(token.created_at),
            expires_at: Set(token.expires_at),
            used_at: Set(token.used_at),
        }
    }
}
