//! Queries on table `tasks`. Whose tasks may be touched is part of every statement: an object
//! out of reach is not fetched and then hidden, it is not found. Every write is one statement.

use sea_orm::prelude::Expr;
use sea_orm::sea_query::{ExprTrait, LikeExpr, Order};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use time::Date;
use uuid::Uuid;

use super::entity::{ActiveModel, Column, Entity, Model, NO_DUE_DAY};
use super::model::{Change, Draft, Priority, Status, Task};
use super::permissions::Reach;
use super::query::{Filter, Key, ListQuery, Position};

/// The tasks of one page and whether more follow.
pub(super) struct Page {
    pub tasks: Vec<Task>,
    pub next: Option<Position>,
}

pub(super) async fn list<C: ConnectionTrait>(db: &C, query: &ListQuery) -> Result<Page, DbErr> {
    let column = column_of(query.ordering.key);
    let order = if query.ordering.descending {
        Order::Desc
    } else {
        Order::Asc
    };
    let mut select = Entity::find()
        .filter(matching(&query.filter))
        .order_by(column, order.clone())
        .order_by(Column::Id, order)
        .limit(u64::from(query.limit) + 1);
    if let Some(position) = &query.after {
        select = select.filter(beyond(query, position));
    }
    let mut rows = select.all(db).await?;
    let more = rows.len() > usize::from(query.limit);
    rows.truncate(usize::from(query.limit));
    let next = rows
        .last()
        .filter(|_| more)
        .map(|row| position_of(query.ordering.key, row));
    let tasks = rows.into_iter().map(task).collect::<Result<_, _>>()?;
    Ok(Page { tasks, next })
}

pub(super) async fn find<C: ConnectionTrait>(
    db: &C,
    id: Uuid,
    reach: &Reach,
) -> Result<Option<Task>, DbErr> {
    Entity::find_by_id(id)
        .filter(within(reach))
        .one(db)
        .await?
        .map(task)
        .transpose()
}

pub(super) async fn insert<C: ConnectionTrait>(
    db: &C,
    id: Uuid,
    owner: &str,
    draft: Draft,
    now: i64,
) -> Result<Task, DbErr> {
    let row = ActiveModel {
        id: Set(id),
        owner_subject: Set(owner.to_owned()),
        title_key: Set(search_key(&draft.title)),
        title: Set(draft.title),
        description_key: Set(search_key(&draft.description)),
        description: Set(draft.description),
        status: Set(draft.status.as_str().to_owned()),
        priority: Set(draft.priority.rank()),
        due_day: Set(due_day(draft.due_date)),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
    };
    Entity::insert(row)
        .exec_with_returning(db)
        .await
        .and_then(task)
}

/// Changes the task if it is within reach and, where `version` is given, still at that version.
/// `None`: nothing matched.
pub(super) async fn update<C: ConnectionTrait>(
    db: &C,
    id: Uuid,
    reach: &Reach,
    version: Option<i64>,
    change: Change,
    now: i64,
) -> Result<Option<Task>, DbErr> {
    let mut update = Entity::update_many()
        .filter(Column::Id.eq(id))
        .filter(within(reach))
        .filter(at_version(version))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::UpdatedAt, Expr::value(now));
    if let Some(title) = change.title {
        update = update
            .col_expr(Column::TitleKey, Expr::value(search_key(&title)))
            .col_expr(Column::Title, Expr::value(title));
    }
    if let Some(description) = change.description {
        update = update
            .col_expr(
                Column::DescriptionKey,
                Expr::value(search_key(&description)),
            )
            .col_expr(Column::Description, Expr::value(description));
    }
    if let Some(status) = change.status {
        update = update.col_expr(Column::Status, Expr::value(status.as_str()));
    }
    if let Some(priority) = change.priority {
        update = update.col_expr(Column::Priority, Expr::value(priority.rank()));
    }
    if let Some(due_date) = change.due_date {
        update = update.col_expr(Column::DueDay, Expr::value(due_day(due_date)));
    }
    update
        .exec_with_returning(db)
        .await?
        .pop()
        .map(task)
        .transpose()
}

/// Deletes the task under the same conditions as [`update`]; says whether it did.
pub(super) async fn delete<C: ConnectionTrait>(
    db: &C,
    id: Uuid,
    reach: &Reach,
    version: Option<i64>,
) -> Result<bool, DbErr> {
    let result = Entity::delete_many()
        .filter(Column::Id.eq(id))
        .filter(within(reach))
        .filter(at_version(version))
        .exec(db)
        .await?;
    Ok(result.rows_affected == 1)
}

fn within(reach: &Reach) -> Condition {
    match reach {
        Reach::All => Condition::all(),
        Reach::Own(subject) => Condition::all().add(Column::OwnerSubject.eq(subject)),
    }
}

fn at_version(version: Option<i64>) -> Condition {
    Condition::all().add_option(version.map(|version| Column::Version.eq(version)))
}

fn matching(filter: &Filter) -> Condition {
    let mut all = within(&filter.reach);
    if let Some(owner) = &filter.owner {
        all = all.add(Column::OwnerSubject.eq(owner));
    }
    if !filter.status.is_empty() {
        all = all.add(Column::Status.is_in(filter.status.iter().map(|status| status.as_str())));
    }
    if !filter.priority.is_empty() {
        all = all.add(Column::Priority.is_in(filter.priority.iter().map(|one| one.rank())));
    }
    if let Some(date) = filter.due_before {
        all = all.add(Column::DueDay.lte(date.to_julian_day()));
    }
    if let Some(date) = filter.due_after {
        all = all
            .add(Column::DueDay.gte(date.to_julian_day()))
            .add(Column::DueDay.ne(NO_DUE_DAY));
    }
    if let Some(text) = &filter.search {
        let pattern = format!("%{}%", escape_like(&search_key(text)));
        let like = || LikeExpr::new(pattern.clone()).escape('\\');
        all = all.add(
            Condition::any()
                .add(Expr::col(Column::TitleKey).like(like()))
                .add(Expr::col(Column::DescriptionKey).like(like())),
        );
    }
    all
}

/// Rows after `position` in the query's order: keyset paging, which neither repeats nor skips a
/// row when others are inserted or deleted meanwhile.
fn beyond(query: &ListQuery, position: &Position) -> Condition {
    let column = column_of(query.ordering.key);
    let (further, same, id) = match position {
        Position::Number(number, id) if query.ordering.descending => {
            (column.lt(*number), column.eq(*number), id)
        }
        Position::Number(number, id) => (column.gt(*number), column.eq(*number), id),
        Position::Text(text, id) if query.ordering.descending => {
            (column.lt(text), column.eq(text), id)
        }
        Position::Text(text, id) => (column.gt(text), column.eq(text), id),
    };
    let next_id = if query.ordering.descending {
        Column::Id.lt(*id)
    } else {
        Column::Id.gt(*id)
    };
    Condition::any()
        .add(further)
        .add(Condition::all().add(same).add(next_id))
}

const fn column_of(key: Key) -> Column {
    match key {
        Key::Created => Column::CreatedAt,
        Key::Updated => Column::UpdatedAt,
        Key::Due => Column::DueDay,
        Key::Priority => Column::Priority,
        Key::Title => Column::TitleKey,
    }
}

fn position_of(key: Key, row: &Model) -> Position {
    match key {
        Key::Created => Position::Number(row.created_at, row.id),
        Key::Updated => Position::Number(row.updated_at, row.id),
        Key::Due => Position::Number(i64::from(row.due_day), row.id),
        Key::Priority => Position::Number(i64::from(row.priority), row.id),
        Key::Title => Position::Text(row.title_key.clone(), row.id),
    }
}

/// The wildcards of LIKE lose their meaning (sea-orm's own `contains` leaves it to them).
fn escape_like(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

fn search_key(text: &str) -> String {
    text.to_lowercase()
}

fn due_day(date: Option<Date>) -> i32 {
    date.map_or(NO_DUE_DAY, Date::to_julian_day)
}

/// A row that cannot be is an error that names it, not a guess.
fn task(row: Model) -> Result<Task, DbErr> {
    let corrupt = |column: &str| {
        DbErr::Custom(format!(
            "tasks.{column} of {} holds an unknown value",
            row.id
        ))
    };
    let status = Status::parse(&row.status).ok_or_else(|| corrupt("status"))?;
    let priority = Priority::from_rank(row.priority).ok_or_else(|| corrupt("priority"))?;
    let due_date = match row.due_day {
        NO_DUE_DAY => None,
        day => Some(Date::from_julian_day(day).map_err(|_| corrupt("due_day"))?),
    };
    Ok(Task {
        id: row.id,
        title: row.title,
        description: row.description,
        status,
        priority,
        due_date,
        owner_subject: row.owner_subject,
        created_at: row.created_at,
        updated_at: row.updated_at,
        version: row.version,
    })
}
