//! `groups`: user groups, which form trees.

use doorward_domain::model::{Group, GroupId, UserId};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "groups")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub path: String,
    pub description: String,
    pub org: Option<String>,
    pub parent_id: Option<Uuid>,
    pub manager_id: Option<Uuid>,
    pub created_at: i64,
    pub updated_at: i64,
    pub code: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for Group {
    fn from(row: Model) -> Self {
        Self {
            id: GroupId::from_uuid(row.id),
            path: row.path,
            description: row.description,
            code: row.code,
            org: row.org,
            parent: row.parent_id.map(GroupId::from_uuid),
            manager: row.manager_id.map(UserId::from_uuid),
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

impl From<&Group> for ActiveModel {
    fn from(group: &Group) -> Self {
        Self {
            id: Set(group.id.as_uuid()),
            path: Set(group.path.clone()),
            description: Set(group.description.clone()),
            org: Set(group.org.clone()),
            parent_id: Set(group.parent.as_ref().map(GroupId::as_uuid)),
            manager_id: Set(group.manager.as_ref().map(UserId::as_uuid)),
            created_at: Set(group.created_at),
            updated_at: Set(group.updated_at),
            code: Set(group.code.clone()),
        }
    }
}
