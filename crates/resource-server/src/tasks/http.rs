//! `/api/tasks/`: list, create, read, replace, change and delete tasks. A handler reads its input,
//! runs one statement whose WHERE clause contains the policies, and responds.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use doorward_access::guard::{Allowed, Routes};
use doorward_http_common::problem::FieldError;
use serde_json::{Value, json};
use uuid::Uuid;

use super::input::{parse_change, parse_draft, parse_whole};
use super::model::{Change, Task, TaskInput, TaskView};
use super::permissions::{DeleteTasks, ReadTasks, WriteTasks};
use super::query::ListQuery;
use super::store;
use crate::audit;
use crate::body::{JSON, MERGE_PATCH, read_json};
use crate::caller::Caller;
use crate::problem::Problem;
use crate::projects::{self, model::Project};
use crate::request::{collection, collection_at, expected_version, object_id, page, with_tag};
use crate::state::State;
use crate::table_object::TableObject as _;
use doorward_policy::principal::Memberships;
use doorward_policy::{Action, Kind};

/// Maximum number of attempts of a move if the task changes between the decision and the statement.
const MAX_ATTEMPTS: u32 = 64;

/// Handles `GET /api/tasks/`.
pub(crate) async fn list(
    allowed: Allowed<ReadTasks>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let query = ListQuery::parse(request.query_string(), &allowed.principal, &state.cursors)?;
    let caller = Caller::from_request(&state, &request, &allowed.principal).await?;
    let (tasks, next) = find_all(&state, &caller, &query).await?;
    let items: Vec<_> = tasks.iter().map(TaskView::from).collect();
    Ok(page(&request, &items, next))
}

/// Returns the tasks of a list as JSON, without paging.
pub(crate) async fn listed(
    state: &State,
    caller: &Caller,
    query: &str,
) -> Result<Vec<Value>, Problem> {
    let query = ListQuery::parse(query, &caller.principal, &state.cursors)?;
    let (tasks, _) = find_all(state, caller, &query).await?;
    Ok(tasks
        .iter()
        .map(|task| json!(TaskView::from(task)))
        .collect())
}

/// Returns the tasks of a list and the cursor of the next page. Records reads of tasks in
/// restricted projects.
async fn find_all(
    state: &State,
    caller: &Caller,
    query: &ListQuery,
) -> Result<(Vec<Task>, Option<String>), Problem> {
    let found = store::list(state, caller, query).await?;
    let next = found
        .next
        .map(|position| state.cursors.seal(&position, &query.context()));
    let restricted = restricted(state, caller, &found.items).await?;
    if !restricted.is_empty() {
        audit::saw(state, caller, "list", None, json!({"tasks": restricted})).await?;
    }
    Ok((found.items, next))
}

/// Handles `POST /api/tasks/`.
pub(crate) async fn create(
    allowed: Allowed<WriteTasks>,
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let draft = parse_draft(&read_json(&request, payload, &[JSON]).await?)?;
    let caller = Caller::from_request(&state, &request, &allowed.principal).await?;
    let task = add(&state, &caller, draft).await?;
    let mut response = HttpResponse::Created();
    let location = format!("{}{}", collection(&request), task.id);
    response.insert_header((header::LOCATION, location));
    Ok(with_tag(response, task.version, &TaskView::from(&task)))
}

/// Adds the task of a body and returns it as JSON.
pub(crate) async fn added(state: &State, caller: &Caller, body: &[u8]) -> Result<Value, Problem> {
    let task = add(state, caller, parse_draft(body)?).await?;
    Ok(json!(TaskView::from(&task)))
}

async fn add(state: &State, caller: &Caller, draft: TaskInput) -> Result<Task, Problem> {
    let now = state.clock.now();
    let id = state.ids.next(now);
    check_new(state, caller, &planned(id, caller, &draft)).await?;
    store::insert(state, id, caller, draft, now).await
}

/// Handles `GET /api/tasks/{id}`.
pub(crate) async fn read(
    allowed: Allowed<ReadTasks>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let caller = Caller::from_request(&state, &request, &allowed.principal).await?;
    let id = object_id(&request)?;
    let task = Task::visible(&state, &caller, id).await?;
    show(&state, &caller, &task).await
}

/// Handles `PUT /api/tasks/{id}`: missing fields get their defaults, except the project of a task
/// that has one, which is required.
pub(crate) async fn replace(
    allowed: Allowed<WriteTasks>,
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let whole = parse_whole(&read_json(&request, payload, &[JSON]).await?)?;
    let caller = Caller::from_request(&state, &request, &allowed.principal).await?;
    if whole.project.is_none() {
        let id = object_id(&request)?;
        let task = Task::find(&state, &caller, id, Action::Update).await?;
        if task.is_some_and(|task| task.project.is_some()) {
            let detail = "The task belongs to a project: name it, or write null to take it out.";
            let error = FieldError::member("project", "required", detail);
            return Err(Problem::invalid(vec![error]));
        }
    }
    change(&state, &caller, &request, &whole).await
}

/// Handles `PATCH /api/tasks/{id}`.
pub(crate) async fn update(
    allowed: Allowed<WriteTasks>,
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let body = read_json(&request, payload, &[JSON, MERGE_PATCH]).await?;
    let caller = Caller::from_request(&state, &request, &allowed.principal).await?;
    change(&state, &caller, &request, &parse_change(&body)?).await
}

/// Handles `DELETE /api/tasks/{id}`.
pub(crate) async fn delete(
    allowed: Allowed<DeleteTasks>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let caller = Caller::from_request(&state, &request, &allowed.principal).await?;
    let (id, version) = (object_id(&request)?, expected_version(&request)?);
    if store::delete(&state, &caller, id, version).await? {
        return Ok(HttpResponse::NoContent().finish());
    }
    Err(missed(&state, &caller, id, Action::Delete, version).await?)
}

async fn change(
    state: &State,
    caller: &Caller,
    request: &HttpRequest,
    change: &Change,
) -> Result<HttpResponse, Problem> {
    let (id, version) = (object_id(request)?, expected_version(request)?);
    let mut attributes = change.attributes();
    let reads = |name: &str| state.policies.readers_depend_on(Kind::Task, name);
    let is_checked = change.moves() || attributes.any(reads);
    for _ in 0..MAX_ATTEMPTS {
        let mut decided = version;
        if is_checked {
            let Some(task) = Task::find(state, caller, id, Action::Update).await? else {
                break;
            };
            check_changed(state, caller, &task, change).await?;
            // The decision is valid for that version of the task and of its project.
            decided = version.or(Some(task.version));
        }
        if let Some(task) = store::update(state, caller, id, decided, change).await? {
            return show(state, caller, &task).await;
        }
        if decided == version {
            break;
        }
    }
    Err(missed(state, caller, id, Action::Update, version).await?)
}

/// Responds with the task. Records the read of a task in a restricted project.
async fn show(state: &State, caller: &Caller, task: &Task) -> Result<HttpResponse, Problem> {
    if !restricted(state, caller, std::slice::from_ref(task))
        .await?
        .is_empty()
    {
        let about = Some(format!("Task/{}", task.id));
        audit::saw(state, caller, "read", about, json!({})).await?;
    }
    let view = TaskView::from(task);
    Ok(with_tag(HttpResponse::Ok(), task.version, &view))
}

/// Returns the IDs of those tasks that belong to a restricted project.
async fn restricted(state: &State, caller: &Caller, tasks: &[Task]) -> Result<Vec<Uuid>, Problem> {
    let projects: BTreeSet<Uuid> = tasks.iter().filter_map(|task| task.project).collect();
    if projects.is_empty() {
        return Ok(Vec::new());
    }
    let closed = projects::restricted(&state.db, caller.org(), projects).await?;
    let closed = |task: &&Task| {
        task.project
            .is_some_and(|project| closed.contains(&project))
    };
    Ok(tasks.iter().filter(closed).map(|task| task.id).collect())
}

/// Returns the task that would be created.
fn planned(id: Uuid, caller: &Caller, draft: &TaskInput) -> Task {
    Task {
        id,
        title: String::new(),
        description: String::new(),
        status: draft.status,
        priority: draft.priority,
        due_date: None,
        owner_subject: caller.subject().to_owned(),
        org: caller.org().to_owned(),
        project: draft.project,
        assignee: draft.assignee.clone(),
        department: draft.department.clone(),
        created_at: 0,
        updated_at: 0,
        version: 0,
    }
}

/// Checks whether the caller may create this task: in a visible project, and with permission by the
/// policies.
async fn check_new(state: &State, caller: &Caller, task: &Task) -> Result<(), Problem> {
    check_project(state, caller, task.project).await?;
    let object = task.as_object(&state.db).await?;
    let decision = caller.decide(state, Action::Create, &object).await?;
    if decision.allowed {
        Ok(())
    } else {
        Err(caller.refuse(Action::Create, &object, &decision))
    }
}

/// Checks whether the task may be changed to this: leaving its project needs permission, entering
/// another one is checked as a creation, the caller must be permitted to change the result, and
/// opening the task to more readers is a separate action.
async fn check_changed(
    state: &State,
    caller: &Caller,
    task: &Task,
    change: &Change,
) -> Result<(), Problem> {
    let new = task.changed(change);
    let before = task.as_object(&state.db).await?;
    if new.project != task.project {
        check_project(state, caller, new.project).await?;
        let decision = caller.decide(state, Action::MoveOut, &before).await?;
        if !decision.allowed {
            return Err(caller.refuse(Action::MoveOut, &before, &decision));
        }
    }
    let after = new.as_object(&state.db).await?;
    let action = if new.project != task.project && new.project.is_some() {
        Action::Create
    } else {
        Action::Update
    };
    // A caller who hands a task over had the right to change the former one.
    let handed_over = new.project == task.project;
    let decision = caller.decide(state, action, &after).await?;
    let is_forbidden = !handed_over || !decision.decided_by.is_empty();
    if !decision.allowed && is_forbidden {
        return Err(caller.refuse(action, &after, &decision));
    }
    let members = assignee_memberships(state, &new).await?;
    if state.policies.widens_readers(&before, &after, &members) {
        let decision = caller.decide(state, Action::Share, &before).await?;
        if !decision.allowed {
            return Err(caller.refuse(Action::Share, &before, &decision));
        }
    }
    Ok(())
}

/// Returns the membership of the assignee in the project of the task: a member reads the task anyway.
async fn assignee_memberships(
    state: &State,
    task: &Task,
) -> Result<BTreeMap<String, Memberships>, Problem> {
    let (Some(assignee), Some(project)) = (&task.assignee, task.project) else {
        return Ok(BTreeMap::new());
    };
    let found = projects::memberships_in(&state.db, &task.org, assignee, &[project]).await?;
    Ok(BTreeMap::from([(assignee.clone(), found)]))
}

/// Rejects a project that the caller may not read as if it did not exist.
async fn check_project(
    state: &State,
    caller: &Caller,
    project: Option<Uuid>,
) -> Result<(), Problem> {
    let Some(project) = project else {
        return Ok(());
    };
    if Project::find(state, caller, project, Action::Read)
        .await?
        .is_some()
    {
        return Ok(());
    }
    let detail = "There is no such project, or none that you may see.";
    let error = FieldError::member("project", "unknown", detail);
    Err(Problem::invalid(vec![error]))
}

/// Returns the error of a change that matched no row.
async fn missed(
    state: &State,
    caller: &Caller,
    id: Uuid,
    action: Action,
    version: Option<i64>,
) -> Result<Problem, Problem> {
    let task = Task::visible(state, caller, id).await?;
    let object = task.as_object(&state.db).await?;
    let decision = caller.decide(state, action, &object).await?;
    Ok(if !decision.allowed {
        caller.refuse(action, &object, &decision)
    } else if version.is_some_and(|version| version != task.version) {
        Problem::precondition_failed()
    } else {
        // Deleted between the two statements.
        Problem::not_found()
    })
}

/// Returns the routes of this module.
pub(crate) fn routes() -> Routes {
    collection_at("/api/tasks", |routes, path| {
        routes.get(path, list).post(path, create)
    })
    .get("/api/tasks/{id}", read)
    .put("/api/tasks/{id}", replace)
    .patch("/api/tasks/{id}", update)
    .delete("/api/tasks/{id}", delete)
}
