//! `doorward explain access …`: evaluates the policies with the token that would be issued.

use std::net::IpAddr;
use std::path::Path;

use clap::Args;
use doorward_access::Principal;
use doorward_access::jwt::verify::{Expected, TokenRejection, check_claims, is_whole};
use doorward_admin::users;
use doorward_resource_server::explain::{self, AccessQuestion};
use doorward_resource_server::policy::{Action, Engine};
use doorward_services::simulation::{self, Simulation};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{issuance::RequestArgs, remediation};
use crate::target::{Installation, TargetArgs};
use crate::{command::tasks::server_config, error::CliError, output};

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

/// Prints the decision as JSON.
pub async fn run(target: &TargetArgs, args: &AccessArgs) -> Result<(), CliError> {
    let installation = target.open().await?;
    if let Some(user) = &args.request.user {
        users::get(&installation.operator(), user).await?;
    }
    let rehearsal = {
        let context = args.request.context(&installation)?;
        let question = args.request.question(args.client.as_deref(), &[]);
        simulation::token(
            &context.core,
            &context.directory,
            &context.issuing,
            &question,
        )
        .await
    };
    let rehearsal = rehearsal.map_err(CliError::failure)?;
    match principal(&installation, args, rehearsal) {
        Ok(principal) => decide(&installation, args, &principal).await,
        Err(rejected) => output::json(&rejected),
    }
}

/// Returns the principal that the tasks API would see, or the reason why it would reject the token.
fn principal(
    installation: &Installation,
    args: &AccessArgs,
    rehearsal: Simulation,
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
    let Some(claims) = rehearsal.claims else {
        let because = rehearsal.because.as_deref().unwrap_or_default();
        return Err(reject(because, &rehearsal.grant));
    };
    let config = &installation.config;
    let issuer = config.tasks_issuer().unwrap_or(&config.issuer);
    let expected = Expected::new(issuer, config.tasks_audience());
    check_claims(&claims, &expected, args.request.now())
        .map_err(|rejection| reject(&rejection.to_string(), &[]))?;
    if !is_whole(&claims.overage) {
        return Err(reject(&TokenRejection::Overage.to_string(), &[]));
    }
    Ok(claims.into())
}

async fn decide(
    installation: &Installation,
    args: &AccessArgs,
    principal: &Principal,
) -> Result<(), CliError> {
    let config = &installation.config;
    let directory = config.tasks.policy_dir.as_deref().map(Path::new);
    let engine = Engine::load(directory).map_err(CliError::failure)?;
    let zone = server_config(config)?.zone();
    let zone = zone.map_err(CliError::failure)?;
    let (kind, id) = &args.resource;
    let question = AccessQuestion {
        principal,
        action: args.action,
        kind,
        id: *id,
        now: args.request.now(),
        address: args.address,
        zone: &zone,
    };
    let database = config.tasks.database_url.expose();
    let answer = explain::access(database, &engine, &question).await;
    let answer = answer.map_err(CliError::failure)?;
    let mut answer = answer.ok_or_else(|| CliError::failure(format!("there is no {kind} {id}")))?;
    if answer["allowed"] == false {
        let whose = remediation::DeniedSubject {
            subject: Some(principal.subject.clone()),
            service: principal.is_service(),
            org: principal.org.clone(),
        };
        remediation::name(&installation.operator(), &whose, &mut answer).await?;
    }
    output::json(&answer)
}
