//! `doorward attempt list|show`.

use std::sync::Arc;

use clap::{Args, Subcommand};
use doorward_admin::attempts::{self, AttemptQuery};
use doorward_domain::model::{AttemptOutcome, SignInAttempt};
use doorward_services::attempts::AttemptLog;
use serde_json::{Value, json};

use super::timestamp::parse_time;
use crate::{
    error::CliError,
    output,
    target::{Installation, TargetArgs},
};

/// Show why sign-ins and requests of clients failed.
#[derive(Debug, Args)]
pub struct AttemptArgs {
    #[command(flatten)]
    target: TargetArgs,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List sign-in attempts and rejected requests of the last 30 days, newest first
    List(ListArgs),
    /// Show one attempt with its reason and details
    Show {
        /// Attempt ID
        #[arg(value_name = "ID")]
        id: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
struct ListArgs {
    /// User name, e-mail address, user ID or request ID. A name that no user has finds the attempts
    /// with that name
    #[arg(long, value_name = "TEXT")]
    about: Option<String>,
    /// Client ID
    #[arg(long, value_name = "CLIENT")]
    client: Option<String>,
    /// Outcome: succeeded, failed, rejected or abandoned
    #[arg(long, value_name = "OUTCOME", value_parser = outcome)]
    outcome: Option<AttemptOutcome>,
    /// Earliest time of the attempts, inclusive
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    since: Option<i64>,
    /// Latest time of the attempts, exclusive
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    until: Option<i64>,
    /// Number of attempts
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=1000))]
    limit: u64,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

fn outcome(text: &str) -> Result<AttemptOutcome, String> {
    AttemptOutcome::parse(text).ok_or_else(|| {
        let words = AttemptOutcome::ALL.iter().map(|outcome| outcome.as_str());
        let words: Vec<_> = words.collect();
        format!("the outcomes are {}", words.join(", "))
    })
}

/// Runs the subcommand.
pub async fn run(args: AttemptArgs) -> Result<(), CliError> {
    let installation = args.target.open().await?;
    match args.verb {
        Verb::List(args) => list(&installation, &args).await,
        Verb::Show { id, json } => show(&installation, &id, json).await,
    }
}

async fn list(installation: &Installation, args: &ListArgs) -> Result<(), CliError> {
    let query = AttemptQuery {
        about: args.about.as_deref(),
        client: args.client.as_deref(),
        outcome: args.outcome,
        since: args.since,
        until: args.until,
        ..AttemptQuery::default()
    };
    // Only a search needs the key of the hashed names.
    let log = match query.about {
        Some(_) => Some(AttemptLog::new(&installation.master_key()?, Arc::default())),
        None => None,
    };
    let operator = installation.operator();
    let found = attempts::list(&operator, log.as_ref(), &query, None, args.limit).await?;
    if args.json {
        let documents: Vec<_> = found.iter().map(|(attempt, _)| document(attempt)).collect();
        return output::json(&documents);
    }
    let rows: Vec<_> = found
        .into_iter()
        .map(|(attempt, _)| {
            vec![
                attempt.id.to_string(),
                output::time(attempt.at),
                attempt.outcome.as_str().to_owned(),
                attempt.rule,
                attempt.user_id.map_or_else(dash, |id| id.to_string()),
                attempt.client_id.unwrap_or_else(dash),
            ]
        })
        .collect();
    output::table(&["ID", "AT", "OUTCOME", "RULE", "USER", "CLIENT"], &rows)
}

async fn show(installation: &Installation, id: &str, as_json: bool) -> Result<(), CliError> {
    let (attempt, _) = attempts::get(&installation.operator(), id).await?;
    if as_json {
        return output::json(&document(&attempt));
    }
    let detail = |(name, value): (&String, &Value)| {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        format!("{name}: {text}")
    };
    let details: Vec<_> = attempt.detail.iter().map(detail).collect();
    output::fields(&[
        ("id", attempt.id.to_string()),
        ("at", output::time(attempt.at)),
        ("step", attempt.step.as_str().to_owned()),
        ("outcome", attempt.outcome.as_str().to_owned()),
        ("rule", attempt.rule),
        ("reason", attempt.reason),
        (
            "user",
            attempt.user_id.map_or_else(dash, |id| id.to_string()),
        ),
        ("client_id", attempt.client_id.unwrap_or_else(dash)),
        ("request_id", attempt.request_id.unwrap_or_else(dash)),
        ("address", attempt.address.unwrap_or_else(dash)),
        ("detail", details.join(", ")),
    ])
}

fn dash() -> String {
    "-".to_owned()
}

fn document(attempt: &SignInAttempt) -> Value {
    json!({
        "id": attempt.id,
        "at": output::time(attempt.at),
        "step": attempt.step.as_str(),
        "outcome": attempt.outcome.as_str(),
        "rule": attempt.rule,
        "reason": attempt.reason,
        "user": attempt.user_id,
        "client_id": attempt.client_id,
        "request_id": attempt.request_id,
        "address": attempt.address,
        "detail": attempt.detail,
    })
}
