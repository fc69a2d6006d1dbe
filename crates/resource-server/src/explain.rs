//! Explanation of denials, and simulation of decisions, for an operator with database access. Uses
//! the same policies, memberships and engine as the running server.

use std::net::IpAddr;

use doorward_access::Principal;
use doorward_access::rbac::decide;
use doorward_policy::{Action, Engine, Kind, Object, Situation};
use jiff::tz::TimeZone;
use sea_orm::{ConnectionTrait as _, DbBackend, DbErr};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::articles::model::Article;
use crate::caller::Caller;
use crate::origin::Origin;
use crate::projects::model::Project;
use crate::resource::TableObject as _;
use crate::resource::list::first_page;
use crate::tasks::model::Task;
use crate::tasks::permissions::Action as Route;
use crate::{articles, db, decisions, projects};

/// A simulated request: may this principal perform this action on this object at this time?
#[derive(Debug)]
pub struct AccessQuestion<'a> {
    /// Principal of the simulated token.
    pub principal: &'a Principal,
    /// Simulated action.
    pub action: Action,
    /// Kind of the object: `task`, `project` or `article`.
    pub kind: &'a str,
    pub id: Uuid,
    /// Time in Unix seconds.
    pub now: i64,
    /// Caller's IP address, for policies that check it.
    pub address: Option<IpAddr>,
    /// Time zone for the hour in policies.
    pub zone: &'a TimeZone,
}

/// Returns the recorded decision with this ID, with its rules, their inputs and the missing
/// requirements.
///
/// # Errors
/// Returns the errors of the database.
pub async fn decision(database_url: &str, id: Uuid) -> Result<Option<Value>, DbErr> {
    let db = db::connect_command(database_url).await?;
    let found = decisions::find(&db, id, None).await;
    db.close().await?;
    found
}

/// Returns the simulated decision in the format of a recorded one. Returns `None` if the object
/// does not exist.
///
/// # Errors
/// Returns the errors of the database.
pub async fn access(
    database_url: &str,
    engine: &Engine,
    question: &AccessQuestion<'_>,
) -> Result<Option<Value>, DbErr> {
    let db = db::connect_command(database_url).await?;
    let found = evaluate(&db, engine, question).await;
    db.close().await?;
    found
}

async fn evaluate(
    db: &sea_orm::DatabaseConnection,
    engine: &Engine,
    question: &AccessQuestion<'_>,
) -> Result<Option<Value>, DbErr> {
    let Some(object) = object(db, question.kind, question.id).await? else {
        return Ok(None);
    };
    let principal = question.principal;
    let method = match question.action {
        Action::Create => "POST",
        Action::Update
        | Action::ManageMembers
        | Action::LowerConfidentiality
        | Action::MoveOut
        | Action::Publish
        | Action::Share => "PATCH",
        Action::Delete => "DELETE",
        _ => "GET",
    };
    let situation = Situation::new(question.now, question.zone, method)
        .from_address(question.address)
        .signed_in_as(principal);
    let principal_of = std::sync::Arc::new(principal.clone());
    let caller = Caller::load(db, engine, principal_of, situation, Origin::default()).await?;
    // As in the guard of the route, before any policy is evaluated.
    let route = match question.action {
        Action::Create
        | Action::Update
        | Action::ManageMembers
        | Action::LowerConfidentiality
        | Action::MoveOut
        | Action::Publish
        | Action::Share => Route::Write,
        Action::Delete => Route::Delete,
        _ => Route::Read,
    };
    let requirement = match object.kind {
        Kind::Document => articles::requirement(route),
        _ => route.on_own(),
    };
    let decision = decide(principal, &requirement);
    if !decision.is_allowed() {
        let missing: Vec<decisions::MissingRequirement> =
            decision.reasons.iter().copied().map(Into::into).collect();
        let permission = decision.requirement.permission;
        let record = decisions::DecisionRecord::of_route(principal, permission, &missing);
        let mut answer = record.detail;
        answer["allowed"] = false.into();
        answer["status"] = 403.into();
        return Ok(Some(answer));
    }
    let verdict = caller
        .decide_with(db, engine, question.action, &object)
        .await?;
    let missing = if verdict.allowed {
        Vec::new()
    } else {
        decisions::missing(principal, &verdict)
    };
    let record =
        decisions::DecisionRecord::of_rules(&caller, question.action, &object, &verdict, &missing);
    let mut answer = record.detail;
    answer["allowed"] = verdict.allowed.into();
    if !verdict.allowed {
        // An unreadable object is reported as missing.
        let read = caller
            .decide_with(db, engine, Action::Read, &object)
            .await?;
        answer["status"] = if read.allowed { 403 } else { 404 }.into();
        answer["who"] = list_subjects(db, &object).await?;
        answer["who"]["ways"] = ways(db, engine, question.action, &caller, &object)
            .await?
            .into();
    }
    Ok(Some(answer))
}

/// Returns the subjects that can give access without any permission: the owner, the assignee, and
/// the owner and leads of the project. The identity server can name them.
async fn list_subjects(db: &sea_orm::DatabaseConnection, object: &Object) -> Result<Value, DbErr> {
    let subject =
        |object: &Object, name: &str| object.facts.get(name).map(doorward_policy::Value::to_json);
    let project = std::iter::once(object)
        .chain(&object.related)
        .find(|once| once.kind == Kind::Project);
    let mut who = json!({ "owner": subject(object, "owner") });
    if let Some(project) = project
        && let Ok(id) = Uuid::try_parse(&project.id)
    {
        who["project"] = json!({
            "id": project.id,
            "owner": subject(project, "owner"),
            "leads": projects::list_leads(db, id).await?,
        });
    }
    Ok(who)
}

/// Returns the changes by these subjects that would allow the action: `assign` the task to the caller,
/// or make the caller a `member` or a `lead` of the project. Each is evaluated by the policies.
async fn ways(
    db: &sea_orm::DatabaseConnection,
    engine: &Engine,
    action: Action,
    caller: &Caller,
    object: &Object,
) -> Result<Vec<&'static str>, DbErr> {
    let mut ways = Vec::new();
    if object.kind == Kind::Task {
        let mut assigned = object.clone();
        let assignee = doorward_policy::Value::user(caller.subject());
        assigned.facts.insert("assignee", assignee);
        let verdict = caller.decide_with(db, engine, action, &assigned).await?;
        ways.extend(verdict.allowed.then_some("assign"));
    }
    let project = std::iter::once(object)
        .chain(&object.related)
        .find(|once| once.kind == Kind::Project);
    let Some(project) = project.and_then(|project| Uuid::try_parse(&project.id).ok()) else {
        return Ok(ways);
    };
    let mut memberships = caller.memberships_with(db, project).await?;
    for way in ["member", "lead"] {
        memberships.projects.insert(project);
        if way == "lead" {
            memberships.leads.insert(project);
            memberships.reviews.remove(&project);
        }
        let person = caller.with(&memberships);
        let verdict = engine.decide(&person, action, object, &caller.situation);
        ways.extend(verdict.allowed.then_some(way));
    }
    Ok(ways)
}

async fn object(
    db: &sea_orm::DatabaseConnection,
    kind: &str,
    id: Uuid,
) -> Result<Option<Object>, DbErr> {
    match kind {
        "project" => Project::object_by_id(db, id).await,
        "article" => Article::object_by_id(db, id).await,
        _ => Task::object_by_id(db, id).await,
    }
}

/// Returns the database's query plan for the first page of the tasks that this principal can see in
/// the list with this query string, as lines.
///
/// # Errors
/// Returns the errors of the database.
pub async fn plan(
    database_url: &str,
    engine: &Engine,
    principal: &Principal,
    query: &str,
    now: i64,
) -> Result<Vec<String>, DbErr> {
    let db = db::connect_command(database_url).await?;
    let situation = Situation::new(now, &TimeZone::UTC, "GET").signed_in_as(principal);
    let principal_of = std::sync::Arc::new(principal.clone());
    let caller = Caller::load(&db, engine, principal_of, situation, Origin::default()).await?;
    let selection = caller.select_with(engine, Action::Read, Kind::Task);
    let backend = db.get_database_backend();
    let Some(mut statement) = first_page::<Task>(principal, query, &selection, backend)? else {
        return Ok(Vec::new());
    };
    // The text is the last column on SQLite, and the only one on PostgreSQL.
    let (explain, column) = match backend {
        DbBackend::Sqlite => ("EXPLAIN QUERY PLAN", 3),
        _ => ("EXPLAIN", 0),
    };
    statement.sql = format!("{explain} {}", statement.sql);
    let rows = db.query_all_raw(statement).await?;
    let lines = rows
        .iter()
        .map(|row| row.try_get_by_index::<String>(column));
    let lines = lines.collect();
    db.close().await?;
    lines
}

#[cfg(test)]
mod tests;
