//! `login_failures`: failed sign-ins since the last successful one, by the keyed hash of their
//! bucket.

use doorward_domain::rules::rate_limit::Failures;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "login_failures")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub bucket: Vec<u8>,
    pub failures: i64,
    pub locked_until: Option<i64>,
    pub updated_at: i64,
    pub user_id: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for Failures {
    fn from(row: Model) -> Self {
        Self {
            count: row.failures,
            locked_until: row.locked_until,
            updated_at: row.updated_at,
        }
    }
}
