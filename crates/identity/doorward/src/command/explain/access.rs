//! Decisions of the tasks API: recorded denials, and `doorward explain access …`, which evaluates
//! the policies with the token that would be issued.

use std::net::IpAddr;

use doorward_access::Principal;
use doorward_access::jwt::verify::{Expected, TokenRejection, check_claims, is_whole};
use doorward_oauth::simulation::{self, Simulation};
use doorward_policy::{Action, Engine};
use doorward_resource_server::explain::{self, AccessQuestion};
use doorward_rules::assurance;
use doorward_tasks::server_config;
use uuid::Uuid;

use super::issuance::RequestArgs;
use super::remediation::{self, DeniedSubject};
use super::trial::Trial;
use crate::command::prelude::*;

/// `doorward explain access`.
#[derive(Debug, Args)]
pub struct AccessArgs {
    #[command(flatten)]
    request: RequestArgs,
    /// Client that makes the request; without --user it acts for itself [default: one that can
    /// request every scope]
    #[arg(long, value_name = "CLIENT_ID", required_unless_present = "user")]
    client: Option<String>,
    /// Action to simulate: read, update, delete …
    #[arg(long, value_parser = action)]
    action: Action,
    /// Resource of the action: `task/ID`, `project/ID` or `article/ID`
    #[arg(long, value_parser = resource)]
    resource: (String, Uuid),
    /// IP address of the caller
    #[arg(long, value_name = "IP")]
    address: Option<IpAddr>,
}

fn action(text: &str) -> Result<Action, String> {
    Action::parse(text).ok_or_else(|| {
        let names = Action::ALL.map(Action::as_str);
        format!("one of: {}", names.join(", "))
    })
}

fn resource(text: &str) -> Result<(String, Uuid), String> {
    let problem = "write task/ID, project/ID or article/ID";
    let (kind, id) = text.split_once('/').ok_or(problem)?;
    if !matches!(kind, "task" | "project" | "article") {
        return Err(problem.to_owned());
    }
    let id = Uuid::try_parse(id).map_err(|_| problem)?;
    Ok((kind.to_owned(), id))
}

/// Returns the simulated decision.
pub async fn simulate(target: &TargetArgs, args: &AccessArgs) -> Result<Value> {
    let installation = target.open().await?;
    if let Some(user) = &args.request.user {
        users::get(&installation.operator(), user).await?;
    }
    let simulation = simulate_token(&installation, &args.request, args.client.as_deref()).await?;
    match principal(&installation, &args.request, simulation) {
        Ok(principal) => decide(&installation, args, &principal).await,
        Err(rejected) => Ok(rejected),
    }
}

async fn simulate_token(
    installation: &Installation,
    request: &RequestArgs,
    client: Option<&str>,
) -> Result<Simulation> {
    let context = request.context(installation)?;
    let question = request.question(client, &[]);
    simulation::token(&context, &question)
        .await
        .map_err(CliError::failure)
}

/// Returns the principal that the tasks API would see, or the reason why it would reject the token.
fn principal(
    installation: &Installation,
    request: &RequestArgs,
    simulation: Simulation,
) -> Result<Principal, Value> {
    let reject = |because: &str, grant: &[String]| {
        json!({
            "allowed": false,
            "status": 401,
            "decided_by": [{ "rule": "token", "because": because }],
            "missing": [{ "code": "no_token", "detail": because }],
            "grant": grant,
        })
    };
    let Some(claims) = simulation.claims else {
        let because = simulation.because.as_deref().unwrap_or_default();
        return Err(reject(because, &simulation.grant));
    };
    let config = &installation.config;
    let issuer = config.tasks_issuer().unwrap_or(&config.issuer);
    let expected = Expected {
        former_issuers: config.former_issuers.urls.clone(),
        ..Expected::new(issuer, config.tasks_audience())
    };
    check_claims(&claims, &expected, request.now())
        .map_err(|rejection| reject(&rejection.to_string(), &[]))?;
    if !is_whole(&claims.overage) {
        return Err(reject(&TokenRejection::Overage.to_string(), &[]));
    }
    Ok(claims.into())
}

fn engine(installation: &Installation) -> Result<Engine> {
    let directory = installation.config.tasks.policy_dir.as_deref();
    Engine::load(directory.map(Path::new)).map_err(CliError::failure)
}

async fn decide(
    installation: &Installation,
    args: &AccessArgs,
    principal: &Principal,
) -> Result<Value> {
    let engine = engine(installation)?;
    let zone = server_config(&installation.config)?.zone();
    let zone = zone.map_err(CliError::failure)?;
    let (kind, id) = &args.resource;
    let trial = Trial {
        database: installation.config.tasks.database_url.expose(),
        engine: &engine,
        question: AccessQuestion {
            principal,
            action: args.action,
            kind,
            id: *id,
            now: args.request.now(),
            address: args.address,
            zone: &zone,
        },
    };
    let answer = explain::access(trial.database, &engine, &trial.question).await;
    let answer = answer.map_err(CliError::failure)?;
    let mut answer = answer.ok_or_else(|| CliError::failure(format!("there is no {kind} {id}")))?;
    if answer["allowed"] == false {
        let whose = DeniedSubject {
            subject: Some(principal.subject.clone()),
            service: principal.is_service(),
            org: principal.org.clone(),
        };
        let operator = installation.operator();
        remediation::name(&operator, &whose, Some(&trial), &mut answer).await?;
    }
    Ok(answer)
}

/// Explains a denial of the tasks API, with what would allow the request.
pub async fn decision(installation: &Installation, id: Uuid) -> Result<Value> {
    let database = installation.config.tasks.database_url.expose();
    let found = explain::decision(database, id).await;
    let found = found.map_err(|error| {
        CliError::failure(format!(
            "the identity server knows no decision {id}, and the tasks database cannot be read: \
             {error}"
        ))
    })?;
    let mut found = found.ok_or_else(|| {
        CliError::failure(format!(
            "there is no decision {id}, or it is too old: the identity server forgets after 30 \
             days, the tasks API after tasks.decision_ttl; a denial by another service is in its log"
        ))
    })?;
    let text = |name: &str| found[name].as_str().map(str::to_owned);
    let subject = text("subject");
    let whose = DeniedSubject {
        service: subject.is_some() && subject == text("client_id"),
        subject,
        org: text("organization").filter(|org| !org.is_empty()),
    };
    Box::pin(advise(installation, &whose, &mut found)).await?;
    Ok(found)
}

/// Names what would allow the request of a recorded denial, with the token that its subject would get
/// today.
async fn advise(installation: &Installation, whose: &DeniedSubject, found: &mut Value) -> Result {
    let operator = installation.operator();
    let Some((kind, id)) = found["resource"].as_str().and_then(recorded_resource) else {
        // The route decided, by what it names as missing.
        return remediation::name(&operator, whose, None, found).await;
    };
    found["grant"] = json!([]);
    let Some(action) = found["action"].as_str().and_then(Action::parse) else {
        return Ok(());
    };
    let acr = found["inputs"]["situation"]["acr"].as_str();
    let acr = acr.filter(|acr| assurance::SUPPORTED.contains(acr));
    let request = RequestArgs {
        user: whose.subject.clone().filter(|_| !whose.service),
        scope: None,
        org: whose.org.clone(),
        acr: acr.unwrap_or(assurance::AAL1).to_owned(),
        at: None,
    };
    let client = found["client_id"].as_str();
    let simulation = simulate_token(installation, &request, client).await?;
    let principal = match principal(installation, &request, simulation) {
        Ok(principal) => principal,
        Err(rejected) => {
            found["grant"] = rejected["grant"].clone();
            return Ok(());
        }
    };
    let engine = engine(installation)?;
    let zone = server_config(&installation.config)?.zone();
    let zone = zone.map_err(CliError::failure)?;
    let trial = Trial {
        database: installation.config.tasks.database_url.expose(),
        engine: &engine,
        question: AccessQuestion {
            principal: &principal,
            action,
            kind,
            id,
            now: request.now(),
            address: None,
            zone: &zone,
        },
    };
    if trial.allows(|_| {}).await? {
        found["grant"] = json!(["nothing is missing any more: send the request again"]);
        return Ok(());
    }
    remediation::name(&operator, whose, Some(&trial), found).await
}

/// Reads the object of a recorded denial, `Task/ID`.
fn recorded_resource(text: &str) -> Option<(&'static str, Uuid)> {
    let (kind, id) = text.split_once('/')?;
    let kind = match kind {
        "Task" => "task",
        "Project" => "project",
        "Document" => "article",
        _ => return None,
    };
    Some((kind, Uuid::try_parse(id).ok()?))
}
