//! `doorward explain DECISION_ID` and `doorward explain access|authorize|token …`.

mod access;
mod issuance;
mod remediation;
mod text;
mod trial;

use clap::{Args, Subcommand};
use doorward_admin::decisions::{self, Decision};
use doorward_admin::operator::AdminError;
use doorward_resource_server::explain;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{error::CliError, output, target::TargetArgs};

/// Explain a denial, or simulate a request.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct ExplainArgs {
    #[command(flatten)]
    target: TargetArgs,
    #[command(subcommand)]
    verb: Option<ExplainVerb>,
    /// Decision ID (`decision_id`) of a denial by the identity server or the tasks API
    #[arg(required = true)]
    decision_id: Option<Uuid>,
    /// Print JSON, with the inputs of the rules
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum ExplainVerb {
    /// Simulate an action of a user or client on a task or project, and name the deciding rule
    Access(access::AccessArgs),
    /// Simulate an authorization request, and name the check that rejects it
    Authorize(issuance::AuthorizeArgs),
    /// Simulate issuing a token, and print its claims or the check that rejects it
    Token(issuance::TokenArgs),
}

/// Prints the explanation.
pub async fn run(args: ExplainArgs) -> Result<(), CliError> {
    let explanation = match (args.verb, args.decision_id) {
        (Some(ExplainVerb::Access(name)), _) => {
            Box::pin(access::simulate(&args.target, &name)).await?
        }
        (Some(ExplainVerb::Authorize(name)), _) => {
            Box::pin(issuance::authorize(&args.target, &name)).await?
        }
        (Some(ExplainVerb::Token(name)), _) => issuance::token(&args.target, &name).await?,
        (None, Some(id)) => Box::pin(decision(&args.target, id)).await?,
        (None, None) => return Err(CliError::Usage("give a decision id".to_owned())),
    };
    text::print(&explanation, args.json)
}

/// Explains a denial of the identity server, or else one of the tasks API.
async fn decision(target: &TargetArgs, id: Uuid) -> Result<Value, CliError> {
    let installation = target.open().await?;
    match decisions::explain(&installation.operator(), &id.to_string()).await {
        Ok(found) => return Ok(of_identity(&found)),
        Err(AdminError::NotFound { .. }) => {}
        Err(error) => return Err(error.into()),
    }
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
    let whose = remediation::DeniedSubject {
        service: subject.is_some() && subject == text("client_id"),
        subject,
        org: text("organization").filter(|org| !org.is_empty()),
    };
    access::advise(&installation, &whose, &mut found).await?;
    Ok(found)
}

fn of_identity(found: &Decision) -> Value {
    json!({
        "id": found.id,
        "at": output::time(found.at),
        "actor": found.actor,
        "client_id": found.client_id,
        "rule": found.rule,
        "inputs": found.inputs,
        "missing": found.missing,
        "granted_by_roles": found.granted_by_roles,
        "grant": found.grant,
        "ask": found.ask,
    })
}
