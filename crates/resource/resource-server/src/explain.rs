//! Explanation of denials, and simulation of decisions, for an operator with database access. Uses
//! the same policies, memberships and engine as the running server.

use std::net::IpAddr;
use std::sync::Arc;

use doorward_access::Principal;
use doorward_policy::{Action, Engine, Kind, Object, Situation, Value as PolicyValue};
use jiff::tz::TimeZone;
use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, DbErr};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::address::Origin;
use crate::caller::Caller;
use crate::decision_point::{self, Verdict};
use crate::decision_record::DecisionRecord;
use crate::resource::list::first_page;
use crate::tasks::model::Task;
use crate::{db, decisions, members};

/// A simulated request: may this principal perform this action on this object at this time?
#[derive(Debug)]
pub struct AccessQuestion<'a> {
    pub principal: &'a Principal,
    pub action: Action,
    /// Kind of the object: `task`, `project` or `article`.
    pub kind: &'a str,
    pub id: Uuid,
    /// Time in Unix seconds.
    pub now: i64,
    pub address: Option<IpAddr>,
    pub zone: &'a TimeZone,
}

/// Returns the recorded decision with this ID, with its rules, their inputs and the missing
/// requirements.
pub async fn decision(database_url: &str, id: Uuid) -> Result<Option<Value>, DbErr> {
    let db = db::connect_command(database_url).await?;
    let decision = decisions::find(&db, id, None).await;
    db.close().await?;
    decision
}

/// Returns the simulated decision in the format of a recorded one. Returns `None` if the object
/// does not exist.
pub async fn access(
    database_url: &str,
    engine: &Engine,
    question: &AccessQuestion<'_>,
) -> Result<Option<Value>, DbErr> {
    let db = db::connect_command(database_url).await?;
    let answer = evaluate(&db, engine, question).await;
    db.close().await?;
    answer
}

async fn evaluate(
    db: &DatabaseConnection,
    engine: &Engine,
    question: &AccessQuestion<'_>,
) -> Result<Option<Value>, DbErr> {
    let (principal, action) = (question.principal, question.action);
    let kind = decision_point::kind(question.kind).unwrap_or(Kind::Task);
    let Some(object) = decision_point::find(db, kind, question.id, None).await? else {
        return Ok(None);
    };
    let situation = Situation::new(question.now, question.zone, decision_point::method(action))
        .from_address(question.address)
        .signed_in_as(principal);
    let principal = Arc::new(principal.clone());
    let caller = &Caller::load(db, engine, principal, situation, Origin::default()).await?;
    let decision = match decision_point::decide(caller, action, &object).await? {
        Verdict::Rules(decision) => decision,
        Verdict::Route(route) => {
            let permission = route.requirement.permission;
            let principal = &caller.principal;
            let mut answer = DecisionRecord::of_route(principal, permission, &route.reasons).detail;
            answer["allowed"] = false.into();
            answer["status"] = 403.into();
            return Ok(Some(answer));
        }
    };
    let missing = if decision.allowed {
        Vec::new()
    } else {
        decisions::missing(&caller.principal, &decision)
    };
    let mut answer = DecisionRecord::of_rules(caller, action, &object, &decision, &missing).detail;
    answer["allowed"] = decision.allowed.into();
    if !decision.allowed {
        // An unreadable object is reported as missing.
        let read = caller.decide(Action::Read, &object).await?;
        answer["status"] = if read.allowed { 403 } else { 404 }.into();
        answer["who"] = list_subjects(db, &object).await?;
        answer["who"]["ways"] = ways(caller, action, &object).await?.into();
    }
    Ok(Some(answer))
}

/// Returns the project that the object is or belongs to.
fn project_of(object: &Object) -> Option<(&Object, Uuid)> {
    let mut objects = std::iter::once(object).chain(&object.related);
    let project = objects.find(|object| object.kind == Kind::Project)?;
    Some((project, Uuid::try_parse(&project.id).ok()?))
}

/// Returns the subjects that can give access without any permission: the owner, the assignee, and
/// the owner and leads of the project. The identity server can name them.
async fn list_subjects(db: &DatabaseConnection, object: &Object) -> Result<Value, DbErr> {
    let owner = |object: &Object| object.facts.get("owner").map(PolicyValue::to_json);
    let mut who = json!({ "owner": owner(object) });
    if let Some((project, id)) = project_of(object) {
        who["project"] = json!({
            "id": project.id,
            "owner": owner(project),
            "leads": members::list_leads(db, id).await?,
        });
    }
    Ok(who)
}

/// Returns the changes by these subjects that would allow the action: `assign` the task to the caller,
/// or make the caller a `member` or a `lead` of the project. Each is evaluated by the policies.
async fn ways(
    caller: &Caller<'_>,
    action: Action,
    object: &Object,
) -> Result<Vec<&'static str>, DbErr> {
    let mut ways = Vec::new();
    if object.kind == Kind::Task {
        let mut assigned = object.clone();
        let assignee = PolicyValue::user(caller.subject());
        assigned.facts.insert("assignee", assignee);
        let decision = caller.decide(action, &assigned).await?;
        ways.extend(decision.allowed.then_some("assign"));
    }
    let Some((_, project)) = project_of(object) else {
        return Ok(ways);
    };
    let mut memberships = caller.memberships_with(project).await?;
    for way in ["member", "lead"] {
        memberships.projects.insert(project);
        if way == "lead" {
            memberships.leads.insert(project);
            memberships.reviews.remove(&project);
        }
        let person = caller.with(&memberships);
        let policies = caller.policies;
        let decision = policies.decide(&person, action, object, &caller.situation);
        ways.extend(decision.allowed.then_some(way));
    }
    Ok(ways)
}

/// Returns the database's query plan for the first page of the tasks that this principal can see in
/// the list with this query string, as lines.
pub async fn plan(
    database_url: &str,
    engine: &Engine,
    principal: &Principal,
    query: &str,
    now: i64,
) -> Result<Vec<String>, DbErr> {
    let db = db::connect_command(database_url).await?;
    let situation = Situation::new(now, &TimeZone::UTC, "GET").signed_in_as(principal);
    let caller_principal = Arc::new(principal.clone());
    let caller = Caller::load(&db, engine, caller_principal, situation, Origin::default()).await?;
    let selection = caller.select(Action::Read, Kind::Task);
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
    db.close().await?;
    rows.iter()
        .map(|row| row.try_get_by_index(column))
        .collect()
}

#[cfg(test)]
mod tests;
