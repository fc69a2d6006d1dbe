//! `roles`: named sets of permissions.

use doorward_domain::model::Role;
use sea_orm::FromQueryResult;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "roles")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub description: String,
    pub active: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A role with its permissions.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Full {
    pub name: String,
    pub description: String,
    pub active: bool,
    /// Codenames separated by spaces, which no codename contains.
    pub permissions: Option<String>,
}

impl From<Full> for Role {
    fn from(row: Full) -> Self {
        let permissions = row.permissions.unwrap_or_default();
        Self {
            name: row.name,
            description: row.description,
            active: row.active,
            permissions: permissions.split_whitespace().map(str::to_owned).collect(),
        }
    }
}
