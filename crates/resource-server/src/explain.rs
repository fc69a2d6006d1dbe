//! Why something was refused, or would be: for who holds the database. The same rules, the same
//! memberships and the same engine as the running server.

use std::net::IpAddr;

use doorward_access::Principal;
use doorward_access::rbac::decide;
use jiff::tz::TimeZone;
use sea_orm::{ConnectionTrait as _, DbBackend, DbErr};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::caller::Caller;
use crate::policy::{Action, Engine, Kind, Object, PolicyPrincipal, Scalar, Situation};
use crate::tasks::permissions::Action as Route;
use crate::{db, decisions, projects, tasks};

/// A simulated question: may this person do this to this object, now?
#[derive(Debug)]
pub struct Question<'a> {
    /// Who would ask, as their token would say.
    pub principal: &'a Principal,
    /// What they would do.
    pub action: Action,
    /// Of what kind the object is: `task` or `project`.
    pub kind: &'a str,
    /// The object's id.
    pub id: Uuid,
    /// When, in Unix seconds.
    pub now: i64,
    /// From which address, where rules ask for one.
    pub address: Option<IpAddr>,
    /// In which zone rules tell the hour.
    pub zone: &'a TimeZone,
}

/// The kept decision of this id, with its rules, their inputs and what was missing.
///
/// # Errors
/// The database's.
pub async fn decision(database_url: &str, id: Uuid) -> Result<Option<Value>, DbErr> {
    let db = db::connect(database_url, 1).await?;
    let found = decisions::find(&db, id, None).await;
    db.close().await?;
    found
}

/// What the rules would say, in the form of a kept decision. `None`: there is no such object.
///
/// # Errors
/// The database's.
pub async fn access(
    database_url: &str,
    engine: &Engine,
    question: &Question<'_>,
) -> Result<Option<Value>, DbErr> {
    let db = db::connect(database_url, 1).await?;
    let found = ask(&db, engine, question).await;
    db.close().await?;
    found
}

async fn ask(
    db: &sea_orm::DatabaseConnection,
    engine: &Engine,
    question: &Question<'_>,
) -> Result<Option<Value>, DbErr> {
    let Some(object) = object(db, question.kind, question.id).await? else {
        return Ok(None);
    };
    let principal = question.principal;
    let org = principal.org.as_deref().unwrap_or_default();
    let memberships = projects::memberships(db, org, &principal.subject).await?;
    let method = match question.action {
        Action::Create => "POST",
        Action::Update | Action::ManageMembers | Action::LowerConfidentiality | Action::MoveOut => {
            "PATCH"
        }
        Action::Delete => "DELETE",
        _ => "GET",
    };
    let situation = Situation::new(question.now, question.zone, method)
        .from_address(question.address)
        .signed_in_as(principal);
    let caller = Caller {
        principal: std::sync::Arc::new(principal.clone()),
        person: PolicyPrincipal::new(principal, &memberships),
        situation,
    };
    // As the guard of the route decides, before any rule is asked.
    let route = match question.action {
        Action::Create
        | Action::Update
        | Action::ManageMembers
        | Action::LowerConfidentiality
        | Action::MoveOut => Route::Write,
        Action::Delete => Route::Delete,
        _ => Route::Read,
    };
    let decision = decide(principal, &route.on_own());
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
    let verdict = engine.decide(&caller.person, question.action, &object, &caller.situation);
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
        // What may not even be read is not there, as far as the caller is told.
        let read = engine.decide(&caller.person, Action::Read, &object, &caller.situation);
        answer["status"] = if read.allowed { 403 } else { 404 }.into();
        answer["who"] = who(db, &object).await?;
    }
    Ok(Some(answer))
}

/// Who can let somebody in without any permission: the owner, the assignee, and of the project its
/// owner and leads. Subjects, which the identity server can name.
async fn who(db: &sea_orm::DatabaseConnection, object: &Object) -> Result<Value, DbErr> {
    let subject =
        |object: &Object, name: &str| object.facts.get(name).map(crate::policy::Value::to_json);
    let project = std::iter::once(object)
        .chain(&object.related)
        .find(|one| one.kind == Kind::Project);
    let mut who = json!({ "owner": subject(object, "owner") });
    if let Some(project) = project
        && let Ok(id) = Uuid::try_parse(&project.id)
    {
        who["project"] = json!({
            "id": project.id,
            "owner": subject(project, "owner"),
            "leads": projects::leads(db, id).await?,
        });
    }
    Ok(who)
}

async fn object(
    db: &sea_orm::DatabaseConnection,
    kind: &str,
    id: Uuid,
) -> Result<Option<Object>, DbErr> {
    if kind == "project" {
        return projects::object(db, id).await;
    }
    tasks::object(db, id).await
}

/// How the database would find the first page of the tasks that this person sees, line by line.
///
/// # Errors
/// The database's.
pub async fn plan(
    database_url: &str,
    engine: &Engine,
    principal: &Principal,
    now: i64,
) -> Result<Vec<String>, DbErr> {
    let db = db::connect(database_url, 1).await?;
    let org = principal.org.clone().unwrap_or_default();
    let memberships = projects::memberships(&db, &org, &principal.subject).await?;
    let person = PolicyPrincipal::new(principal, &memberships);
    let situation = Situation::new(now, &TimeZone::UTC, "GET").signed_in_as(principal);
    let mut selection = engine.select(&person, Action::Read, Kind::Task, &situation);
    selection.filter = selection
        .filter
        .assume(&["org".to_owned()], &Scalar::Text(org));
    let backend = db.get_database_backend();
    let Some(mut statement) = tasks::first_page(principal, &selection, backend)? else {
        return Ok(Vec::new());
    };
    // The last column is the text on SQLite, the only one on PostgreSQL.
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
