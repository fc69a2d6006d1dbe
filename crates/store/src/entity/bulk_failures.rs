//! `bulk_failures`: users that a bulk change could not change.

use doorward_domain::model::{BulkFailure, UserId};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "bulk_failures")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub change_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    pub reason: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for BulkFailure {
    fn from(row: Model) -> Self {
        Self {
            user: UserId::from_uuid(row.user_id),
            reason: row.reason,
        }
    }
}
