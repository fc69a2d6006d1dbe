//! `passkeys`: passkeys of users.

use doorward_domain::model::{Passkey, PasskeyId, UserId};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "passkeys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    pub credential_id: Vec<u8>,
    pub name: String,
    pub credential: String,
    pub backup_eligible: bool,
    pub backed_up: bool,
    pub created_at: i64,
    pub last_used_at: Option<i64>,
    pub suspected_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for Passkey {
    fn from(row: Model) -> Self {
        Self {
            id: PasskeyId::from_uuid(row.id),
            user_id: UserId::from_uuid(row.user_id),
            credential_id: row.credential_id,
            name: row.name,
            credential: row.credential,
            backup_eligible: row.backup_eligible,
            backed_up: row.backed_up,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            suspected_at: row.suspected_at,
        }
    }
}

impl From<&Passkey> for ActiveModel {
    fn from(passkey: &Passkey) -> Self {
        Self {
            id: Set(passkey.id.as_uuid()),
            user_id: Set(passkey.user_id.as_uuid()),
            credential_id: Set(passkey.credential_id.clone()),
            name: Set(passkey.name.clone()),
            credential: Set(passkey.credential.clone()),
            backup_eligible: Set(passkey.backup_eligible),
            backed_up: Set(passkey.backed_up),
            created_at: Set(passkey.created_at),
            last_used_at: Set(passkey.last_used_at),
            suspected_at: Set(passkey.suspected_at),
        }
    }
}
