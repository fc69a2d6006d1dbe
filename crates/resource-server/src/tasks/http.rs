//! `/api/tasks/`: list, create, read, replace, change, delete. A handler reads its input, runs
//! one statement whose WHERE clause is the object rule, and answers.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use doorward_access::Principal;
use doorward_access::guard::{Allowed, RouteGuard, Routes};
use doorward_access::rbac::Requirement;
use doorward_protocol::redirect_uri::with_query;
use serde::Serialize;
use uuid::Uuid;

use super::input::{parse_change, parse_draft};
use super::model::{Change, Task, TaskView};
use super::permissions::{Action, Miss, Reach, explain_miss};
use super::query::ListQuery;
use super::store;
use crate::app::State;
use crate::body::{JSON, MERGE_PATCH, read_json};
use crate::problem::Problem;

/// May see tasks.
pub(crate) struct ReadTasks;
/// May create and change tasks.
pub(crate) struct WriteTasks;
/// May remove tasks.
pub(crate) struct DeleteTasks;

impl RouteGuard for ReadTasks {
    const REQUIREMENT: Requirement = Action::Read.on_own();
}

impl RouteGuard for WriteTasks {
    const REQUIREMENT: Requirement = Action::Write.on_own();
}

impl RouteGuard for DeleteTasks {
    const REQUIREMENT: Requirement = Action::Delete.on_own();
}

#[derive(Serialize)]
struct PageView<'a> {
    items: Vec<TaskView<'a>>,
    next: Option<String>,
}

/// `GET /api/tasks/`
pub(crate) async fn list(
    caller: Allowed<ReadTasks>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let query = ListQuery::parse(request.query_string(), &caller.principal, &state.cursors)?;
    let page = store::list(&state.db, &query).await?;
    let next = page
        .next
        .map(|position| state.cursors.seal(&position, &query.context()));
    let mut response = HttpResponse::Ok();
    if let Some(cursor) = &next {
        // RFC 8288 §3; the target is relative to this resource.
        let target = next_page(request.query_string(), cursor);
        response.insert_header((header::LINK, format!("<{target}>; rel=\"next\"")));
    }
    let items = page.tasks.iter().map(TaskView::from).collect();
    Ok(response.json(PageView { items, next }))
}

/// `POST /api/tasks/`
pub(crate) async fn create(
    caller: Allowed<WriteTasks>,
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let draft = parse_draft(&read_json(&request, payload, &[JSON]).await?)?;
    let now = state.clock.now();
    let id = state.ids.next(now);
    let task = store::insert(&state.db, id, &caller.principal.subject, draft, now).await?;
    let mut response = HttpResponse::Created();
    response.insert_header((header::LOCATION, format!("/api/tasks/{}", task.id)));
    Ok(with_task(response, &task))
}

/// `GET /api/tasks/{id}`
pub(crate) async fn read(
    caller: Allowed<ReadTasks>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let reach = Reach::of(&caller.principal, Action::Read);
    let task = store::find(&state.db, task_id(&request)?, &reach).await?;
    let task = task.ok_or_else(Problem::not_found)?;
    Ok(with_task(HttpResponse::Ok(), &task))
}

/// `PUT /api/tasks/{id}`
pub(crate) async fn replace(
    caller: Allowed<WriteTasks>,
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let draft = parse_draft(&read_json(&request, payload, &[JSON]).await?)?;
    change(&caller.principal, &request, draft.into(), &state).await
}

/// `PATCH /api/tasks/{id}`
pub(crate) async fn update(
    caller: Allowed<WriteTasks>,
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let body = read_json(&request, payload, &[JSON, MERGE_PATCH]).await?;
    change(&caller.principal, &request, parse_change(&body)?, &state).await
}

/// `DELETE /api/tasks/{id}`
pub(crate) async fn delete(
    caller: Allowed<DeleteTasks>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let (id, version) = (task_id(&request)?, expected_version(&request)?);
    let reach = Reach::of(&caller.principal, Action::Delete);
    if store::delete(&state.db, id, &reach, version).await? {
        return Ok(HttpResponse::NoContent().finish());
    }
    Err(missed(&caller.principal, &state, id, Action::Delete, version).await?)
}

async fn change(
    principal: &Principal,
    request: &HttpRequest,
    change: Change,
    state: &State,
) -> Result<HttpResponse, Problem> {
    let (id, version) = (task_id(request)?, expected_version(request)?);
    let reach = Reach::of(principal, Action::Write);
    let now = state.clock.now();
    match store::update(&state.db, id, &reach, version, change, now).await? {
        Some(task) => Ok(with_task(HttpResponse::Ok(), &task)),
        None => Err(missed(principal, state, id, Action::Write, version).await?),
    }
}

/// What to answer when a change touched nothing.
async fn missed(
    principal: &Principal,
    state: &State,
    id: Uuid,
    action: Action,
    version: Option<i64>,
) -> Result<Problem, Problem> {
    let readable = Reach::of(principal, Action::Read);
    let visible = store::find(&state.db, id, &readable).await?;
    Ok(
        match explain_miss(principal, action, visible.as_ref(), version) {
            Miss::NotFound => Problem::not_found(),
            Miss::Changed => Problem::precondition_failed(),
            Miss::Forbidden(reasons) => Problem::forbidden(reasons),
        },
    )
}

/// An id that is not written as this server writes ids names nothing.
fn task_id(request: &HttpRequest) -> Result<Uuid, Problem> {
    let text = request.match_info().get("id").unwrap_or_default();
    Uuid::try_parse(text)
        .ok()
        .filter(|id| id.as_hyphenated().to_string() == text)
        .ok_or_else(Problem::not_found)
}

/// The version of `If-Match` (RFC 9110 §13.1.1): absent or `*` is any. A tag that this server
/// never wrote stands for version 0, which no task has.
fn expected_version(request: &HttpRequest) -> Result<Option<i64>, Problem> {
    let mut headers = request.headers().get_all(header::IF_MATCH);
    let Some(value) = headers.next() else {
        return Ok(None);
    };
    let value = value.to_str().unwrap_or_default().trim();
    if headers.next().is_some() || value.contains(',') {
        return Err(Problem::malformed("Send one entity tag in If-Match."));
    }
    if value == "*" {
        return Ok(None);
    }
    let number = value
        .strip_prefix("\"v")
        .and_then(|rest| rest.strip_suffix('"'))
        .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    Ok(Some(
        number.and_then(|digits| digits.parse().ok()).unwrap_or(0),
    ))
}

fn with_task(mut response: actix_web::HttpResponseBuilder, task: &Task) -> HttpResponse {
    response
        .insert_header((header::ETAG, format!("\"v{}\"", task.version)))
        .json(TaskView::from(task))
}

/// The same list from `cursor` on.
fn next_page(query: &str, cursor: &str) -> String {
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    let kept: Vec<_> = pairs.filter(|(name, _)| name != "cursor").collect();
    let kept = kept.iter().map(|(name, value)| (&**name, &**value));
    let all: Vec<_> = kept.chain([("cursor", cursor)]).collect();
    with_query("/api/tasks/", &all)
}

/// The routes of this module.
pub(crate) fn routes() -> Routes {
    ["/api/tasks", "/api/tasks/"]
        .into_iter()
        .fold(Routes::new(), |routes, path| {
            routes.get(path, list).post(path, create)
        })
        .get("/api/tasks/{id}", read)
        .put("/api/tasks/{id}", replace)
        .patch("/api/tasks/{id}", update)
        .delete("/api/tasks/{id}", delete)
}
