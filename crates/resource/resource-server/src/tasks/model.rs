//! The row of the table `tasks`, which is also the task in a response.

use doorward_policy::{Kind, Object, Value};
use sea_orm::entity::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use crate::date_time::{serialize_day, serialize_time};
use crate::entity::{plain_entity, present};
use crate::words::words;

/// Maximum length of a title in characters.
pub(crate) const MAX_TITLE: usize = 200;
/// Maximum length of a description in characters.
pub(crate) const MAX_DESCRIPTION: usize = 10_000;

words! {
    #[derive(Default, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
    Status {
        #[default]
        Todo = "todo",
        InProgress = "in_progress",
        Done = "done",
        Cancelled = "cancelled",
    }
}

words! {
    /// The priority of a task. The database sorts by its number.
    #[derive(Default, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "i32", db_type = "Integer")]
    Priority {
        #[sea_orm(num_value = 1)]
        Low = "low",
        #[default]
        #[sea_orm(num_value = 2)]
        Medium = "medium",
        #[sea_orm(num_value = 3)]
        High = "high",
        #[sea_orm(num_value = 4)]
        Urgent = "urgent",
    }
}

pub(crate) type Task = Model;

#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel, Serialize, ToSchema)]
#[sea_orm(table_name = "tasks")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    #[schema(value_type = String, format = "uuid")]
    pub id: Uuid,
    pub title: String,
    /// Lower-cased title for sorting, equal on every database.
    #[serde(skip)]
    pub title_key: String,
    pub description: String,
    /// Empty; releases before 0.2 searched it.
    #[serde(skip)]
    pub description_key: String,
    #[schema(inline)]
    pub status: Status,
    #[schema(inline)]
    pub priority: Priority,
    // Julian day, or `NO_DAY`.
    #[serde(rename = "due_date", serialize_with = "serialize_day")]
    #[schema(value_type = Option<String>, format = Date, required)]
    pub due_day: i32,
    pub owner_subject: String,
    /// Organization, `''` for none.
    #[serde(skip)]
    pub org: String,
    #[serde(rename = "project", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = "uuid")]
    pub project_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub assignee: Option<String>,
    /// A group's path without the first slash.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub department: Option<String>,
    #[serde(serialize_with = "serialize_time")]
    #[schema(value_type = String, format = DateTime)]
    pub created_at: i64,
    #[serde(serialize_with = "serialize_time")]
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: i64,
    /// Number of the last change, from which the entity tag is derived (RFC 9110 §8.8.3).
    #[serde(skip)]
    pub version: i64,
}

plain_entity!();

impl Task {
    /// Returns the task as policies see it; `project` is its project.
    pub(crate) fn object(&self, project: Option<&Object>) -> Object {
        let project_id = self
            .project_id
            .map(|id| Value::Entity(Kind::Project, id.to_string()));
        let priority = self.priority.to_value().into();
        let attributes = [
            ("owner", Some(Value::user(&self.owner_subject))),
            ("org", Some(Value::text(&self.org))),
            ("status", Some(Value::text(self.status.as_str()))),
            ("priority", Some(Value::Long(priority))),
            ("assignee", self.assignee.as_deref().map(Value::user)),
            ("department", self.department.as_deref().map(Value::text)),
            ("project", project_id),
        ];
        let mut object = Object::new(Kind::Task, self.id, present(attributes));
        object.related.extend(project.cloned());
        object
    }
}
