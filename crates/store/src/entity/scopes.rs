//! `scopes`: registered scopes.

use doorward_domain::model::ScopeEntry;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "scopes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub description: String,
    pub audience: Option<String>,
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for ScopeEntry {
    fn from(row: Model) -> Self {
        let Model {
            name,
            description,
            audience,
            created_at,
        } = row;
        Self {
            name,
            description,
            audience,
            created_at,
        }
    }
}

impl From<&ScopeEntry> for ActiveModel {
    fn from(entry: &ScopeEntry) -> Self {
        Self {
            name: Set(entry.name.clone()),
            description: Set(entry.description.clone()),
            audience: Set(entry.audience.clone()),
            created_at: Set(entry.created_at),
        }
    }
}
