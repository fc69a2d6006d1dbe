//! Queries on the table `tasks`. Organization and policies are part of every statement: an
//! inaccessible object is not fetched and then hidden, but never found. Every write is one
//! statement.

use doorward_access::Principal;
use sea_orm::prelude::Expr;
use sea_orm::sea_query::{ExprTrait, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait,
    QueryFilter, Statement,
};
use time::Date;
use uuid::Uuid;

use super::entity::{ActiveModel, Column, Entity, Model, NO_DUE_DAY};
use super::model::{Change, Priority, Status, Task, TaskInput};
use super::query::{Filter, Key, ListQuery};
use crate::caller::Caller;
use crate::cursor::{CursorKey, Position};
use crate::listing::{Page, Scan, sort_key, statement};
use crate::problem::Problem;
use crate::projects::{self, model::Project};
use crate::quota::{self, Counted};
use crate::search::{self, Indexed};
use crate::sql_condition::{ColumnMapper, ColumnMapping, ColumnType};
use crate::state::State;
use crate::table_object::TableObject;
use crate::value_list;
use doorward_policy::{Action, Kind, Object, Selection};

/// Maximum number of attempts of a change if the object changes between the decision and the
/// statement.
const MAX_ATTEMPTS: u32 = 16;

/// Returns the column of a task's attribute.
pub(crate) fn column_mapping(path: &[&str]) -> Option<ColumnMapping> {
    Some(match path {
        [] => ColumnMapping::column((Entity, Column::Id), ColumnType::Id),
        ["owner"] => ColumnMapping::column((Entity, Column::OwnerSubject), ColumnType::Text),
        ["org"] => ColumnMapping::column((Entity, Column::Org), ColumnType::Text),
        ["assignee"] => ColumnMapping::column((Entity, Column::Assignee), ColumnType::Text),
        ["department"] => ColumnMapping::column((Entity, Column::Department), ColumnType::Text),
        ["project"] => ColumnMapping::column((Entity, Column::ProjectId), ColumnType::Id),
        ["status"] => ColumnMapping::column((Entity, Column::Status), ColumnType::Text),
        ["priority"] => ColumnMapping::column((Entity, Column::Priority), ColumnType::Number),
        ["project", of_project @ ..] => {
            let ColumnMapping::Column(column, holds) = projects::column_mapping(of_project)? else {
                return None;
            };
            let id = (projects::Entity, projects::Column::Id);
            let mut rows = Query::select();
            rows.expr(Expr::value(1))
                .from(projects::Entity)
                .and_where(Expr::col(id).equals((Entity, Column::ProjectId)));
            ColumnMapping::Related(Box::new(rows), column, holds)
        }
        _ => return None,
    })
}

/// Returns the requested tasks of the caller's organization that the policies permit.
pub(super) async fn list(
    state: &State,
    caller: &Caller,
    query: &ListQuery,
) -> Result<Page<Task>, Problem> {
    let scan = scan(query, state.db.get_database_backend());
    let position = |row: &Model| position_of(query.ordering.key, row);
    Task::page(state, caller, scan, position).await
}

fn scan(query: &ListQuery, backend: DbBackend) -> Scan<Entity> {
    let key = column_of(query.ordering.key);
    Scan::parse(query, matching(&query.filter, backend), key, Column::Id)
}

/// Returns the statement of the first page of the list with this query string under the selection;
/// `None` if it is empty.
pub(crate) fn first_page(
    principal: &Principal,
    query: &str,
    selection: &Selection,
    backend: DbBackend,
) -> Result<Option<Statement>, DbErr> {
    let unused = CursorKey::new([0; 32]);
    let query = ListQuery::parse(query, principal, &unused)
        .map_err(|problem| DbErr::Custom(problem.to_string()))?;
    statement(
        &scan(&query, backend),
        &selection.filter,
        column_mapping,
        backend,
    )
}

/// Inserts the task within the quotas.
pub(super) async fn insert(
    state: &State,
    id: Uuid,
    caller: &Caller,
    draft: TaskInput,
    now: i64,
) -> Result<Task, Problem> {
    let (_turn, tx) = state.begin().await?;
    let owner = (caller.org(), caller.subject());
    let created = add(&tx, id, owner, draft, now).await?;
    quota::commit(tx, state.quotas, Counted::Task, owner).await?;
    Ok(created)
}

/// Inserts a task of this organization and owner.
pub(crate) async fn add<C: ConnectionTrait>(
    db: &C,
    id: Uuid,
    (org, owner): (&str, &str),
    draft: TaskInput,
    now: i64,
) -> Result<Task, DbErr> {
    let row = ActiveModel {
        id: Set(id),
        org: Set(org.to_owned()),
        owner_subject: Set(owner.to_owned()),
        project_id: Set(draft.project),
        assignee: Set(draft.assignee),
        department: Set(draft.department),
        title_key: Set(sort_key(&draft.title)),
        title: Set(draft.title),
        description_key: Set(String::new()),
        description: Set(draft.description),
        status: Set(draft.status.as_str().to_owned()),
        priority: Set(draft.priority.rank()),
        due_day: Set(due_day(draft.due_date)),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
    };
    let created = Entity::insert(row).exec_with_returning(db).await?;
    let created = Task::from_row(created)?;
    index(db, &created).await?;
    Ok(created)
}

/// Indexes the texts of the task.
async fn index<C: ConnectionTrait>(db: &C, task: &Task) -> Result<(), DbErr> {
    let texts = [task.title.as_str(), task.description.as_str()];
    search::index(db, Indexed::Task, &task.org, task.id, &texts).await
}

/// Changes the task if the policies permit it and, with `version`, if it still has that version.
/// Returns `None` if no row matched.
pub(super) async fn update(
    state: &State,
    caller: &Caller,
    id: Uuid,
    version: Option<i64>,
    change: &Change,
) -> Result<Option<Task>, DbErr> {
    let selection = caller.select(state, Action::Update, Kind::Task);
    let now = state.clock.now();
    for _ in 0..MAX_ATTEMPTS {
        let Some(decided) = decided(state, caller, Action::Update, &selection, id, version).await?
        else {
            return Ok(None);
        };
        let statement = changing(change, now)
            .filter(Column::Id.eq(id))
            .filter(Task::within(caller, &selection)?)
            .filter(at_version(decided));
        let (_turn, tx) = state.begin().await?;
        let changed = statement.exec_with_returning(&tx).await?.pop();
        let changed = changed.map(Task::from_row).transpose()?;
        if let Some(task) = &changed
            && (change.title.is_some() || change.description.is_some())
        {
            index(&tx, task).await?;
        }
        tx.commit().await?;
        if changed.is_some() || decided == version {
            return Ok(changed);
        }
    }
    Ok(None)
}

/// Deletes the task under the same conditions as [`update`]. Returns true if a row was deleted.
pub(super) async fn delete(
    state: &State,
    caller: &Caller,
    id: Uuid,
    version: Option<i64>,
) -> Result<bool, DbErr> {
    let selection = caller.select(state, Action::Delete, Kind::Task);
    for _ in 0..MAX_ATTEMPTS {
        let Some(decided) = decided(state, caller, Action::Delete, &selection, id, version).await?
        else {
            return Ok(false);
        };
        let result = Entity::delete_many()
            .filter(Column::Id.eq(id))
            .filter(Task::within(caller, &selection)?)
            .filter(at_version(decided))
            .exec(&state.db)
            .await?;
        if result.rows_affected == 1 || decided == version {
            return Ok(result.rows_affected == 1);
        }
    }
    Ok(false)
}

/// Returns the version for the statement: the caller's condition if the statement contains the
/// policies, or that of the row that the engine permitted. Returns `None` if the engine denied.
async fn decided(
    state: &State,
    caller: &Caller,
    action: Action,
    selection: &Selection,
    id: Uuid,
    version: Option<i64>,
) -> Result<Option<Option<i64>>, DbErr> {
    if selection.exact {
        return Ok(Some(version));
    }
    let task = Task::find(state, caller, id, action).await?;
    let task = task.filter(|task| version.is_none_or(|version| version == task.version));
    Ok(task.map(|task| Some(task.version)))
}

fn changing(change: &Change, now: i64) -> sea_orm::UpdateMany<Entity> {
    let mut update = Entity::update_many()
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::UpdatedAt, Expr::value(now));
    let mut set = |column: Column, value: Option<Expr>| {
        if let Some(value) = value {
            update.query().value(column, value);
        }
    };
    let (title, description) = (&change.title, &change.description);
    set(Column::Title, title.clone().map(Expr::value));
    let key = title.as_deref().map(sort_key);
    set(Column::TitleKey, key.map(Expr::value));
    set(Column::Description, description.clone().map(Expr::value));
    let status = change.status.map(Status::as_str);
    set(Column::Status, status.map(Expr::value));
    let priority = change.priority.map(Priority::rank);
    set(Column::Priority, priority.map(Expr::value));
    set(
        Column::DueDay,
        change.due_date.map(|date| Expr::value(due_day(date))),
    );
    set(Column::ProjectId, change.project.map(Expr::value));
    set(Column::Assignee, change.assignee.clone().map(Expr::value));
    set(
        Column::Department,
        change.department.clone().map(Expr::value),
    );
    update
}

fn at_version(version: Option<i64>) -> Condition {
    Condition::all().add_option(version.map(|version| Column::Version.eq(version)))
}

/// Returns the condition of the request, and true if it contains a search.
fn matching(filter: &Filter, backend: DbBackend) -> (Condition, bool) {
    let text = search::text(filter.search.as_deref());
    let mut all = match text {
        Some(text) => search::matching(backend, Indexed::Task, &filter.org, text),
        None => Condition::all().add(Column::Org.eq(&filter.org)),
    };
    for (column, requested) in [
        (Column::Assignee, &filter.assignee),
        (Column::Department, &filter.department),
    ] {
        all = all.add_option(requested.as_ref().map(|requested| column.eq(requested)));
    }
    all = all.add_option(filter.project.map(|project| Column::ProjectId.eq(project)));
    if let Some(owner) = &filter.owner {
        all = all.add(Column::OwnerSubject.eq(owner));
    }
    if !filter.status.is_empty() {
        let values = filter.status.iter().map(|status| status.as_str());
        all = all.add(value_list::is_known(Column::Status, values));
    }
    if !filter.priority.is_empty() {
        let values = filter.priority.iter().map(|priority| priority.rank());
        all = all.add(value_list::is_known(Column::Priority, values));
    }
    if let Some(date) = filter.due_before {
        all = all.add(Column::DueDay.lte(date.to_julian_day()));
    }
    if let Some(date) = filter.due_after {
        all = all
            .add(Column::DueDay.gte(date.to_julian_day()))
            .add(Column::DueDay.ne(NO_DUE_DAY));
    }
    (all, text.is_some())
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

fn due_day(date: Option<Date>) -> i32 {
    date.map_or(NO_DUE_DAY, Date::to_julian_day)
}

impl TableObject for Task {
    type Entity = Entity;
    const KIND: Kind = Kind::Task;
    const ID: Column = Column::Id;
    const ORG: Column = Column::Org;
    const MAPPER: ColumnMapper = column_mapping;

    fn from_row(row: Model) -> Result<Self, DbErr> {
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
        Ok(Self {
            id: row.id,
            title: row.title,
            description: row.description,
            status,
            priority,
            due_date,
            owner_subject: row.owner_subject,
            org: row.org,
            project: row.project_id,
            assignee: row.assignee,
            department: row.department,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
        })
    }

    fn version(&self) -> i64 {
        self.version
    }

    async fn as_object<C: ConnectionTrait>(&self, db: &C) -> Result<Object, DbErr> {
        let project = match self.project {
            Some(project) => Project::object_by_id(db, project).await?,
            None => None,
        };
        Ok(self.object(project.as_ref()))
    }
}
