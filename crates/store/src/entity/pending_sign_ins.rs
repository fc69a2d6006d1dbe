//! `pending_sign_ins`: sign-ins waiting for the second factor.

use doorward_domain::model::{
    AttemptId, FirstFactor, InteractionId, PendingSignIn, SessionId, UserId,
};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::{RowReader, to_bytes};
use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "pending_sign_ins")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub browser_hash: Vec<u8>,
    pub user_id: Uuid,
    pub first: String,
    pub first_at: Option<i64>,
    pub session_id: Option<Uuid>,
    pub remember: bool,
    pub interaction_id: Option<String>,
    pub next: Option<String>,
    pub created_at: i64,
    pub expires_at: i64,
    pub tries: i64,
    pub done_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

const PASSWORD: &str = "password";
const PROVIDER: &str = "provider";
const EMAIL: &str = "email";
const OPERATOR: &str = "operator";
const SESSION: &str = "session";

impl TryFrom<Model> for PendingSignIn {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let reader = RowReader::new("pending_sign_ins", &row.id);
        let first = match (row.first.as_str(), row.session_id, row.first_at) {
            (PASSWORD, None, _) => Some(FirstFactor::Password),
            (PROVIDER, None, Some(at)) => Some(FirstFactor::Provider(at)),
            (EMAIL, None, _) => Some(FirstFactor::Email),
            (OPERATOR, None, _) => Some(FirstFactor::Operator),
            (SESSION, Some(id), _) => Some(FirstFactor::Session(SessionId::from_uuid(id))),
            _ => None,
        };
        let interaction = row.interaction_id.as_deref();
        Ok(Self {
            id: reader.read("id", AttemptId::parse(&row.id))?,
            browser_hash: reader.hash("browser_hash", &row.browser_hash)?,
            user_id: UserId::from_uuid(row.user_id),
            first: reader.read("first", first)?,
            remember: row.remember,
            interaction_id: interaction
                .map(|text| reader.read("interaction_id", InteractionId::parse(text)))
                .transpose()?,
            next: row.next.clone(),
            created_at: row.created_at,
            expires_at: row.expires_at,
            tries: reader.read("tries", u32::try_from(row.tries).ok())?,
            done_at: row.done_at,
        })
    }
}

impl From<&PendingSignIn> for ActiveModel {
    fn from(pending: &PendingSignIn) -> Self {
        let (first, session_id, first_at) = match &pending.first {
            FirstFactor::Password => (PASSWORD, None, None),
            FirstFactor::Provider(at) => (PROVIDER, None, Some(*at)),
            FirstFactor::Email => (EMAIL, None, None),
            FirstFactor::Operator => (OPERATOR, None, None),
            FirstFactor::Session(id) => (SESSION, Some(id.as_uuid()), None),
        };
        let interaction = pending.interaction_id.as_ref();
        Self {
            id: Set(pending.id.as_str().to_owned()),
            browser_hash: Set(to_bytes(&pending.browser_hash)),
            user_id: Set(pending.user_id.as_uuid()),
            first: Set(first.to_owned()),
            first_at: Set(first_at),
            session_id: Set(session_id),
            remember: Set(pending.remember),
            interaction_id: Set(interaction.map(|id| id.as_str().to_owned())),
            next: Set(pending.next.clone()),
            created_at: Set(pending.created_at),
            expires_at: Set(pending.expires_at),
            tries: Set(i64::from(pending.tries)),
            done_at: Set(pending.done_at),
        }
    }
}
