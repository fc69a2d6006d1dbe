//! `/api/projects/`: list, create, read, replace, change and delete projects, and manage members.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use doorward_access::guard::{Allowed, Routes};
use serde_json::json;
use uuid::Uuid;

use super::delegation;
use super::input::{parse_change, parse_member, parse_new};
use super::members;
use super::model::{Change, Confidentiality, Member, MembersView, Project, ProjectView, Sight};
use super::query::ListQuery;
use super::store::{self, Deleted};
use crate::audit::{self, Event, Kind};
use crate::body::{JSON, MERGE_PATCH, read_json};
use crate::caller::Caller;
use crate::policy::Action;
use crate::problem::Problem;
use crate::request::{collection, collection_at, expected_version, object_id, page, with_tag};
use crate::state::State;
use crate::tasks::permissions::{DeleteTasks, ReadTasks, WriteTasks};

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
    let items: Vec<_> = found
        .items
        .iter()
        .map(|project| {
            let sight = sight(&state, &caller, project);
            ProjectView::new(project, sight, MembersView::Omitted)
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
        owner_subject: caller.person.subject.clone(),
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
    let decision = caller.decide(&state, Action::Create, &project.object());
    if !decision.allowed {
        return Err(caller.refuse(Action::Create, &project.object(), &decision));
    }
    let level = json!({"confidentiality": project.confidentiality});
    let event = Event::from_request(&caller, Kind::ProjectCreated, "create", resource(id), level);
    let project = store::insert(&state, project, event).await?;
    let mut response = HttpResponse::Created();
    let location = format!("{}{}", collection(&request), project.id);
    response.insert_header((header::LOCATION, location));
    show(&state, &caller, response, &project).await
}

/// Handles `GET /api/projects/{id}`.
pub(crate) async fn read(
    allowed: Allowed<ReadTasks>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let caller = Caller::from_request(&state, &request, &allowed.principal).await?;
    let id = object_id(&request)?;
    let Some(project) = store::find(&state, &caller, id, Action::Read).await? else {
        let find = store::object_in(&state.db, caller.org(), id);
        return Err(caller.hide(&state, find).await?);
    };
    saw(&state, &caller, &project).await?;
    show(&state, &caller, HttpResponse::Ok(), &project).await
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
        let project = actionable(&state, &caller, id, Action::Delete, version).await?;
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

/// Handles `PUT /api/projects/{id}/members/{subject}`.
pub(crate) async fn put_member(
    allowed: Allowed<WriteTasks>,
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let body = read_json(&request, payload, &[JSON]).await?;
    let caller = Caller::from_request(&state, &request, &allowed.principal).await?;
    let (id, version) = (object_id(&request)?, expected_version(&request)?);
    for _ in 0..MAX_ATTEMPTS {
        let project = actionable(&state, &caller, id, Action::ManageMembers, version).await?;
        let after = parse_member(member_of(&request), &body)?;
        let before = members::find(&state.db, caller.org(), id, &after.subject).await?;
        delegation::check(&state, &caller, &project, before.as_ref(), &after).await?;
        if let Some(changed) = change_member(&state, &caller, &project, before, Some(after)).await?
        {
            saw(&state, &caller, &changed).await?;
            return show(&state, &caller, HttpResponse::Ok(), &changed).await;
        }
    }
    Err(Problem::precondition_failed())
}

/// Handles `DELETE /api/projects/{id}/members/{subject}`.
pub(crate) async fn remove_member(
    allowed: Allowed<WriteTasks>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let caller = Caller::from_request(&state, &request, &allowed.principal).await?;
    let (id, version) = (object_id(&request)?, expected_version(&request)?);
    for _ in 0..MAX_ATTEMPTS {
        let project = actionable(&state, &caller, id, Action::ManageMembers, version).await?;
        let subject = member_of(&request);
        let before = members::find(&state.db, caller.org(), id, subject).await?;
        if before.is_none() {
            return Err(Problem::not_found());
        }
        let changed = change_member(&state, &caller, &project, before, None).await?;
        if changed.is_some() {
            return Ok(HttpResponse::NoContent().finish());
        }
    }
    Err(Problem::precondition_failed())
}

/// Replaces the membership `before` by `after`, at least one of which exists, and records an audit
/// event. Returns the changed project, or `None` if it changed meanwhile.
async fn change_member(
    state: &State,
    caller: &Caller,
    project: &Project,
    before: Option<Member>,
    after: Option<Member>,
) -> Result<Option<Project>, Problem> {
    let is = |member: &Member| json!({"role": member.role, "permissions": member.permissions});
    let somebody = after.as_ref().or(before.as_ref());
    let subject = somebody.map_or_else(String::new, |member| member.subject.clone());
    let detail = json!({
        "member": subject,
        "before": before.as_ref().map(is),
        "after": after.as_ref().map(is),
    });
    let about = resource(project.id);
    let event = Event::from_request(caller, Kind::MemberChanged, "manage_members", about, detail);
    Ok(store::change_member(state, project, &subject, after, event).await?)
}

/// Records the read of a restricted project.
async fn saw(state: &State, caller: &Caller, project: &Project) -> Result<(), Problem> {
    if project.confidentiality == Confidentiality::Restricted {
        let about = Some(resource(project.id));
        audit::saw(state, caller, "read", about, json!({})).await?;
    }
    Ok(())
}

fn resource(id: Uuid) -> String {
    format!("Project/{id}")
}

fn member_of(request: &HttpRequest) -> &str {
    request.match_info().get("subject").unwrap_or_default()
}

/// Returns the project at the requested version if the policies permit the action, or the error
/// response.
async fn actionable(
    state: &State,
    caller: &Caller,
    id: Uuid,
    action: Action,
    version: Option<i64>,
) -> Result<Project, Problem> {
    let Some(project) = store::find(state, caller, id, Action::Read).await? else {
        let find = store::object_in(&state.db, caller.org(), id);
        return Err(caller.hide(state, find).await?);
    };
    let decision = caller.decide(state, action, &project.object());
    if !decision.allowed {
        return Err(caller.refuse(action, &project.object(), &decision));
    }
    if version.is_some_and(|version| version != project.version) {
        return Err(Problem::precondition_failed());
    }
    Ok(project)
}

async fn update_as(
    state: &State,
    caller: &Caller,
    request: &HttpRequest,
    change: impl Fn(Sight) -> Change,
) -> Result<HttpResponse, Problem> {
    let (id, version) = (object_id(request)?, expected_version(request)?);
    for _ in 0..MAX_ATTEMPTS {
        let project = actionable(state, caller, id, Action::Update, version).await?;
        let change = change(sight(state, caller, &project));
        // A caller who may not read a field may not write it. Making a project readable for more
        // users is a separate action.
        for (requested, action) in [
            (change.budget.is_some(), Action::ReadBudget),
            (change.internal_notes.is_some(), Action::ReadNotes),
            (project.is_opened_by(&change), Action::LowerConfidentiality),
        ] {
            let decision = caller.decide(state, action, &project.object());
            if requested && !decision.allowed {
                return Err(caller.refuse(action, &project.object(), &decision));
            }
        }
        let event = sensitive(caller, &project, &change);
        let changed = store::update(state, caller, id, project.version, change, event).await?;
        if let Some(changed) = changed {
            saw(state, caller, &changed).await?;
            return show(state, caller, HttpResponse::Ok(), &changed).await;
        }
    }
    Err(Problem::precondition_failed())
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

/// Returns the fields of the project that the caller may read.
fn sight(state: &State, caller: &Caller, project: &Project) -> Sight {
    let object = project.object();
    let sees = |action| caller.decide(state, action, &object).allowed;
    Sight {
        budget: sees(Action::ReadBudget),
        notes: sees(Action::ReadNotes),
    }
}

/// Responds with the project and its members, limited to what the caller may read.
async fn show(
    state: &State,
    caller: &Caller,
    response: actix_web::HttpResponseBuilder,
    project: &Project,
) -> Result<HttpResponse, Problem> {
    let object = project.object();
    let may = |action| caller.decide(state, action, &object).allowed;
    let mut members = members::list(&state.db, caller.org(), project.id).await?;
    if !may(Action::ReadContact) {
        for member in &mut members {
            conceal(caller, member);
        }
    }
    let shown = if may(Action::ReadMembers) {
        MembersView::All(&members)
    } else {
        MembersView::Count(members.len())
    };
    let view = ProjectView::new(project, sight(state, caller, project), shown);
    Ok(with_tag(response, project.version, &view))
}

/// Removes contact data, except the caller's own.
fn conceal(caller: &Caller, member: &mut Member) {
    if member.subject != caller.person.subject {
        member.email = None;
        member.phone = None;
    }
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
    .put("/api/projects/{id}/members/{subject}", put_member)
    .delete("/api/projects/{id}/members/{subject}", remove_member)
}
