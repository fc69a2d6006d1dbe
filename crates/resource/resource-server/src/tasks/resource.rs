//! Tasks as a resource: columns, query parameters, bodies, and the checks of a change.

use std::collections::{BTreeMap, BTreeSet};

use doorward_access::Principal;
use doorward_access::rbac::decide;
use doorward_policy::principal::Memberships;
use doorward_policy::{Action, Kind, Object};
use doorward_protocol::params::Params;
use sea_orm::prelude::Expr;
use sea_orm::sea_query::{ExprTrait as _, Query};
use sea_orm::{ConnectionTrait, DbErr};
use time::Date;
use uuid::Uuid;

use super::model::{
    ActiveModel, Column, Entity, MAX_DESCRIPTION, MAX_TITLE, Priority, Status, Task,
};
use super::permissions::{Action as Route, DeleteTasks, Reach, ReadTasks, WriteTasks};
use crate::caller::Caller;
use crate::date_time::{NO_DAY, parse_date};
use crate::decision_record::{DecisionRecord, MissingRequirement};
use crate::fields::Fields;
use crate::members;
use crate::problem::{Problem, Result};
use crate::projects;
use crate::projects::model::{Column as ProjectColumn, Entity as Projects, Project};
use crate::request::parse_id;
use crate::resource::{
    Change, Filter, Identity, Parameter, Resource, TableObject, common_columns, given, sort_key,
};
use crate::sql_condition::{ColumnMapper, ColumnMapping};

pub(crate) fn column_mapping(path: &[&str]) -> Option<ColumnMapping> {
    let ["project", of_project @ ..] = path else {
        return ColumnMapping::of::<Entity>(path, &[("owner", Column::OwnerSubject)]);
    };
    if of_project.is_empty() {
        return ColumnMapping::of::<Entity>(path, &[("project", Column::ProjectId)]);
    }
    let ColumnMapping::Column(column, holds) = projects::column_mapping(of_project)? else {
        return None;
    };
    let id = (Projects, ProjectColumn::Id);
    let mut rows = Query::select();
    rows.expr(Expr::value(1))
        .from(Projects)
        .and_where(Expr::col(id).equals((Entity, Column::ProjectId)));
    Some(ColumnMapping::Related(Box::new(rows), column, holds))
}

impl TableObject for Task {
    const KIND: Kind = Kind::Task;
    const MAPPER: ColumnMapper = column_mapping;
    const IS_CHANGED_UNREAD: bool = true;

    common_columns!(owner_subject, due_day: NO_DAY);

    async fn as_object<C: ConnectionTrait>(&self, db: &C) -> Result<Object, DbErr> {
        let project = match self.project_id {
            Some(project) => Project::object_by_id(db, project).await?,
            None => None,
        };
        Ok(self.object(project.as_ref()))
    }
}

impl Resource for Task {
    type Read = ReadTasks;
    type Write = WriteTasks;
    type Delete = DeleteTasks;
    type View<'a> = &'a Self;

    const NAME: &'static str = "task";
    const READ_ONLY: &'static [&'static str] =
        &["id", "owner_subject", "org", "created_at", "updated_at"];
    const TITLE: (&'static str, &'static str) = ("title", "A task needs a title.");
    const PARAMETERS: &'static [Parameter<Column>] = &[
        ("assignee", Filter::Text(Column::Assignee)),
        ("department", Filter::Text(Column::Department)),
        ("due_after", Filter::From(Column::DueDay)),
        ("due_before", Filter::Until(Column::DueDay)),
        ("owner", Filter::Text(Column::OwnerSubject)),
        ("priority", Filter::words::<Priority>(Column::Priority)),
        ("project", Filter::Id(Column::ProjectId)),
        ("status", Filter::words::<Status>(Column::Status)),
    ];
    const SORT_KEYS: &'static [(&'static str, Column)] = &[
        ("created_at", Column::CreatedAt),
        ("updated_at", Column::UpdatedAt),
        ("due_date", Column::DueDay),
        ("priority", Column::Priority),
        ("title", Column::TitleKey),
    ];

    fn read(fields: &mut Fields, _now: i64) -> ActiveModel {
        let (title, detail) = Self::TITLE;
        let title = fields.line(title, MAX_TITLE, detail);
        ActiveModel {
            title_key: given(title.as_deref().map(sort_key)),
            title: given(title),
            description: given(fields.text("description", MAX_DESCRIPTION)),
            status: given(fields.word("status")),
            priority: given(fields.word("priority")),
            due_day: given(
                fields
                    .nullable(
                        "due_date",
                        Some("date"),
                        parse_date,
                        "Write a date as YYYY-MM-DD.",
                    )
                    .map(|date| date.map_or(NO_DAY, Date::to_julian_day)),
            ),
            project_id: given(fields.nullable(
                "project",
                Some("uuid"),
                parse_id,
                "Write the id of a project.",
            )),
            assignee: given(fields.name("assignee")),
            department: given(fields.name("department")),
            ..ActiveModel::default()
        }
    }

    fn texts(&self) -> Vec<&str> {
        vec![&self.title, &self.description]
    }

    /// Requires `tasks:read_all` for another user's tasks, whether any exist or not.
    fn check_parameters(principal: &Principal, params: &Params) -> Result<()> {
        let reach = Reach::for_action(principal, Route::Read);
        let owner = params.optional("owner").ok().flatten();
        if owner.is_none_or(|owner| reach.includes(owner)) {
            return Ok(());
        }
        let requested = Route::Read.on_all();
        let reasons = decide(principal, &requested).reasons;
        let record = DecisionRecord::of_route(principal, requested.permission, &reasons);
        let missing = reasons.into_iter().map(MissingRequirement::Route).collect();
        Err(Problem::forbidden(missing, record))
    }

    /// Rejects a project that the caller may not read as if it did not exist.
    async fn check_references(
        caller: &Caller<'_>,
        before: Option<&Self>,
        after: &Self,
    ) -> Result<()> {
        let former = before.and_then(|before| before.project_id);
        if let Some(project) = after.project_id.filter(|project| former != Some(*project))
            && Project::find(caller, project, Action::Read)
                .await?
                .is_none()
        {
            let detail = "There is no such project, or none that you may see.";
            return Err(Problem::member("project", "unknown", detail));
        }
        Ok(())
    }

    /// Requires the project of a task that has one, so that a task leaves it only explicitly.
    async fn replaced(&self, _caller: &Caller<'_>, change: &Change<Self>) -> Result<Vec<Column>> {
        if self.project_id.is_some() && change.project_id.is_not_set() {
            let detail = "The task belongs to a project: name it, or write null to take it out.";
            return Err(Problem::member("project", "required", detail));
        }
        Ok(vec![
            Column::Description,
            Column::Status,
            Column::Priority,
            Column::DueDay,
            Column::Assignee,
            Column::Department,
        ])
    }

    /// Checks whether the task may be changed to this: leaving its project needs permission, entering
    /// another one is checked as a creation, the caller must be permitted to change the result, and
    /// opening the task to more readers is a separate action.
    async fn check_change(
        caller: &Caller<'_>,
        before: &Self,
        change: &Change<Self>,
        after: &Self,
    ) -> Result<()> {
        let reads = |name: &str| caller.policies.readers_depend_on(Kind::Task, name);
        let is_checked = change.project_id.is_set()
            || change.assignee.is_set()
            || change.department.is_set()
            || (change.status.is_set() && reads("status"))
            || (change.priority.is_set() && reads("priority"));
        if !is_checked {
            return Ok(());
        }
        let former = before.as_object(caller.db).await?;
        let new = after.as_object(caller.db).await?;
        if after.project_id == before.project_id {
            caller.require_not_forbidden(Action::Update, &new).await?;
        } else {
            caller.require(Action::MoveOut, &former).await?;
            let entered = after.project_id.map_or(Action::Update, |_| Action::Create);
            caller.require(entered, &new).await?;
        }
        let members = assignee_memberships(caller, after).await?;
        if caller.policies.widens_readers(&former, &new, &members) {
            caller.require(Action::Share, &former).await?;
        }
        Ok(())
    }

    /// Returns the tasks that belong to a restricted project.
    async fn restricted(caller: &Caller<'_>, objects: &[Self]) -> Result<Vec<Uuid>> {
        let projects: BTreeSet<Uuid> = objects.iter().filter_map(|task| task.project_id).collect();
        if projects.is_empty() {
            return Ok(Vec::new());
        }
        let closed = projects::restricted(caller.db, caller.org(), projects).await?;
        let is_closed = |task: &&Self| task.project_id.is_some_and(|id| closed.contains(&id));
        let restricted = objects.iter().filter(is_closed);
        Ok(restricted.map(|task| task.id).collect())
    }

    async fn views<'a>(_: &Caller<'_>, objects: &'a [Self]) -> Result<Vec<&'a Self>> {
        Ok(objects.iter().collect())
    }

    async fn view(&self, _: &Caller<'_>, _path: &str) -> Result<&Self> {
        Ok(self)
    }
}

/// Returns the membership of the assignee in the project of the task: a member reads the task anyway.
async fn assignee_memberships(
    caller: &Caller<'_>,
    task: &Task,
) -> Result<BTreeMap<String, Memberships>> {
    let (Some(assignee), Some(project)) = (&task.assignee, task.project_id) else {
        return Ok(BTreeMap::new());
    };
    let memberships = members::memberships_in(caller.db, &task.org, assignee, &[project]).await?;
    Ok(BTreeMap::from([(assignee.clone(), memberships)]))
}
