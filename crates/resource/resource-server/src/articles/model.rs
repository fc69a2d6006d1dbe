//! The row of the table `articles`, and the article in a response.

use doorward_policy::attribute_values::Attributes;
use doorward_policy::{Kind, Object, Value};
use sea_orm::entity::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use crate::date_time::{serialize_time, serialize_time_or_null};
use crate::entity::{plain_entity, present};
use crate::projects::model::Confidentiality;

/// Maximum length of a title in characters.
pub(crate) const MAX_TITLE: usize = 200;
/// Maximum length of a body in characters.
pub(crate) const MAX_BODY: usize = 50_000;

pub(crate) type Article = Model;

#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel, Serialize, ToSchema)]
#[sea_orm(table_name = "articles")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    #[schema(value_type = String, format = "uuid")]
    pub id: Uuid,
    pub title: String,
    /// Lower-cased title for sorting, equal on every database.
    #[serde(skip)]
    pub title_key: String,
    #[serde(skip)]
    pub body: String,
    #[schema(required)]
    pub category: Option<String>,
    /// A group's path without the first slash.
    #[schema(required)]
    pub department: Option<String>,
    #[schema(required)]
    pub manager: Option<String>,
    #[schema(inline)]
    pub confidentiality: Confidentiality,
    /// Plan that readers must subscribe to; null for free articles.
    #[schema(required)]
    pub plan: Option<String>,
    pub author_subject: String,
    /// Organization, `''` for none.
    #[serde(skip)]
    pub org: String,
    /// Time of publication; null for a draft.
    #[serde(serialize_with = "serialize_time_or_null")]
    #[schema(value_type = Option<String>, format = DateTime, required)]
    pub published_at: Option<i64>,
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

impl Article {
    /// Returns the article as policies see it, with the editors of its category.
    pub(crate) fn object(&self, editors: Option<&[String]>) -> Object {
        let level = self.confidentiality.as_str();
        let category = self.category.as_deref();
        let attributes = [
            ("owner", Some(Value::user(&self.author_subject))),
            ("org", Some(Value::text(&self.org))),
            ("confidentiality", Some(Value::text(level))),
            ("department", self.department.as_deref().map(Value::text)),
            ("manager", self.manager.as_deref().map(Value::user)),
            ("plan", self.plan.as_deref().map(Value::text)),
            ("published_at", self.published_at.map(Value::Long)),
            (
                "category",
                category.map(|code| Value::Entity(Kind::Category, code.to_owned())),
            ),
        ];
        let mut object = Object::new(Kind::Document, self.id, present(attributes));
        object.related.extend(category.map(|code| {
            let editors = Value::entities(Kind::Person, editors.unwrap_or_default());
            Object::new(
                Kind::Category,
                code,
                Attributes::from([("editors", editors)]),
            )
        }));
        object
    }
}

/// An article in a response. Lists omit the body.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ArticleView<'a> {
    #[serde(flatten)]
    #[schema(inline)]
    pub article: &'a Article,
    /// Absent in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub body: Option<&'a str>,
    pub published: bool,
}
