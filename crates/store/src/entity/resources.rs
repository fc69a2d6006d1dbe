//! `resources`: the registry of resources (RFC 8707).

use doorward_domain::model::Resource;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "resources")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub identifier: String,
    pub name: String,
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for Resource {
    fn from(row: Model) -> Self {
        let Model {
            identifier,
            name,
            created_at,
        } = row;
        Self {
            identifier,
            name,
            created_at,
        }
    }
}

impl From<&Resource> for ActiveModel {
    fn from(resource: &Resource) -> Self {
        Self {
            identifier: Set(resource.identifier.clone()),
            name: Set(resource.name.clone()),
            created_at: Set(resource.created_at),
        }
    }
}
