//! `doorward migrate [up|status]`.

use clap::{Args, ValueEnum};
use serde_json::json;

use crate::{
    error::CliError,
    output,
    place::{Place, open_db},
};

/// Bring the database schema up to date, or say what is missing.
#[derive(Debug, Args)]
pub struct MigrateArgs {
    #[command(flatten)]
    place: Place,
    /// What to do
    #[arg(value_enum, default_value_t = Verb::Up)]
    verb: Verb,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Verb {
    /// Apply what is missing; safe beside running servers and with several at once
    Up,
    /// Say what is applied and what is missing; fails when something is missing
    Status,
}

/// Runs the verb.
pub async fn run(args: &MigrateArgs) -> Result<(), CliError> {
    let config = args.place.config()?;
    let db = open_db(&config).await?;
    let status = match args.verb {
        Verb::Up => db.migrate().await?,
        Verb::Status => db.migration_status().await?,
    };
    if args.json {
        output::json(&json!({
            "applied": status.applied, "pending": status.pending, "unknown": status.unknown,
        }))?;
    } else {
        let named = |state: &'static str, names: &[String]| -> Vec<Vec<String>> {
            names
                .iter()
                .map(|name| vec![name.clone(), state.to_owned()])
                .collect()
        };
        let mut rows = named("applied", &status.applied);
        rows.extend(named("pending", &status.pending));
        rows.extend(named("unknown", &status.unknown));
        output::table(&["MIGRATION", "STATE"], &rows)?;
    }
    match status.pending.len() {
        0 => Ok(()),
        _ if args.verb == Verb::Up => Ok(()),
        missing => Err(CliError::failure(format!(
            "{missing} migrations are missing; run `doorward migrate up`"
        ))),
    }
}
