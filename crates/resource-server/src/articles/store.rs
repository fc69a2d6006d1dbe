//! Queries on the table `articles`. Organization and policies are part of every statement.

use sea_orm::prelude::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait,
    QueryFilter,
};
use uuid::Uuid;

use super::category_store;
use super::entity::article::{ActiveModel, Column, Entity, Model};
use super::model::{Article, ArticleAttributes};
use super::query::{Filter, Key, ListQuery};
use crate::audit::{self, Event};
use crate::caller::Caller;
use crate::cursor::Position;
use crate::listing::{Page, Scan, sort_key};
use crate::problem::Problem;
use crate::projects::model::Confidentiality;
use crate::quota::{self, Counted};
use crate::search::{self, Indexed};
use crate::sql_condition::{ColumnMapper, ColumnMapping, ColumnType};
use crate::state::State;
use crate::table_object::TableObject;
use crate::value_list;
use doorward_policy::{Action, Kind, Object};

/// Returns the column of an article's attribute. An article belongs to no project.
pub(crate) fn column_mapping(path: &[&str]) -> Option<ColumnMapping> {
    let (column, holds) = match path {
        [] => (Column::Id, ColumnType::Id),
        ["owner"] => (Column::AuthorSubject, ColumnType::Text),
        ["org"] => (Column::Org, ColumnType::Text),
        ["category"] => (Column::Category, ColumnType::Text),
        ["department"] => (Column::Department, ColumnType::Text),
        ["manager"] => (Column::Manager, ColumnType::Text),
        ["confidentiality"] => (Column::Confidentiality, ColumnType::Text),
        ["plan"] => (Column::Plan, ColumnType::Text),
        ["published_at"] => (Column::PublishedAt, ColumnType::Number),
        ["project", ..] => {
            return Some(ColumnMapping::Column(Expr::cust("NULL"), ColumnType::Text));
        }
        _ => return None,
    };
    Some(ColumnMapping::column((Entity, column), holds))
}

/// Returns the requested articles of the caller's organization that the policies permit.
pub(super) async fn list(
    state: &State,
    caller: &Caller,
    query: &ListQuery,
) -> Result<Page<Article>, Problem> {
    let key = query.ordering.key;
    let asked = matching(&query.filter, state.db.get_database_backend());
    let scan = Scan::<Entity>::parse(query, asked, column_of(key), Column::Id);
    Article::page(state, caller, scan, |row: &Model| position_of(key, row)).await
}

/// Inserts the article and its audit event, within the quotas.
pub(super) async fn insert(
    state: &State,
    new: &Article,
    event: Option<Event>,
) -> Result<(), Problem> {
    let (_turn, tx) = state.begin().await?;
    Entity::insert(row_of(new))
        .exec_without_returning(&tx)
        .await?;
    index(&tx, new).await?;
    if let Some(event) = event {
        audit::insert(&tx, state, event).await?;
    }
    let owner = (&*new.org, &*new.author_subject);
    quota::commit(tx, state.quotas, Counted::Article, owner).await
}

/// Indexes the texts of the article.
async fn index<C: ConnectionTrait>(db: &C, article: &Article) -> Result<(), DbErr> {
    let texts = [article.title.as_str()];
    search::index(db, Indexed::Article, &article.org, article.id, &texts).await
}

/// Replaces the article by `new` if it still has `version` and the policies permit it. Returns
/// false if no row matched.
pub(super) async fn update(
    state: &State,
    caller: &Caller,
    version: i64,
    new: &Article,
    event: Option<Event>,
) -> Result<bool, DbErr> {
    let selection = caller.select(state, Action::Update, Kind::Document);
    let (_turn, tx) = state.begin().await?;
    let result = Entity::update_many()
        .set(row_of(new))
        .filter(Column::Id.eq(new.id))
        .filter(Article::within(caller, &selection)?)
        .filter(Column::Version.eq(version))
        .exec(&tx)
        .await?;
    let changed = result.rows_affected == 1;
    if changed {
        index(&tx, new).await?;
    }
    if let (true, Some(event)) = (changed, event) {
        audit::insert(&tx, state, event).await?;
    }
    tx.commit().await?;
    Ok(changed)
}

/// Deletes the article at this version if the policies permit it. Returns true if a row was
/// deleted.
pub(super) async fn delete(
    state: &State,
    caller: &Caller,
    id: Uuid,
    version: i64,
    event: Event,
) -> Result<bool, DbErr> {
    let selection = caller.select(state, Action::Delete, Kind::Document);
    let (_turn, tx) = state.begin().await?;
    let result = Entity::delete_many()
        .filter(Column::Id.eq(id))
        .filter(Article::within(caller, &selection)?)
        .filter(Column::Version.eq(version))
        .exec(&tx)
        .await?;
    let deleted = result.rows_affected == 1;
    if deleted {
        audit::insert(&tx, state, event).await?;
    }
    tx.commit().await?;
    Ok(deleted)
}

/// Returns the condition of the request, and true if it contains a search.
fn matching(filter: &Filter, backend: DbBackend) -> (Condition, bool) {
    let text = search::text(filter.search.as_deref());
    let mut all = match text {
        Some(text) => search::matching(backend, Indexed::Article, &filter.org, text),
        None => Condition::all().add(Column::Org.eq(&filter.org)),
    };
    for (column, requested) in [
        (Column::AuthorSubject, &filter.author),
        (Column::Category, &filter.category),
        (Column::Plan, &filter.plan),
    ] {
        all = all.add_option(requested.as_ref().map(|requested| column.eq(requested)));
    }
    if !filter.confidentiality.is_empty() {
        let values = filter.confidentiality.iter().map(|level| level.as_str());
        all = all.add(value_list::is_known(Column::Confidentiality, values));
    }
    if !filter.published.is_empty() {
        let mut any = Condition::any();
        for published in &filter.published {
            any = any.add(if *published {
                Column::PublishedAt.is_not_null()
            } else {
                Column::PublishedAt.is_null()
            });
        }
        all = all.add(any);
    }
    (all, text.is_some())
}

const fn column_of(key: Key) -> Column {
    match key {
        Key::Created => Column::CreatedAt,
        Key::Updated => Column::UpdatedAt,
        Key::Title => Column::TitleKey,
    }
}

fn position_of(key: Key, row: &Model) -> Position {
    match key {
        Key::Created => Position::Number(row.created_at, row.id),
        Key::Updated => Position::Number(row.updated_at, row.id),
        Key::Title => Position::Text(row.title_key.clone(), row.id),
    }
}

fn row_of(article: &Article) -> ActiveModel {
    let own = article.attributes.clone();
    ActiveModel {
        id: Set(article.id),
        org: Set(article.org.clone()),
        author_subject: Set(article.author_subject.clone()),
        title_key: Set(sort_key(&article.title)),
        title: Set(article.title.clone()),
        body: Set(article.body.clone()),
        category: Set(own.category),
        department: Set(own.department),
        manager: Set(own.manager),
        confidentiality: Set(own.confidentiality.as_str().to_owned()),
        plan: Set(own.plan),
        published_at: Set(article.published_at),
        version: Set(article.version),
        created_at: Set(article.created_at),
        updated_at: Set(article.updated_at),
    }
}

impl TableObject for Article {
    type Entity = Entity;
    const KIND: Kind = Kind::Document;
    const ID: Column = Column::Id;
    const ORG: Column = Column::Org;
    const MAPPER: ColumnMapper = column_mapping;

    fn from_row(row: Model) -> Result<Self, DbErr> {
        let confidentiality = Confidentiality::parse(&row.confidentiality).ok_or_else(|| {
            let id = row.id;
            DbErr::Custom(format!(
                "articles.confidentiality of {id} holds an unknown value"
            ))
        })?;
        Ok(Self {
            id: row.id,
            org: row.org,
            author_subject: row.author_subject,
            title: row.title,
            body: row.body,
            attributes: ArticleAttributes {
                category: row.category,
                department: row.department,
                manager: row.manager,
                confidentiality,
                plan: row.plan,
            },
            published_at: row.published_at,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }

    fn version(&self) -> i64 {
        self.version
    }

    async fn as_object<C: ConnectionTrait>(&self, db: &C) -> Result<Object, DbErr> {
        let category = match &self.attributes.category {
            Some(code) => category_store::find(db, &self.org, code).await?,
            None => None,
        };
        let editors = category.as_ref().map(|category| &*category.editors);
        Ok(self.object(editors))
    }
}
