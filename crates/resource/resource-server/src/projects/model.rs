//! The row of the table `projects`, and the project in a response.

use doorward_policy::{Kind, Object, Value};
use sea_orm::entity::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use crate::date_time::serialize_time;
use crate::entity::{plain_entity, present};
use crate::words::words;

/// Maximum length of a name in characters.
pub(crate) const MAX_NAME: usize = 200;
/// Maximum length of a description and of notes in characters.
pub(crate) const MAX_TEXT: usize = 10_000;

words! {
    /// The readers of a project, from the most open level to the most restricted one.
    #[derive(Default, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
    Confidentiality {
        Public = "public",
        /// All users of the organization, but not its services.
        #[default]
        Internal = "internal",
        Confidential = "confidential",
        Restricted = "restricted",
    }
}

words! {
    #[derive(Default, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
    Status {
        Planning = "planning",
        #[default]
        Active = "active",
        Completed = "completed",
        Cancelled = "cancelled",
    }
}

pub(crate) type Project = Model;

#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel, Serialize, ToSchema)]
#[sea_orm(table_name = "projects")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    #[schema(value_type = String, format = "uuid")]
    pub id: Uuid,
    pub name: String,
    /// Lower-cased name for searching and sorting, equal on every database.
    #[serde(skip)]
    pub name_key: String,
    pub description: String,
    /// A group's path without the first slash.
    #[schema(required)]
    pub department: Option<String>,
    #[schema(inline)]
    pub confidentiality: Confidentiality,
    #[schema(inline)]
    pub status: Status,
    pub owner_subject: String,
    /// Organization, `''` for none.
    #[serde(skip)]
    pub org: String,
    /// Budget in the smallest unit of the currency.
    #[serde(skip)]
    pub budget: Option<i64>,
    #[serde(skip)]
    pub internal_notes: String,
    #[serde(serialize_with = "serialize_time")]
    #[schema(value_type = String, format = DateTime)]
    pub created_at: i64,
    #[serde(serialize_with = "serialize_time")]
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: i64,
    #[serde(skip)]
    pub version: i64,
}

plain_entity!();

impl Project {
    /// Returns the project as policies see it.
    pub(crate) fn object(&self) -> Object {
        let level = self.confidentiality.as_str();
        let attributes = [
            ("owner", Some(Value::user(&self.owner_subject))),
            ("org", Some(Value::text(&self.org))),
            ("confidentiality", Some(Value::text(level))),
            ("status", Some(Value::text(self.status.as_str()))),
            ("department", self.department.as_deref().map(Value::text)),
        ];
        Object::new(Kind::Project, self.id, present(attributes))
    }
}

/// A project in a response. Fields that the caller may not read are absent, in a list also the members.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProjectView<'a> {
    #[serde(flatten)]
    #[schema(inline)]
    pub project: &'a Project,
    /// In the smallest unit of the currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>, minimum = 0)]
    #[expect(
        clippy::option_option,
        reason = "not to be seen, none and a number are three things"
    )]
    pub budget: Option<Option<i64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub internal_notes: Option<&'a str>,
    /// Absent in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub member_count: Option<u64>,
    /// Path of the list; absent in lists, and for callers who may not read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub members_url: Option<String>,
}
