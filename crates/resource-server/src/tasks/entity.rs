//! The row of the table `tasks`.

use sea_orm::entity::prelude::*;

/// `due_day` of a task without a due date: it sorts after every date and can be indexed.
pub(super) const NO_DUE_DAY: i32 = i32::MAX;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tasks")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub owner_subject: String,
    pub title: String,
    /// Lower-cased title for sorting, equal on every database.
    pub title_key: String,
    pub description: String,
    /// Empty; releases before 0.2 searched it.
    pub description_key: String,
    pub status: String,
    /// Rank as in [`super::model::Priority::rank`].
    pub priority: i32,
    /// Julian day, or [`NO_DUE_DAY`].
    pub due_day: i32,
    pub version: i64,
    pub created_at: i64,
    pub updated_at: i64,
    /// Organization, `''` for none.
    pub org: String,
    pub project_id: Option<Uuid>,
    pub assignee: Option<String>,
    pub department: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
