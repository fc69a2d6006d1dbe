use doorward_admin::attempts::{self, AttemptQuery, FoundAttempt};
use doorward_domain::model::{AttemptOutcome, SignInAttempt};
use doorward_services::attempts::AttemptLog;

use crate::command::prelude::*;
use crate::command::values::{one_of, parse_time};

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List sign-in attempts and rejected requests of the last 30 days, newest first
    List(ListArgs),
    /// Show one attempt with its reason and details
    Show {
        /// Attempt ID
        #[arg(value_name = "ID")]
        id: String,
        #[command(flatten)]
        out: Output,
    },
}

#[derive(Debug, Args)]
pub struct ListArgs {
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
    #[command(flatten)]
    out: Output,
}

fn outcome(text: &str) -> Result<AttemptOutcome, String> {
    let words = AttemptOutcome::ALL.map(AttemptOutcome::as_str);
    one_of(AttemptOutcome::parse(text), "outcomes", words)
}

pub async fn run(installation: &Installation, verb: Verb) -> Result {
    match verb {
        Verb::List(args) => list(installation, &args).await,
        Verb::Show { id, out } => show(installation, &id, out).await,
    }
}

async fn list(installation: &Installation, args: &ListArgs) -> Result {
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
    let attempts = attempts::list(&operator, log.as_ref(), &query, None, args.limit).await?;
    let header = ["ID", "AT", "OUTCOME", "RULE", "USER", "CLIENT"];
    let shown = |(attempt, user): &FoundAttempt| document(attempt, user.as_ref());
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    args.out.rows(&attempts, shown, header, |(attempt, user)| {
        let name = user.as_ref().map(|user| user.login_identifier().to_owned());
        [
            attempt.id.to_string(),
            output::time(attempt.at),
            attempt.outcome.as_str().to_owned(),
            attempt.rule.clone(),
            // A user who was deleted has no name.
            or_dash(name.or_else(|| attempt.user_id.map(|id| id.to_string()))),
            or_dash(attempt.client_id.clone()),
        ]
    })
}

async fn show(installation: &Installation, id: &str, out: Output) -> Result {
    let (attempt, user) = attempts::get(&installation.operator(), id).await?;
    let mut shown = document(&attempt, user.as_ref());
    if !out.json {
        let details = attempt.detail.iter().map(|(name, value)| {
            let text = value.as_str().map(str::to_owned);
            format!("{name}: {}", text.unwrap_or_else(|| value.to_string()))
        });
        shown["detail"] = details.collect::<Vec<_>>().join(", ").into();
    }
    out.object(&shown)
}

fn document(attempt: &SignInAttempt, user: Option<&User>) -> Value {
    json!({
        "id": attempt.id,
        "at": output::time(attempt.at),
        "step": attempt.step.as_str(),
        "outcome": attempt.outcome.as_str(),
        "rule": attempt.rule,
        "reason": attempt.reason,
        "user": attempt.user_id,
        "username": user.and_then(User::named),
        "client_id": attempt.client_id,
        "request_id": attempt.request_id,
        "address": attempt.address,
        "detail": attempt.detail,
    })
}
