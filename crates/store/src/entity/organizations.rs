//! `organizations`: organizations, including deleted ones.

use doorward_domain::model::Organization;
use doorward_domain::rules::search;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "organizations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub slug: String,
    pub name: String,
    pub active: bool,
    pub created_at: i64,
    pub updated_at: i64,
    pub deleted_at: Option<i64>,
    pub domain: Option<String>,
    pub name_key: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for Organization {
    fn from(row: Model) -> Self {
        Self {
            slug: row.slug,
            name: row.name,
            active: row.active,
            domain: row.domain,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

impl From<&Organization> for ActiveModel {
    fn from(organization: &Organization) -> Self {
        Self {
            slug: Set(organization.slug.clone()),
            name: Set(organization.name.clone()),
            active: Set(organization.active),
            created_at: Set(organization.created_at),
            updated_at: Set(organization.updated_at),
            deleted_at: NotSet,
            domain: Set(organization.domain.clone()),
            name_key: Set(Some(search::key(&organization.name))),
        }
    }
}
