//! Articles as a resource: columns, query parameters, bodies, and the checks of a change.

use std::collections::BTreeMap;

use doorward_policy::{Action, Kind, Object};
use sea_orm::prelude::Expr;
use sea_orm::{ColumnType, ConnectionTrait, DbErr};
use serde_json::json;
use uuid::Uuid;

use super::category::{CODE, parse_code};
use super::category_store;
use super::model::{ActiveModel, Article, ArticleView, Column, Entity, MAX_BODY, MAX_TITLE};
use super::permissions::{DeleteContent, ReadContent, WriteContent};
use crate::audit::{Event, Kind as EventKind, sensitive_change};
use crate::caller::Caller;
use crate::fields::Fields;
use crate::problem::{Problem, Result};
use crate::projects::model::Confidentiality;
use crate::resource::{
    Change, Filter, Identity, Parameter, Resource, TableObject, apply, common_columns, given,
    sort_key,
};
use crate::sql_condition::{ColumnMapper, ColumnMapping};

/// Returns the column of an article's attribute. An article belongs to no project.
pub(crate) fn column_mapping(path: &[&str]) -> Option<ColumnMapping> {
    match path {
        ["project", ..] => Some(ColumnMapping::Column(Expr::cust("NULL"), ColumnType::Text)),
        _ => ColumnMapping::of::<Entity>(path, &[("owner", Column::AuthorSubject)]),
    }
}

impl TableObject for Article {
    const KIND: Kind = Kind::Document;
    const MAPPER: ColumnMapper = column_mapping;

    common_columns!(author_subject);

    async fn as_object<C: ConnectionTrait>(&self, db: &C) -> Result<Object, DbErr> {
        let category = match &self.category {
            Some(code) => category_store::find(db, &self.org, code).await?,
            None => None,
        };
        let editors = category.as_ref().map(|category| &*category.editors);
        Ok(self.object(editors))
    }
}

impl Resource for Article {
    type Read = ReadContent;
    type Write = WriteContent;
    type Delete = DeleteContent;
    type View<'a> = ArticleView<'a>;

    const IS_REPLACEABLE: bool = false;
    const NAME: &'static str = "article";
    const READ_ONLY: &'static [&'static str] = &[
        "id",
        "author_subject",
        "org",
        "published_at",
        "created_at",
        "updated_at",
    ];
    const TITLE: (&'static str, &'static str) = ("title", "An article needs a title.");
    const PARAMETERS: &'static [Parameter<Column>] = &[
        ("author", Filter::Text(Column::AuthorSubject)),
        ("category", Filter::Text(Column::Category)),
        (
            "confidentiality",
            Filter::words::<Confidentiality>(Column::Confidentiality),
        ),
        ("plan", Filter::Text(Column::Plan)),
        ("published", Filter::Presence(Column::PublishedAt)),
    ];
    const SORT_KEYS: &'static [(&'static str, Column)] = &[
        ("created_at", Column::CreatedAt),
        ("updated_at", Column::UpdatedAt),
        ("title", Column::TitleKey),
    ];

    fn read(fields: &mut Fields, now: i64) -> ActiveModel {
        let (title, detail) = Self::TITLE;
        let title = fields.line(title, MAX_TITLE, detail);
        ActiveModel {
            title_key: given(title.as_deref().map(sort_key)),
            title: given(title),
            body: given(fields.text("body", MAX_BODY)),
            category: given(fields.nullable("category", None, parse_code, CODE)),
            department: given(fields.name("department")),
            manager: given(fields.name("manager")),
            confidentiality: given(fields.word("confidentiality")),
            plan: given(fields.name("plan")),
            published_at: given(fields.flag("published").map(|is| is.then_some(now))),
            ..ActiveModel::default()
        }
    }

    fn texts(&self) -> Vec<&str> {
        vec![&self.title]
    }

    fn creating(&self) -> &'static [Action] {
        match self.published_at {
            Some(_) => &[Action::Create, Action::Publish],
            None => &[Action::Create],
        }
    }

    async fn check_references(
        caller: &Caller<'_>,
        before: Option<&Self>,
        after: &Self,
    ) -> Result<()> {
        let former = before.and_then(|before| before.category.as_ref());
        if let Some(code) = after.category.as_ref().filter(|code| former != Some(code))
            && category_store::find(caller.db, caller.org(), code)
                .await?
                .is_none()
        {
            let detail = "There is no such category.";
            return Err(Problem::member("category", "unknown", detail));
        }
        Ok(())
    }

    /// Keeps the time of publication of a published article.
    fn changed(&self, change: &Change<Self>) -> Result<Self, DbErr> {
        let mut changed = apply(self, change)?;
        if let (Some(first), Some(_)) = (self.published_at, changed.published_at) {
            changed.published_at = Some(first);
        }
        Ok(changed)
    }

    /// Checks a publication, its withdrawal, and the opening of a published article to more readers,
    /// which are a separate action. No rule may forbid the change of the result.
    async fn check_change(
        caller: &Caller<'_>,
        before: &Self,
        _change: &Change<Self>,
        after: &Self,
    ) -> Result<()> {
        let former = before.as_object(caller.db).await?;
        let new = after.as_object(caller.db).await?;
        let opens = || {
            caller
                .policies
                .widens_readers(&former, &new, &BTreeMap::new())
        };
        if before.published_at != after.published_at || (before.published_at.is_some() && opens()) {
            caller.require(Action::Publish, &former).await?;
        }
        let sets_attributes = before.category != after.category
            || before.department != after.department
            || before.manager != after.manager
            || before.confidentiality != after.confidentiality
            || before.plan != after.plan;
        if sets_attributes {
            caller.require_not_forbidden(Action::Update, &new).await?;
        }
        Ok(())
    }

    /// Returns the event with the level, or with the names of changed fields that determine the readers,
    /// without their contents.
    fn event(caller: &Caller<'_>, before: Option<&Self>, after: Option<&Self>) -> Option<Event> {
        let article = after.or(before)?;
        let (kind, action, detail) = if let Some(new) = after {
            let place = article.identity();
            let draft = Self::draft(new.id, &place, new.created_at);
            let old = before.unwrap_or(&draft);
            let detail = sensitive_change(
                (old.confidentiality, new.confidentiality),
                &[
                    ("department", old.department != new.department),
                    ("manager", old.manager != new.manager),
                    ("plan", old.plan != new.plan),
                    ("published", old.published_at != new.published_at),
                ],
            );
            let action = before.map_or("create", |_| "update");
            (EventKind::ArticleChanged, action, detail?)
        } else {
            let level = json!({"confidentiality": article.confidentiality});
            (EventKind::ArticleDeleted, "delete", level)
        };
        let name = article.resource_name();
        Some(Event::from_request(caller, kind, action, name, &detail))
    }

    fn is_restricted(&self) -> bool {
        self.confidentiality == Confidentiality::Restricted
    }

    async fn views<'a>(_: &Caller<'_>, objects: &'a [Self]) -> Result<Vec<ArticleView<'a>>> {
        Ok(objects.iter().map(|article| article.with(None)).collect())
    }

    async fn view(&self, _: &Caller<'_>, _path: &str) -> Result<ArticleView<'_>> {
        Ok(self.with(Some(&self.body)))
    }
}

impl Article {
    fn with<'a>(&'a self, body: Option<&'a str>) -> ArticleView<'a> {
        ArticleView {
            article: self,
            body,
            published: self.published_at.is_some(),
        }
    }
}
