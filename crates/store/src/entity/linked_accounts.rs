//! `linked_accounts`: accounts at identity providers that sign in here.

use doorward_domain::model::{LinkId, LinkedAccount, UserId};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use super::row::{RowReader, to_json};
use crate::error::StoreError;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "linked_accounts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    pub issuer: String,
    pub subject: String,
    pub label: String,
    pub roles: String,
    pub created_at: i64,
    pub last_used_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for LinkedAccount {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let reader = RowReader::new("linked_accounts", &row.id);
        Ok(Self {
            id: LinkId::from_uuid(row.id),
            user_id: UserId::from_uuid(row.user_id),
            roles: reader.json("roles", &row.roles)?,
            issuer: row.issuer,
            subject: row.subject,
            label: row.label,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
        })
    }
}

impl TryFrom<&LinkedAccount> for ActiveModel {
    type Error = StoreError;

    fn try_from(link: &LinkedAccount) -> Result<Self, StoreError> {
        Ok(Self {
            id: Set(link.id.as_uuid()),
            user_id: Set(link.user_id.as_uuid()),
            issuer: Set(link.issuer.clone()),
            subject: Set(link.subject.clone()),
            label: Set(link.label.clone()),
            roles: Set(to_json(&link.roles)?),
            created_at: Set(link.created_at),
            last_used_at: Set(link.last_used_at),
        })
    }
}
