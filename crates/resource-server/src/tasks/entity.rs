//! The row of table `tasks`.

use sea_orm::entity::prelude::*;

/// `due_day` of a task without a due date: it sorts after every date, and an index serves it.
pub(super) const NO_DUE_DAY: i32 = i32::MAX;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tasks")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub owner_subject: String,
    pub title: String,
    /// The lower-cased title: searched and sorted by, the same on every database.
    pub title_key: String,
    pub description: String,
    /// The lower-cased description: searched.
    pub description_key: String,
    pub status: String,
    /// [`super::model::Priority::rank`].
    pub priority: i32,
    /// Julian day, or [`NO_DUE_DAY`].
    pub due_day: i32,
    pub version: i64,
    pub created_at: i64,
    pub updated_at: i64,
    /// The tenant, `''` for none.
    pub org: String,
    pub project_id: Option<Uuid>,
    pub assignee: Option<String>,
    pub department: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
