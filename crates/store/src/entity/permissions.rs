//! `permissions`: permissions at an audience.

use doorward_domain::model::Permission;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "permissions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub codename: String,
    pub description: String,
    pub audience: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for Permission {
    fn from(row: Model) -> Self {
        let Model {
            codename,
            description,
            audience,
        } = row;
        Self {
            codename,
            description,
            audience,
        }
    }
}

impl From<&Permission> for ActiveModel {
    fn from(permission: &Permission) -> Self {
        Self {
            codename: Set(permission.codename.clone()),
            description: Set(permission.description.clone()),
            audience: Set(permission.audience.clone()),
        }
    }
}
