//! `email_sign_ins`: sign-ins waiting for an e-mailed code or link.

use doorward_domain::model::{AttemptId, EmailSignIn, InteractionId, UserId};
use doorward_domain::secret::TokenHash;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::{RowReader, to_bytes};
use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "email_sign_ins")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub browser_hash: Vec<u8>,
    pub remember: bool,
    pub interaction_id: Option<String>,
    pub next: Option<String>,
    pub user_id: Option<Uuid>,
    pub email: Option<String>,
    pub mailed_at: Option<i64>,
    pub code_hash: Option<Vec<u8>>,
    pub link_hash: Option<Vec<u8>>,
    pub created_at: i64,
    pub expires_at: i64,
    pub tries: i64,
    pub used_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for EmailSignIn {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let reader = RowReader::new("email_sign_ins", &row.id);
        let interaction = row.interaction_id.as_deref();
        let hash = |column, bytes: &Option<Vec<u8>>| -> Result<Option<TokenHash>, StoreError> {
            let bytes = bytes.as_deref();
            bytes.map(|bytes| reader.hash(column, bytes)).transpose()
        };
        Ok(Self {
            id: reader.read("id", AttemptId::parse(&row.id))?,
            browser_hash: reader.hash("browser_hash", &row.browser_hash)?,
            remember: row.remember,
            interaction_id: interaction
                .map(|text| reader.read("interaction_id", InteractionId::parse(text)))
                .transpose()?,
            user_id: row.user_id.map(UserId::from_uuid),
            mailed_at: row.mailed_at,
            code_hash: hash("code_hash", &row.code_hash)?,
            link_hash: hash("link_hash", &row.link_hash)?,
            created_at: row.created_at,
            expires_at: row.expires_at,
            tries: reader.read("tries", u32::try_from(row.tries).ok())?,
            used_at: row.used_at,
            next: row.next.clone(),
            email: row.email.clone(),
        })
    }
}

impl From<&EmailSignIn> for ActiveModel {
    fn from(waiting: &EmailSignIn) -> Self {
        let interaction = waiting.interaction_id.as_ref();
        Self {
            id: Set(waiting.id.as_str().to_owned()),
            browser_hash: Set(to_bytes(&waiting.browser_hash)),
            remember: Set(waiting.remember),
            interaction_id: Set(interaction.map(|id| id.as_str().to_owned())),
            next: Set(waiting.next.clone()),
            user_id: Set(waiting.user_id.map(|id| id.as_uuid())),
            email: Set(waiting.email.clone()),
            mailed_at: Set(waiting.mailed_at),
            code_hash: Set(waiting.code_hash.as_ref().map(to_bytes)),
            link_hash: Set(waiting.link_hash.as_ref().map(to_bytes)),
            created_at: Set(waiting.created_at),
            expires_at: Set(waiting.expires_at),
            tries: Set(i64::from(waiting.tries)),
            used_at: Set(waiting.used_at),
        }
    }
}
