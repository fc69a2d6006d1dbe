//! `/api/projects/{id}/members/`: list, add, change and remove the members of a project.

use actix_web::{HttpRequest, HttpResponse, web};
use doorward_access::guard::{Allowed, Routes};
use doorward_http_common::problem::FieldError;
use doorward_policy::Action;
use serde_json::json;
use uuid::Uuid;

use super::member_change::{MemberChange, change_member};
use super::members::{self, MAX_GIVEN, MAX_MEMBERS};
use super::model::{Member, Project};
use super::{delegation, member_body};
use crate::audit::{Event, Kind};
use crate::body::{JSON, read_json};
use crate::caller::Caller;
use crate::cursor::Position;
use crate::list_params::{Reader, parameters};
use crate::problem::Problem;
use crate::request::{MAX_ATTEMPTS, expected_version, object_id, page};
use crate::resource::TableObject as _;
use crate::resource::http::{record_reading, show};
use crate::state::State;
use crate::tasks::permissions::{ReadTasks, WriteTasks};

/// Permission to change every project.
const WRITE_ALL: &str = "projects:write_all";

/// Returns the text that binds a cursor to the list of one project.
fn context(project: Uuid) -> String {
    format!("members/1 {project}")
}

/// Handles `GET /api/projects/{id}/members/`.
async fn list(
    allowed: Allowed<ReadTasks>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let id = object_id(&request)?;
    let params = parameters(request.query_string())?;
    let mut reader = Reader::new(&params, ["cursor", "limit"]);
    let requested = usize::from(reader.limit());
    let after = match reader.cursor(&state.cursors, &context(id)) {
        Some(Position::Text(subject, _)) => Some(subject),
        _ => None,
    };
    reader.finish()?;
    let caller = Caller::from_request(&state, &request, &allowed.principal).await?;
    let project = Project::actionable(&state, &caller, id, Action::ReadMembers).await?;
    let contacts = caller
        .decide(&state, Action::ReadContact, &project.object())
        .await?;
    let (org, most) = (caller.org(), requested as u64 + 1);
    let mut found = members::list(&state.db, org, id, after.as_deref(), most).await?;
    let more = found.len() > requested;
    found.truncate(requested);
    if !contacts.allowed {
        for member in &mut found {
            conceal(&caller, member);
        }
    }
    let last = found.last().filter(|_| more);
    let next = last.map(|member| {
        let position = Position::Text(member.subject.clone(), id);
        state.cursors.seal(&position, &context(id))
    });
    record_reading(&state, &caller, &project).await?;
    Ok(page(&request, &found, next))
}

/// Handles `PUT /api/projects/{id}/members/{subject}`.
async fn put(
    allowed: Allowed<WriteTasks>,
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let body = read_json(&request, payload, &[JSON]).await?;
    let caller = Caller::from_request(&state, &request, &allowed.principal).await?;
    let (id, version) = (object_id(&request)?, expected_version(&request)?);
    for _ in 0..MAX_ATTEMPTS {
        let project = Project::actionable(&state, &caller, id, Action::ManageMembers).await?;
        project.check_version(version)?;
        let after = member_body::parse(member_of(&request), &body)?;
        let before = members::find(&state.db, caller.org(), id, &after.subject).await?;
        delegation::check(&state, &caller, &project, before.as_ref(), &after).await?;
        if let Some(changed) = change(&state, &caller, &project, before, Some(after)).await? {
            return show(&state, &caller, &request, &changed).await;
        }
    }
    Err(Problem::precondition_failed())
}

/// Handles `DELETE /api/projects/{id}/members/{subject}`. Members may always leave: others added
/// them.
async fn remove(
    allowed: Allowed<WriteTasks>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let caller = Caller::from_request(&state, &request, &allowed.principal).await?;
    let (id, version) = (object_id(&request)?, expected_version(&request)?);
    let subject = member_of(&request);
    let action = if subject == caller.subject() {
        Action::Read
    } else {
        Action::ManageMembers
    };
    for _ in 0..MAX_ATTEMPTS {
        let project = Project::actionable(&state, &caller, id, action).await?;
        project.check_version(version)?;
        let before = members::find(&state.db, caller.org(), id, subject).await?;
        if before.is_none() {
            return Err(Problem::not_found());
        }
        let changed = change(&state, &caller, &project, before, None).await?;
        if changed.is_some() {
            return Ok(HttpResponse::NoContent().finish());
        }
    }
    Err(Problem::precondition_failed())
}

/// Replaces the membership `before` by `after`, at least one of which exists, and records an audit
/// event. Returns the changed project, or `None` if it changed meanwhile.
async fn change(
    state: &State,
    caller: &Caller,
    project: &Project,
    before: Option<Member>,
    after: Option<Member>,
) -> Result<Option<Project>, Problem> {
    let is = |member: &Member| json!({"role": member.role, "permissions": member.permissions});
    let either = after.as_ref().or(before.as_ref());
    let subject = either.map_or_else(String::new, |member| member.subject.clone());
    let detail = json!({
        "member": subject,
        "before": before.as_ref().map(is),
        "after": after.as_ref().map(is),
    });
    let about = project.resource_name();
    let event = Event::from_request(caller, Kind::MemberChanged, "manage_members", about, detail);
    let unlimited = caller.principal.entitlements.contains(WRITE_ALL);
    let result = change_member(state, caller, project, &subject, after, unlimited, event).await?;
    match result {
        MemberChange::Done(changed) => Ok(Some(*changed)),
        MemberChange::Stale => Ok(None),
        MemberChange::FullProject => Err(too_many(format!(
            "A project has at most {MAX_MEMBERS} members."
        ))),
        MemberChange::FullUser => Err(too_many(format!(
            "You added this user to {MAX_GIVEN} projects, which is the limit without the permission \
             {WRITE_ALL}."
        ))),
    }
}

fn too_many(detail: String) -> Problem {
    Problem::invalid(vec![FieldError::parameter("subject", "too_many", detail)])
}

fn member_of(request: &HttpRequest) -> &str {
    request.match_info().get("subject").unwrap_or_default()
}

/// Removes contact data, except the caller's own.
fn conceal(caller: &Caller, member: &mut Member) {
    if member.subject != caller.subject() {
        member.email = None;
        member.phone = None;
    }
}

/// Returns the routes of this module.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/api/projects/{id}/members", list)
        .get("/api/projects/{id}/members/", list)
        .put("/api/projects/{id}/members/{subject}", put)
        .delete("/api/projects/{id}/members/{subject}", remove)
}
