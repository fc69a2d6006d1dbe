//! `doorward explain DECISION_ID` and `doorward explain access|authorize|token …`.

#[cfg(feature = "demo")]
mod access;
mod issuance;
#[cfg(feature = "demo")]
mod remediation;
mod text;
#[cfg(feature = "demo")]
mod trial;

use doorward_admin::decisions::{self, Decision};
use uuid::Uuid;

use crate::command::prelude::*;

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
    #[cfg(feature = "demo")]
    Access(access::AccessArgs),
    /// Simulate an authorization request, and name the check that rejects it
    Authorize(issuance::AuthorizeArgs),
    /// Simulate issuing a token, and print its claims or the check that rejects it
    Token(issuance::TokenArgs),
}

/// Prints the explanation.
pub async fn run(args: ExplainArgs) -> Result {
    let explanation = match (args.verb, args.decision_id) {
        #[cfg(feature = "demo")]
        (Some(ExplainVerb::Access(name)), _) => {
            Box::pin(access::simulate(&args.target, &name)).await?
        }
        (Some(ExplainVerb::Authorize(name)), _) => {
            Box::pin(issuance::authorize(&args.target, &name)).await?
        }
        (Some(ExplainVerb::Token(name)), _) => {
            Box::pin(issuance::token(&args.target, &name)).await?
        }
        (None, Some(id)) => Box::pin(decision(&args.target, id)).await?,
        (None, None) => return Err(CliError::usage("give a decision id")),
    };
    text::print(&explanation, args.json)
}

/// Explains a denial of the identity server, or else one of the tasks API.
async fn decision(target: &TargetArgs, id: Uuid) -> Result<Value> {
    let installation = target.open().await?;
    match decisions::explain(&installation.operator(), &id.to_string()).await {
        Ok(found) => return Ok(of_identity(&found)),
        Err(AdminError::NotFound { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    #[cfg(feature = "demo")]
    let found = Box::pin(access::decision(&installation, id)).await;
    #[cfg(not(feature = "demo"))]
    let found = Err(CliError::failure(format!(
        "there is no decision {id} of the identity server, or it is older than 30 days; \
         `doorward-tasks explain {id}` explains one of the tasks API, and a denial by another service is in \
         its log"
    )));
    found
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
