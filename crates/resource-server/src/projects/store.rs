//! Queries on the table `projects`. Organization and policies are part of every statement.

use std::collections::BTreeSet;

use sea_orm::prelude::Expr;
use sea_orm::sea_query::{ExprTrait, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait,
    QueryFilter, QuerySelect as _,
};
use uuid::Uuid;

use super::entity::project::{ActiveModel, Column, Entity, Model};
use super::members::{self, MAX_GIVEN, MAX_MEMBERS};
use super::model::{Change, Confidentiality, Member, Project, Role, Status};
use super::query::{Filter, Key, ListQuery};
use crate::audit::{self, Event};
use crate::caller::Caller;
use crate::cursor::Position;
use crate::listing::{Page, Scan, sort_key};
use crate::problem::Problem;
use crate::quota::{self, Counted};
use crate::search::{self, Indexed};
use crate::sql_condition::{ColumnMapper, ColumnMapping, ColumnType};
use crate::state::State;
use crate::table_object::TableObject;
use crate::tasks::{Column as TaskColumn, Entity as Tasks};
use crate::value_list;
use doorward_policy::{Action, Kind, Object};

/// Returns the column of a project's attribute.
pub(crate) fn column_mapping(path: &[&str]) -> Option<ColumnMapping> {
    let (column, holds) = match path {
        [] => (Column::Id, ColumnType::Id),
        ["owner"] => (Column::OwnerSubject, ColumnType::Text),
        ["org"] => (Column::Org, ColumnType::Text),
        ["department"] => (Column::Department, ColumnType::Text),
        ["confidentiality"] => (Column::Confidentiality, ColumnType::Text),
        ["status"] => (Column::Status, ColumnType::Text),
        _ => return None,
    };
    Some(ColumnMapping::column((Entity, column), holds))
}

/// Returns the requested projects of the caller's organization that the policies permit.
pub(super) async fn list(
    state: &State,
    caller: &Caller,
    query: &ListQuery,
) -> Result<Page<Project>, Problem> {
    let key = query.ordering.key;
    let asked = matching(&query.filter, state.db.get_database_backend());
    let scan = Scan::<Entity>::parse(query, asked, column_of(key), Column::Id);
    Project::page(state, caller, scan, |row: &Model| position_of(key, row)).await
}

/// Returns those of the projects on which the policies permit the action.
pub(super) async fn permitted(
    state: &State,
    caller: &Caller,
    action: Action,
    ids: &[Uuid],
) -> Result<BTreeSet<Uuid>, DbErr> {
    let selection = caller.select(state, action, Kind::Project);
    if selection.filter == doorward_policy::Filter::Never {
        return Ok(BTreeSet::new());
    }
    let mut found = BTreeSet::new();
    for part in value_list::parts(ids) {
        let rows = Entity::find()
            .filter(part.contains(Column::Id))
            .filter(Project::within(caller, &selection)?)
            .all(&state.db)
            .await?;
        for row in rows {
            let project = Project::from_row(row)?;
            if project.allows(state, caller, action, &selection).await? {
                found.insert(project.id);
            }
        }
    }
    Ok(found)
}

/// Returns those of the projects that are restricted.
pub(crate) async fn restricted<C: ConnectionTrait>(
    db: &C,
    org: &str,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<BTreeSet<Uuid>, DbErr> {
    let (ids, mut found) = (ids.into_iter().collect::<Vec<_>>(), BTreeSet::new());
    for part in value_list::parts(&ids) {
        let restricted = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::Org.eq(org))
            .filter(part.contains(Column::Id))
            .filter(Column::Confidentiality.eq(Confidentiality::Restricted.as_str()))
            .into_tuple::<Uuid>()
            .all(db)
            .await?;
        found.extend(restricted);
    }
    Ok(found)
}

/// Inserts the project with its creator as lead, within the quotas.
pub(super) async fn insert(state: &State, new: Project, event: Event) -> Result<Project, Problem> {
    let (_turn, tx) = state.begin().await?;
    let created = add(&tx, new).await?;
    audit::insert(&tx, state, event).await?;
    let owner = (&*created.org, &*created.owner_subject);
    quota::commit(tx, state.quotas, Counted::Project, owner).await?;
    Ok(created)
}

/// Inserts a project with its creator as lead.
pub(crate) async fn add<C: ConnectionTrait>(db: &C, new: Project) -> Result<Project, DbErr> {
    let created = insert_row(db, new).await?;
    index(db, &created).await?;
    add_member(db, &created, &created.owner_subject, Role::Lead).await?;
    Ok(created)
}

/// Adds a member to a new project, on behalf of its creator.
pub(crate) async fn add_member<C: ConnectionTrait>(
    db: &C,
    project: &Project,
    subject: &str,
    role: Role,
) -> Result<(), DbErr> {
    let member = Member {
        subject: subject.to_owned(),
        role,
        permissions: Vec::new(),
        joined_at: None,
        email: None,
        phone: None,
    };
    let (id, now) = (project.id, project.created_at);
    members::put(db, &project.org, id, member, &project.owner_subject, now).await
}

/// The result of a change of a member.
#[derive(Debug)]
pub(super) enum MemberChange {
    /// The changed project.
    Done(Box<Project>),
    /// The project changed since the decision.
    Stale,
    /// The project has as many members as it may have.
    FullProject,
    /// The caller added the user to as many projects as one user may.
    FullUser,
}

/// Replaces a membership (`None` deletes it), if the project has not changed since the decision.
/// `unlimited` callers may add a user to any number of projects.
pub(super) async fn change_member(
    state: &State,
    caller: &Caller,
    project: &Project,
    subject: &str,
    after: Option<Member>,
    unlimited: bool,
    event: Event,
) -> Result<MemberChange, DbErr> {
    let now = state.clock.now();
    let (_turn, tx) = state.begin().await?;
    // The project's row is updated first, which serializes changes of its members.
    let changed = Entity::update_many()
        .filter(Column::Id.eq(project.id))
        .filter(Column::Org.eq(&project.org))
        .filter(Column::Version.eq(project.version))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .exec_with_returning(&tx)
        .await?
        .pop();
    let Some(changed) = changed else {
        return Ok(MemberChange::Stale);
    };
    let (org, id) = (&project.org, project.id);
    match after {
        Some(member) => {
            let added_by = caller.subject();
            if members::find(&tx, org, id, subject).await?.is_none() {
                if members::count(&tx, org, id).await? >= MAX_MEMBERS {
                    return Ok(MemberChange::FullProject);
                }
                let most = MAX_GIVEN;
                let is_limited = !unlimited && subject != added_by;
                if is_limited
                    && members::count_given(&tx, org, subject, added_by, most).await? >= most
                {
                    return Ok(MemberChange::FullUser);
                }
            }
            members::put(&tx, org, id, member, added_by, now).await?;
        }
        None => members::remove(&tx, org, id, subject).await?,
    }
    audit::insert(&tx, state, event).await?;
    tx.commit().await?;
    Project::from_row(changed).map(|project| MemberChange::Done(Box::new(project)))
}

/// Indexes the texts of the project.
async fn index<C: ConnectionTrait>(db: &C, project: &Project) -> Result<(), DbErr> {
    let texts = [project.name.as_str()];
    search::index(db, Indexed::Project, &project.org, project.id, &texts).await
}

async fn insert_row<C: ConnectionTrait>(db: &C, new: Project) -> Result<Project, DbErr> {
    let row = ActiveModel {
        id: Set(new.id),
        org: Set(new.org),
        owner_subject: Set(new.owner_subject),
        name_key: Set(sort_key(&new.name)),
        name: Set(new.name),
        description: Set(new.description),
        department: Set(new.department),
        confidentiality: Set(new.confidentiality.as_str().to_owned()),
        status: Set(new.status.as_str().to_owned()),
        budget: Set(new.budget),
        internal_notes: Set(new.internal_notes),
        version: Set(new.version),
        created_at: Set(new.created_at),
        updated_at: Set(new.updated_at),
    };
    Entity::insert(row)
        .exec_with_returning(db)
        .await
        .and_then(Project::from_row)
}

/// Changes the project if it still has the version of the decision and the policies permit it.
/// Returns `None` if no row matched.
pub(super) async fn update(
    state: &State,
    caller: &Caller,
    id: Uuid,
    version: i64,
    change: Change,
    event: Option<Event>,
) -> Result<Option<Project>, DbErr> {
    let selection = caller.select(state, Action::Update, Kind::Project);
    let mut update = Entity::update_many()
        .filter(Column::Id.eq(id))
        .filter(Project::within(caller, &selection)?)
        .filter(Column::Version.eq(version))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::UpdatedAt, Expr::value(state.clock.now()));
    let mut set = |column: Column, value: Option<Expr>| {
        if let Some(value) = value {
            update.query().value(column, value);
        }
    };
    let is_renamed = change.name.is_some();
    let key = change.name.as_deref().map(sort_key);
    set(Column::NameKey, key.map(Expr::value));
    set(Column::Name, change.name.map(Expr::value));
    set(Column::Description, change.description.map(Expr::value));
    set(Column::Department, change.department.map(Expr::value));
    let level = change.confidentiality.map(Confidentiality::as_str);
    set(Column::Confidentiality, level.map(Expr::value));
    let status = change.status.map(Status::as_str);
    set(Column::Status, status.map(Expr::value));
    set(Column::Budget, change.budget.map(Expr::value));
    set(
        Column::InternalNotes,
        change.internal_notes.map(Expr::value),
    );
    let (_turn, tx) = state.begin().await?;
    let changed = update.exec_with_returning(&tx).await?.pop();
    let changed = changed.map(Project::from_row).transpose()?;
    if let Some(project) = &changed {
        if is_renamed {
            index(&tx, project).await?;
        }
        if let Some(event) = event {
            audit::insert(&tx, state, event).await?;
        }
    }
    tx.commit().await?;
    Ok(changed)
}

/// The result of a deletion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deleted {
    /// The project was deleted.
    Yes,
    /// Tasks belong to the project.
    StillNeeded,
    /// No row matched.
    No,
}

/// Deletes the project at this version if the policies permit it and no task belongs to it. The rows of its
/// members follow by the cleanup job.
pub(super) async fn delete(
    state: &State,
    caller: &Caller,
    id: Uuid,
    version: i64,
    event: Event,
) -> Result<Deleted, DbErr> {
    let selection = caller.select(state, Action::Delete, Kind::Project);
    let tasks = Query::select()
        .expr(Expr::value(1))
        .from(Tasks)
        .and_where(Expr::col((Tasks, TaskColumn::ProjectId)).eq(id))
        .take();
    let needed = Condition::all().add(Expr::exists(tasks));
    let (_turn, tx) = state.begin().await?;
    let result = Entity::delete_many()
        .filter(Column::Id.eq(id))
        .filter(Project::within(caller, &selection)?)
        .filter(Column::Version.eq(version))
        .filter(needed.clone().not())
        .exec(&tx)
        .await;
    match result {
        Ok(result) if result.rows_affected == 1 => {
            audit::insert(&tx, state, event).await?;
            tx.commit().await?;
            Ok(Deleted::Yes)
        }
        Ok(_) => {
            let stored = Entity::find_by_id(id).filter(needed).one(&tx).await?;
            Ok(stored.map_or(Deleted::No, |_| Deleted::StillNeeded))
        }
        // A task was added meanwhile; the foreign key rejected the deletion.
        Err(cause)
            if matches!(
                cause.sql_err(),
                Some(sea_orm::SqlErr::ForeignKeyConstraintViolation(_))
            ) =>
        {
            Ok(Deleted::StillNeeded)
        }
        Err(cause) => Err(cause),
    }
}

/// Returns the condition of the request, and true if it contains a search.
fn matching(filter: &Filter, backend: DbBackend) -> (Condition, bool) {
    let text = search::text(filter.search.as_deref());
    let mut all = match text {
        Some(text) => search::matching(backend, Indexed::Project, &filter.org, text),
        None => Condition::all().add(Column::Org.eq(&filter.org)),
    };
    for (column, requested) in [
        (Column::OwnerSubject, &filter.owner),
        (Column::Department, &filter.department),
    ] {
        all = all.add_option(requested.as_ref().map(|requested| column.eq(requested)));
    }
    if !filter.confidentiality.is_empty() {
        let values = filter.confidentiality.iter().map(|level| level.as_str());
        all = all.add(value_list::is_known(Column::Confidentiality, values));
    }
    if !filter.status.is_empty() {
        let values = filter.status.iter().map(|status| status.as_str());
        all = all.add(value_list::is_known(Column::Status, values));
    }
    (all, text.is_some())
}

const fn column_of(key: Key) -> Column {
    match key {
        Key::Created => Column::CreatedAt,
        Key::Updated => Column::UpdatedAt,
        Key::Name => Column::NameKey,
    }
}

fn position_of(key: Key, row: &Model) -> Position {
    match key {
        Key::Created => Position::Number(row.created_at, row.id),
        Key::Updated => Position::Number(row.updated_at, row.id),
        Key::Name => Position::Text(row.name_key.clone(), row.id),
    }
}

impl TableObject for Project {
    type Entity = Entity;
    const KIND: Kind = Kind::Project;
    const ID: Column = Column::Id;
    const ORG: Column = Column::Org;
    const MAPPER: ColumnMapper = column_mapping;

    fn from_row(row: Model) -> Result<Self, DbErr> {
        let corrupt = |column: &str| {
            let id = row.id;
            DbErr::Custom(format!("projects.{column} of {id} holds an unknown value"))
        };
        let confidentiality = Confidentiality::parse(&row.confidentiality)
            .ok_or_else(|| corrupt("confidentiality"))?;
        let status = Status::parse(&row.status).ok_or_else(|| corrupt("status"))?;
        Ok(Self {
            id: row.id,
            org: row.org,
            owner_subject: row.owner_subject,
            name: row.name,
            description: row.description,
            department: row.department,
            confidentiality,
            status,
            budget: row.budget,
            internal_notes: row.internal_notes,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }

    fn version(&self) -> i64 {
        self.version
    }

    async fn as_object<C: ConnectionTrait>(&self, _: &C) -> Result<Object, DbErr> {
        Ok(self.object())
    }
}
