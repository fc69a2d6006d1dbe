//! `organization_members`: memberships in organizations.

use doorward_domain::model::{Member, UserId};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "organization_members")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub org: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    pub is_owner: bool,
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for Member {
    fn from(row: Model) -> Self {
        Self {
            user_id: UserId::from_uuid(row.user_id),
            is_owner: row.is_owner,
            created_at: row.created_at,
        }
    }
}
