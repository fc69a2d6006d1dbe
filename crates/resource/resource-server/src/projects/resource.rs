//! Projects as a resource: columns, query parameters, bodies, and the checks of a change.

use std::collections::{BTreeMap, BTreeSet};

use doorward_policy::{Action, Engine, Filter as Policy, Kind, Object};
use sea_orm::prelude::Expr;
use sea_orm::sea_query::{ExprTrait as _, Query};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _,
    QuerySelect as _,
};
use serde_json::json;
use uuid::Uuid;

use super::delegation::task_in;
use super::model::{
    ActiveModel, Column, Confidentiality, Entity, MAX_NAME, MAX_TEXT, Project, ProjectView, Status,
};
use crate::audit::{Event, Kind as EventKind, sensitive_change};
use crate::caller::Caller;
use crate::fields::Fields;
use crate::members;
use crate::members::model::{Member, Role};
use crate::problem::Result;
use crate::resource::{
    Change, Filter, Identity, Parameter, Resource, TableObject, common_columns, given, sort_key,
};
use crate::sql_condition::{ColumnMapper, ColumnMapping};
use crate::tasks::model::{Column as TaskColumn, Entity as Tasks};
use crate::tasks::permissions::{DeleteTasks, ReadTasks, WriteTasks};
use crate::value_list;

pub(crate) fn column_mapping(path: &[&str]) -> Option<ColumnMapping> {
    ColumnMapping::of::<Entity>(path, &[("owner", Column::OwnerSubject)])
}

pub(crate) async fn restricted<C: ConnectionTrait>(
    db: &C,
    org: &str,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<BTreeSet<Uuid>, DbErr> {
    let (ids, mut restricted) = (Vec::from_iter(ids), BTreeSet::new());
    for part in value_list::parts(&ids) {
        let rows = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::Org.eq(org))
            .filter(part.contains(Column::Id))
            .filter(Column::Confidentiality.eq(Confidentiality::Restricted))
            .into_tuple::<Uuid>()
            .all(db)
            .await?;
        restricted.extend(rows);
    }
    Ok(restricted)
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
        ..Member::default()
    };
    let (id, now) = (project.id, project.created_at);
    members::put(db, &project.org, id, member, &project.owner_subject, now).await
}

async fn permitted(
    caller: &Caller<'_>,
    action: Action,
    ids: &[Uuid],
) -> Result<BTreeSet<Uuid>, DbErr> {
    let selection = caller.select(action, Kind::Project);
    let mut permitted = BTreeSet::new();
    if selection.filter == Policy::Never {
        return Ok(permitted);
    }
    for part in value_list::parts(ids) {
        let projects = Entity::find()
            .filter(part.contains(Column::Id))
            .filter(Project::within(caller, &selection)?)
            .all(caller.db)
            .await?;
        for project in projects {
            if project.allows(caller, action, &selection).await? {
                permitted.insert(project.id);
            }
        }
    }
    Ok(permitted)
}

impl Project {
    async fn permits(&self, caller: &Caller<'_>, action: Action) -> Result<bool, DbErr> {
        Ok(caller.decide(action, &self.object()).await?.allowed)
    }

    /// Returns true if more callers may read `after`, or a task in it, than this project.
    fn widens_readers(&self, policies: &Engine, after: &Self) -> bool {
        let no_members = BTreeMap::new();
        policies.widens_readers(&self.object(), &after.object(), &no_members)
            || policies.widens_readers(&task_in(self, ""), &task_in(after, ""), &no_members)
    }
}

impl TableObject for Project {
    const KIND: Kind = Kind::Project;
    const MAPPER: ColumnMapper = column_mapping;

    common_columns!(owner_subject);

    async fn as_object<C: ConnectionTrait>(&self, _: &C) -> Result<Object, DbErr> {
        Ok(self.object())
    }
}

impl Resource for Project {
    type Read = ReadTasks;
    type Write = WriteTasks;
    type Delete = DeleteTasks;
    type View<'a> = ProjectView<'a>;

    const NAME: &'static str = "project";
    const READ_ONLY: &'static [&'static str] = &[
        "id",
        "owner_subject",
        "org",
        "member_count",
        "members_url",
        "created_at",
        "updated_at",
    ];
    const TITLE: (&'static str, &'static str) = ("name", "A project needs a name.");
    const PARAMETERS: &'static [Parameter<Column>] = &[
        (
            "confidentiality",
            Filter::words::<Confidentiality>(Column::Confidentiality),
        ),
        ("department", Filter::Text(Column::Department)),
        ("owner", Filter::Text(Column::OwnerSubject)),
        ("status", Filter::words::<Status>(Column::Status)),
    ];
    const SORT_KEYS: &'static [(&'static str, Column)] = &[
        ("created_at", Column::CreatedAt),
        ("updated_at", Column::UpdatedAt),
        ("name", Column::NameKey),
    ];

    fn read(fields: &mut Fields, _now: i64) -> ActiveModel {
        let (name, detail) = Self::TITLE;
        let name = fields.line(name, MAX_NAME, detail);
        ActiveModel {
            name_key: given(name.as_deref().map(sort_key)),
            name: given(name),
            description: given(fields.text("description", MAX_TEXT)),
            department: given(fields.name("department")),
            confidentiality: given(fields.word("confidentiality")),
            status: given(fields.word("status")),
            budget: given(fields.amount(
                "budget",
                "A whole number in the smallest unit of the currency, or null.",
            )),
            internal_notes: given(fields.text("internal_notes", MAX_TEXT)),
            ..ActiveModel::default()
        }
    }

    fn texts(&self) -> Vec<&str> {
        vec![&self.name]
    }

    /// Leaves out what the caller may not read.
    async fn replaced(&self, caller: &Caller<'_>, _change: &Change<Self>) -> Result<Vec<Column>> {
        let mut columns = vec![
            Column::Description,
            Column::Department,
            Column::Confidentiality,
            Column::Status,
        ];
        if self.permits(caller, Action::ReadBudget).await? {
            columns.push(Column::Budget);
        }
        if self.permits(caller, Action::ReadNotes).await? {
            columns.push(Column::InternalNotes);
        }
        Ok(columns)
    }

    /// Checks that the caller may read the fields that the change sets. Making a project readable for
    /// more users is a separate action.
    async fn check_change(
        caller: &Caller<'_>,
        before: &Self,
        change: &Change<Self>,
        after: &Self,
    ) -> Result<()> {
        for (requested, action) in [
            (change.budget.is_set(), Action::ReadBudget),
            (change.internal_notes.is_set(), Action::ReadNotes),
            (
                before.widens_readers(caller.policies, after),
                Action::LowerConfidentiality,
            ),
        ] {
            if requested {
                caller.require(action, &before.object()).await?;
            }
        }
        Ok(())
    }

    /// Returns the event with the level, or with the names of changed sensitive fields, without their
    /// contents.
    fn event(caller: &Caller<'_>, before: Option<&Self>, after: Option<&Self>) -> Option<Event> {
        let project = after.or(before)?;
        let level = json!({"confidentiality": project.confidentiality});
        let (kind, action, detail) = match (before, after) {
            (None, _) => (EventKind::ProjectCreated, "create", level),
            (_, None) => (EventKind::ProjectDeleted, "delete", level),
            (Some(old), Some(new)) => {
                let detail = sensitive_change(
                    (old.confidentiality, new.confidentiality),
                    &[
                        ("department", old.department != new.department),
                        ("budget", old.budget != new.budget),
                        ("internal_notes", old.internal_notes != new.internal_notes),
                    ],
                );
                (EventKind::ProjectChanged, "update", detail?)
            }
        };
        let name = project.resource_name();
        Some(Event::from_request(caller, kind, action, name, &detail))
    }

    /// Adds the creator as lead.
    async fn insert_related<C: ConnectionTrait>(&self, db: &C) -> Result<(), DbErr> {
        add_member(db, self, &self.owner_subject, Role::Lead).await
    }

    fn needed(id: Uuid) -> Option<(Condition, &'static str)> {
        let tasks = Query::select()
            .expr(Expr::value(1))
            .from(Tasks)
            .and_where(Expr::col((Tasks, TaskColumn::ProjectId)).eq(id))
            .take();
        Some((
            Condition::all().add(Expr::exists(tasks)),
            "Tasks belong to this project. Move or delete them first.",
        ))
    }

    fn is_restricted(&self) -> bool {
        self.confidentiality == Confidentiality::Restricted
    }

    async fn views<'a>(caller: &Caller<'_>, objects: &'a [Self]) -> Result<Vec<ProjectView<'a>>> {
        let ids: Vec<Uuid> = objects.iter().map(|project| project.id).collect();
        let budgets = permitted(caller, Action::ReadBudget, &ids).await?;
        let notes = permitted(caller, Action::ReadNotes, &ids).await?;
        let views = objects.iter().map(|project| ProjectView {
            project,
            budget: budgets.contains(&project.id).then_some(project.budget),
            internal_notes: notes
                .contains(&project.id)
                .then_some(&*project.internal_notes),
            member_count: None,
            members_url: None,
        });
        Ok(views.collect())
    }

    async fn view(&self, caller: &Caller<'_>, path: &str) -> Result<ProjectView<'_>> {
        let lists_members = self.permits(caller, Action::ReadMembers).await?;
        let reads_budget = self.permits(caller, Action::ReadBudget).await?;
        let reads_notes = self.permits(caller, Action::ReadNotes).await?;
        Ok(ProjectView {
            project: self,
            budget: reads_budget.then_some(self.budget),
            internal_notes: reads_notes.then_some(&*self.internal_notes),
            member_count: Some(members::count(caller.db, caller.org(), self.id).await?),
            members_url: lists_members.then(|| list_path(path, self.id)),
        })
    }
}

/// Returns the path of the list of members, below the base path of the request.
fn list_path(path: &str, project: Uuid) -> String {
    const COLLECTION: &str = "/projects";
    let base = path.find(COLLECTION).map_or("/api", |at| &path[..at]);
    format!("{base}{COLLECTION}/{project}/members/")
}
