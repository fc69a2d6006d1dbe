//! `/api/projects/`: list, create, read, replace, change and delete projects.

use std::collections::BTreeMap;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use doorward_access::guard::{Allowed, Routes};
use serde_json::json;
use uuid::Uuid;

use super::input::{parse_change, parse_new};
use super::model::{Change, Confidentiality, Project, ProjectView, Sight};
use super::query::ListQuery;
use super::response::{resource, saw, show, sight};
use super::store::{self, Deleted};
use super::{delegation, member_http};
use crate::audit::{self, Event, Kind};
use crate::body::{JSON, MERGE_PATCH, read_json};
use crate::caller::Caller;
use crate::problem::Problem;
use crate::request::{collection, collection_at, expected_version, object_id, page};
use crate::state::State;
use crate::table_object::TableObject as _;
use crate::tasks::permissions::{DeleteTasks, ReadTasks, WriteTasks};
use doorward_policy::Action;

/// Maximum number of attempts of a change if the object changes between the decision and the
/// statement.
const MAX_ATTEMPTS: u32 = 64;

/// Handles `GET /api/projects/`.
pub(crate) async fn list(
    allowed: Allowed<ReadTasks>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let query = ListQuery::parse(request.query_string(), &allowed.principal, &state.cursors)?;
    let caller = Caller::from_request(&state, &request, &allowed.principal).await?;
    let found = store::list(&state, &caller, &query).await?;
    let next = found
        .next
        .map(|position| state.cursors.seal(&position, &query.context()));
    let ids: Vec<Uuid> = found.items.iter().map(|project| project.id).collect();
    let budgets = store::permitted(&state, &caller, Action::ReadBudget, &ids).await?;
    let notes = store::permitted(&state, &caller, Action::ReadNotes, &ids).await?;
    let items: Vec<_> = found
        .items
        .iter()
        .map(|project| {
            let sight = Sight {
                budget: budgets.contains(&project.id),
                notes: notes.contains(&project.id),
            };
            ProjectView::new(project, sight, None)
        })
        .collect();
    let restricted: Vec<_> = found
        .items
        .iter()
        .filter(|project| project.confidentiality == Confidentiality::Restricted)
        .map(|project| project.id)
        .collect();
    if !restricted.is_empty() {
        audit::saw(
            &state,
            &caller,
            "list",
            None,
            json!({"projects": restricted}),
        )
        .await?;
    }
    Ok(page(&request, &items, next))
}

/// Handles `POST /api/projects/`.
pub(crate) async fn create(
    allowed: Allowed<WriteTasks>,
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let draft = parse_new(&read_json(&request, payload, &[JSON]).await?)?;
    let caller = Caller::from_request(&state, &request, &allowed.principal).await?;
    let now = state.clock.now();
    let id = state.ids.next(now);
    let project = Project {
        id,
        org: caller.org().to_owned(),
        owner_subject: caller.subject().to_owned(),
        name: draft.name.unwrap_or_default(),
        description: draft.description.unwrap_or_default(),
        department: draft.department.flatten(),
        confidentiality: draft.confidentiality.unwrap_or_default(),
        status: draft.status.unwrap_or_default(),
        budget: draft.budget.flatten(),
        internal_notes: draft.internal_notes.unwrap_or_default(),
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let decision = caller
        .decide(&state, Action::Create, &project.object())
        .await?;
    if !decision.allowed {
        return Err(caller.refuse(Action::Create, &project.object(), &decision));
    }
    let level = json!({"confidentiality": project.confidentiality});
    let event = Event::from_request(&caller, Kind::ProjectCreated, "create", resource(id), level);
    let project = store::insert(&state, project, event).await?;
    let mut response = HttpResponse::Created();
    let location = format!("{}{}", collection(&request), project.id);
    response.insert_header((header::LOCATION, location));
    show(&state, &caller, &request, response, &project).await
}

/// Handles `GET /api/projects/{id}`.
pub(crate) async fn read(
    allowed: Allowed<ReadTasks>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let caller = Caller::from_request(&state, &request, &allowed.principal).await?;
    let id = object_id(&request)?;
    let project = Project::visible(&state, &caller, id).await?;
    saw(&state, &caller, &project).await?;
    show(&state, &caller, &request, HttpResponse::Ok(), &project).await
}

/// Handles `PUT /api/projects/{id}`: missing fields get their defaults, except those that the
/// caller may not read.
pub(crate) async fn replace(
    allowed: Allowed<WriteTasks>,
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let change = parse_new(&read_json(&request, payload, &[JSON]).await?)?;
    let caller = Caller::from_request(&state, &request, &allowed.principal).await?;
    update_as(&state, &caller, &request, |sight| {
        let mut change = change.clone();
        change.description.get_or_insert_default();
        change.department.get_or_insert(None);
        change.confidentiality.get_or_insert_default();
        change.status.get_or_insert_default();
        if sight.budget {
            change.budget.get_or_insert(None);
        }
        if sight.notes {
            change.internal_notes.get_or_insert_default();
        }
        change
    })
    .await
}

/// Handles `PATCH /api/projects/{id}`.
pub(crate) async fn update(
    allowed: Allowed<WriteTasks>,
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let change = parse_change(&read_json(&request, payload, &[JSON, MERGE_PATCH]).await?)?;
    let caller = Caller::from_request(&state, &request, &allowed.principal).await?;
    update_as(&state, &caller, &request, |_| change.clone()).await
}

/// Handles `DELETE /api/projects/{id}`.
pub(crate) async fn delete(
    allowed: Allowed<DeleteTasks>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let caller = Caller::from_request(&state, &request, &allowed.principal).await?;
    let (id, version) = (object_id(&request)?, expected_version(&request)?);
    for _ in 0..MAX_ATTEMPTS {
        let project = Project::actionable(&state, &caller, id, Action::Delete, version).await?;
        let level = json!({"confidentiality": project.confidentiality});
        let event =
            Event::from_request(&caller, Kind::ProjectDeleted, "delete", resource(id), level);
        match store::delete(&state, &caller, id, project.version, event).await? {
            Deleted::Yes => return Ok(HttpResponse::NoContent().finish()),
            Deleted::StillNeeded => {
                return Err(Problem::still_needed(
                    "Tasks belong to this project. Move or delete them first.",
                ));
            }
            Deleted::No => {}
        }
    }
    Err(Problem::precondition_failed())
}

async fn update_as(
    state: &State,
    caller: &Caller,
    request: &HttpRequest,
    change: impl Fn(Sight) -> Change,
) -> Result<HttpResponse, Problem> {
    let (id, version) = (object_id(request)?, expected_version(request)?);
    for _ in 0..MAX_ATTEMPTS {
        let project = Project::actionable(state, caller, id, Action::Update, version).await?;
        let change = change(sight(state, caller, &project).await?);
        // A caller who may not read a field may not write it. Making a project readable for more
        // users is a separate action.
        for (requested, action) in [
            (change.budget.is_some(), Action::ReadBudget),
            (change.internal_notes.is_some(), Action::ReadNotes),
            (
                widens_readers(state, &project, &project.changed(&change)),
                Action::LowerConfidentiality,
            ),
        ] {
            if !requested {
                continue;
            }
            let decision = caller.decide(state, action, &project.object()).await?;
            if !decision.allowed {
                return Err(caller.refuse(action, &project.object(), &decision));
            }
        }
        let event = sensitive(caller, &project, &change);
        let changed = store::update(state, caller, id, project.version, change, event).await?;
        if let Some(changed) = changed {
            saw(state, caller, &changed).await?;
            return show(state, caller, request, HttpResponse::Ok(), &changed).await;
        }
    }
    Err(Problem::precondition_failed())
}

/// Returns true if more callers may read the project, or a task in it, after the change.
fn widens_readers(state: &State, before: &Project, after: &Project) -> bool {
    let policies = &state.policies;
    let nobody = BTreeMap::new();
    policies.widens_readers(&before.object(), &after.object(), &nobody)
        || policies.widens_readers(
            &delegation::task_in(before, ""),
            &delegation::task_in(after, ""),
            &nobody,
        )
}

/// Returns the audit event of a change: the names of changed sensitive fields, without their
/// contents.
fn sensitive(caller: &Caller, project: &Project, change: &Change) -> Option<Event> {
    let level = change
        .confidentiality
        .filter(|level| *level != project.confidentiality);
    let department = change.department.as_ref();
    let notes = change.internal_notes.as_ref();
    let fields: Vec<&str> = [
        ("confidentiality", level.is_some()),
        (
            "department",
            department.is_some_and(|new| *new != project.department),
        ),
        (
            "budget",
            change.budget.is_some_and(|new| new != project.budget),
        ),
        (
            "internal_notes",
            notes.is_some_and(|new| *new != project.internal_notes),
        ),
    ]
    .into_iter()
    .filter_map(|(field, changes)| changes.then_some(field))
    .collect();
    if fields.is_empty() {
        return None;
    }
    let mut detail = json!({"fields": fields});
    if let Some(level) = level {
        detail["confidentiality"] = json!({"before": project.confidentiality, "after": level});
    }
    let about = resource(project.id);
    Some(Event::from_request(
        caller,
        Kind::ProjectChanged,
        "update",
        about,
        detail,
    ))
}

/// Returns the routes of this module.
pub(crate) fn routes() -> Routes {
    collection_at("/api/projects", |routes, path| {
        routes.get(path, list).post(path, create)
    })
    .get("/api/projects/{id}", read)
    .put("/api/projects/{id}", replace)
    .patch("/api/projects/{id}", update)
    .delete("/api/projects/{id}", delete)
    .merge(member_http::routes())
}
