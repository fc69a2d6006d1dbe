//! `/api/projects/{id}/members/`: list, add, change and remove the members of a project.

use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};
use doorward_access::guard::{Allowed, Routes};
use doorward_policy::Action;
use doorward_protocol::displayed_text::is_hidden;
use uuid::Uuid;

use super::delegation;
use super::member_change::change_member;
use super::model::Project;
use crate::body::{JSON, read_json};
use crate::caller::Call;
use crate::cursor::Position;
use crate::fields::{Fields, MAX_NAME};
use crate::list_params::{Reader, parameters};
use crate::members;
use crate::members::model::Member;
use crate::problem::{Answer, Problem, Result};
use crate::request::{MAX_ATTEMPTS, object_id, page};
use crate::resource::TableObject as _;
use crate::resource::http::{record_reading, show};
use crate::tasks::permissions::{ReadTasks, WriteTasks};

const READ_ONLY: [&str; 7] = [
    "id",
    "owner_subject",
    "org",
    "members",
    "joined_at",
    "created_at",
    "updated_at",
];

fn context(project: Uuid) -> String {
    format!("members/1 {project}")
}

async fn list(allowed: Allowed<ReadTasks>, call: Call) -> Answer {
    let (id, state) = (object_id(&call.request)?, &call.state);
    let params = parameters(call.request.query_string())?;
    let mut reader = Reader::new(&params, ["cursor", "limit"]);
    let requested = usize::from(reader.limit());
    let after = match reader.cursor(&state.cursors, &context(id)) {
        Some(Position::Text(subject, _)) => Some(subject),
        _ => None,
    };
    reader.finish()?;
    let caller = call.caller(&allowed.principal).await?;
    let project = Project::actionable(&caller, id, Action::ReadMembers).await?;
    let contacts = caller
        .decide(Action::ReadContact, &project.object())
        .await?;
    let (org, most) = (caller.org(), requested as u64 + 1);
    let mut members = members::list(&state.db, org, id, after.as_deref(), most).await?;
    let more = members.len() > requested;
    members.truncate(requested);
    if !contacts.allowed {
        let others = members.iter_mut();
        for member in others.filter(|member| member.subject != caller.subject()) {
            member.email = None;
            member.phone = None;
        }
    }
    let last = members.last().filter(|_| more);
    let next = last.map(|member| {
        let position = Position::Text(member.subject.clone(), id);
        state.cursors.seal(&position, &context(id))
    });
    record_reading(state, &caller, &project).await?;
    Ok(page(&call.request, &members, next))
}

async fn put(allowed: Allowed<WriteTasks>, call: Call, payload: Payload) -> Answer {
    let body = read_json(&call.request, payload, &[JSON]).await?;
    let caller = call.caller(&allowed.principal).await?;
    let (id, version) = call.target()?;
    let subject = member_of(&call.request);
    for _ in 0..MAX_ATTEMPTS {
        let project = Project::actionable(&caller, id, Action::ManageMembers).await?;
        project.check_version(version)?;
        let after = parse(subject, &body)?;
        let before = members::find(caller.db, caller.org(), id, subject).await?;
        delegation::check(&caller, &project, before.as_ref(), &after).await?;
        let change = change_member(&call.state, &caller, &project, subject, before, Some(after));
        if let Some(changed) = change.await? {
            return show(&call, &caller, &changed).await;
        }
    }
    Err(Problem::precondition_failed())
}

/// Handles `DELETE /api/projects/{id}/members/{subject}`. Members may always leave: others added
/// them.
async fn remove(allowed: Allowed<WriteTasks>, call: Call) -> Answer {
    let caller = call.caller(&allowed.principal).await?;
    let (id, version) = call.target()?;
    let subject = member_of(&call.request);
    let action = if subject == caller.subject() {
        Action::Read
    } else {
        Action::ManageMembers
    };
    for _ in 0..MAX_ATTEMPTS {
        let project = Project::actionable(&caller, id, action).await?;
        project.check_version(version)?;
        let before = members::find(caller.db, caller.org(), id, subject).await?;
        if before.is_none() {
            return Err(Problem::not_found());
        }
        let change = change_member(&call.state, &caller, &project, subject, before, None);
        if change.await?.is_some() {
            return Ok(HttpResponse::NoContent().finish());
        }
    }
    Err(Problem::precondition_failed())
}

fn parse(subject: &str, body: &[u8]) -> Result<Member> {
    Fields::parse(body, &READ_ONLY, |fields| {
        if subject.is_empty() || subject.len() > MAX_NAME || subject.chars().any(is_hidden) {
            fields.refuse("subject", "invalid", format!("1 to {MAX_NAME} bytes."));
        }
        read(fields, subject)
    })
}

pub(crate) fn read(fields: &mut Fields, subject: &str) -> Member {
    Member {
        subject: subject.to_owned(),
        role: fields.word("role").unwrap_or_default(),
        permissions: fields.words("permissions"),
        joined_at: None,
        email: fields.name("email").flatten(),
        phone: fields.name("phone").flatten(),
    }
}

fn member_of(request: &HttpRequest) -> &str {
    request.match_info().get("subject").unwrap_or_default()
}

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/api/projects/{id}/members", list)
        .get("/api/projects/{id}/members/", list)
        .put("/api/projects/{id}/members/{subject}", put)
        .delete("/api/projects/{id}/members/{subject}", remove)
}
