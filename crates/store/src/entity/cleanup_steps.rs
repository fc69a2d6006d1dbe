//! `cleanup_steps`: the last success of each step of the cleanup.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "cleanup_steps")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub step: String,
    pub first_at: i64,
    pub last_at: i64,
    pub succeeded_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
