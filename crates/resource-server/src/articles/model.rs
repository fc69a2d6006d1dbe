//! The types of articles.

use serde::Serialize;
use uuid::Uuid;

use super::category::Category;
use crate::projects::model::Confidentiality;
use crate::tasks::model::format_time;
use doorward_policy::attribute_values::Attributes;
use doorward_policy::{Kind, Object, Value};

/// Maximum length of a title in characters.
pub const MAX_TITLE: usize = 200;
/// Maximum length of a body in characters.
pub const MAX_BODY: usize = 50_000;

/// A stored article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// Article ID.
    pub id: Uuid,
    /// Organization; empty for none.
    pub org: String,
    /// `sub` of the creator.
    pub author_subject: String,
    /// Title of 1 to [`MAX_TITLE`] characters.
    pub title: String,
    /// Text of at most [`MAX_BODY`] characters.
    pub body: String,
    /// Attributes that its readers and editors may change.
    pub attributes: ArticleAttributes,
    /// Time of publication in Unix seconds; `None` for a draft.
    pub published_at: Option<i64>,
    /// Number of the last change.
    pub version: i64,
    /// Time of creation in Unix seconds.
    pub created_at: i64,
    /// Time of the last change in Unix seconds.
    pub updated_at: i64,
}

/// The attributes of an article that policies use and requests set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ArticleAttributes {
    /// Code of the category.
    pub category: Option<String>,
    /// Department: a group's path without the first slash.
    pub department: Option<String>,
    /// `sub` of the responsible user.
    pub manager: Option<String>,
    /// Confidentiality level.
    pub confidentiality: Confidentiality,
    /// Plan that readers must subscribe to; `None` for free articles.
    pub plan: Option<String>,
}

impl Article {
    /// Returns the article as policies see it, with the editors of its category.
    pub(crate) fn object(&self, editors: Option<&[String]>) -> Object {
        let own = &self.attributes;
        let mut attributes = Attributes::from([
            ("owner", Value::user(&self.author_subject)),
            ("org", Value::text(&self.org)),
            ("confidentiality", Value::text(own.confidentiality.as_str())),
        ]);
        if let Some(department) = &own.department {
            attributes.insert("department", Value::text(department));
        }
        if let Some(manager) = &own.manager {
            attributes.insert("manager", Value::user(manager));
        }
        if let Some(plan) = &own.plan {
            attributes.insert("plan", Value::text(plan));
        }
        if let Some(published_at) = self.published_at {
            attributes.insert("published_at", Value::Long(published_at));
        }
        let mut related = Vec::new();
        if let Some(category) = &own.category {
            let id = Value::Entity(Kind::Category, category.clone());
            attributes.insert("category", id);
            let editors = Value::entities(Kind::Person, editors.unwrap_or_default());
            let editors = Attributes::from([("editors", editors)]);
            related.push(Object::new(Kind::Category, category, editors));
        }
        let mut object = Object::new(Kind::Document, self.id, attributes);
        object.related = related;
        object
    }

    /// Returns the article after this change at `now`.
    #[must_use]
    pub(crate) fn changed(&self, change: &Change, now: i64) -> Self {
        let mut article = self.clone();
        if let Some(title) = &change.title {
            article.title.clone_from(title);
        }
        if let Some(body) = &change.body {
            article.body.clone_from(body);
        }
        let own = &mut article.attributes;
        for (stored, new) in [
            (&mut own.category, &change.category),
            (&mut own.department, &change.department),
            (&mut own.manager, &change.manager),
            (&mut own.plan, &change.plan),
        ] {
            if let Some(new) = new {
                stored.clone_from(new);
            }
        }
        if let Some(level) = change.confidentiality {
            own.confidentiality = level;
        }
        match change.published {
            Some(true) => article.published_at = article.published_at.or(Some(now)),
            Some(false) => article.published_at = None,
            None => {}
        }
        article
    }
}

/// A change of an article: only `Some` fields change (RFC 7396).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    /// New title.
    pub title: Option<String>,
    /// New body.
    pub body: Option<String>,
    /// New category, or none.
    pub category: Option<Option<String>>,
    /// New department, or none.
    pub department: Option<Option<String>>,
    /// New manager, or none.
    pub manager: Option<Option<String>>,
    /// New level.
    pub confidentiality: Option<Confidentiality>,
    /// New plan, or none.
    pub plan: Option<Option<String>>,
    /// Publication, or its withdrawal.
    pub published: Option<bool>,
}

/// An article in a response. Lists omit the body.
#[derive(Debug, Serialize)]
pub struct ArticleView<'a> {
    id: Uuid,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'a str>,
    category: Option<&'a str>,
    department: Option<&'a str>,
    manager: Option<&'a str>,
    confidentiality: Confidentiality,
    plan: Option<&'a str>,
    author_subject: &'a str,
    published: bool,
    published_at: Option<String>,
    created_at: String,
    updated_at: String,
}

impl<'a> ArticleView<'a> {
    /// Creates the view with the body.
    pub fn whole(article: &'a Article) -> Self {
        Self {
            body: Some(&article.body),
            ..Self::listed(article)
        }
    }

    /// Creates the view of a list.
    pub fn listed(article: &'a Article) -> Self {
        let own = &article.attributes;
        Self {
            id: article.id,
            title: &article.title,
            body: None,
            category: own.category.as_deref(),
            department: own.department.as_deref(),
            manager: own.manager.as_deref(),
            confidentiality: own.confidentiality,
            plan: own.plan.as_deref(),
            author_subject: &article.author_subject,
            published: article.published_at.is_some(),
            published_at: article.published_at.map(format_time),
            created_at: format_time(article.created_at),
            updated_at: format_time(article.updated_at),
        }
    }
}

/// A category in a response.
#[derive(Debug, Serialize)]
pub(crate) struct CategoryView<'a> {
    code: &'a str,
    name: &'a str,
    /// Subjects, for callers who may change categories.
    #[serde(skip_serializing_if = "Option::is_none")]
    editors: Option<&'a [String]>,
}

impl<'a> CategoryView<'a> {
    /// Creates the view, with or without the editors.
    pub(super) fn new(category: &'a Category, with_editors: bool) -> Self {
        Self {
            code: &category.code,
            name: &category.name,
            editors: with_editors.then_some(&category.editors),
        }
    }
}
