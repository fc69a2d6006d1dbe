use clap::ValueEnum;
use doorward_admin::{new_database, tasks_resource};
use doorward_config::address::sqlite_path;
use doorward_identity_server::snapshots;
use doorward_store::MigrationStatus;

use super::backup::directory_of;
use crate::command::prelude::*;
use crate::target::open_db;

#[derive(Debug, Args)]
pub struct MigrateArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// Operation
    #[arg(value_enum, default_value_t = Verb::Up)]
    verb: Verb,
    /// Test the migration without keeping changes: on a copy (SQLite) or in a transaction that is
    /// rolled back
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    out: Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Verb {
    /// Apply missing migrations; safe while servers run and when run concurrently
    Up,
    /// List applied and missing migrations; fails if one is missing
    Status,
}

pub async fn run(args: &MigrateArgs) -> Result {
    let config = args.target.config()?;
    match (args.verb, args.dry_run) {
        (Verb::Status, true) => Err(CliError::usage(
            "status changes nothing; leave --dry-run out",
        )),
        (Verb::Status, false) => {
            let db = open_db(&config).await?;
            let found = db.migration_status().await?;
            print(args, &found, json!({}))?;
            if found.pending.is_empty() {
                return Ok(());
            }
            db.check_schema().await?;
            Err(CliError::failure(format!(
                "{}; run `doorward migrate up`",
                found.missing()
            )))
        }
        (Verb::Up, true) => {
            let file = sqlite_path(config.database.url.expose()).map(Path::new);
            if let Some(file) = file.filter(|file| !file.exists()) {
                let text = file.display();
                return Err(CliError::failure(format!("there is no {text}")));
            }
            migrate_copy(args, &open_db(&config).await?, file).await
        }
        (Verb::Up, false) => {
            let db = open_db(&config).await?;
            let snapshots = snapshots(&config.database);
            let done = db.migrate_with_snapshot(snapshots.as_ref()).await?;
            let operator = AdminContext::command_line(&db, &SystemClock);
            let tasks = tasks_resource::configured_audience(&config);
            new_database::seed(&operator, tasks.as_deref(), &config.issuer).await?;
            let copy = done.snapshot.as_ref();
            let change = json!({ "new": done.new, "snapshot": copy });
            print(args, &done.status, change)?;
            if let Some(copy) = copy {
                output::print_status(&format!(
                    "Snapshot from before the migration: {}",
                    copy.display()
                ));
            }
            Ok(())
        }
    }
}

async fn migrate_copy(args: &MigrateArgs, db: &Db, file: Option<&Path>) -> Result {
    let found = db.migration_status().await?;
    // A directory, because SQLite writes its log next to the copy.
    let scratch = match file {
        Some(file) => tempfile::Builder::new()
            .prefix(".doorward-migrate-")
            .tempdir_in(directory_of(file))?,
        None => tempfile::tempdir()?,
    };
    let new = db.migrate_copy(&scratch.path().join("copy.sqlite")).await?;
    print(args, &found, json!({ "dry_run": true, "new": new }))?;
    let count = output::counted(new.len(), "migration");
    output::print_status(&match new.len() {
        0 => "Nothing is missing.".to_owned(),
        _ if db.is_postgres() => format!(
            "{count} succeeded and were rolled back. Make a backup before the upgrade: on PostgreSQL \
             `doorward migrate` keeps no copy."
        ),
        _ => format!("{count} succeeded on a copy, which is deleted."),
    });
    Ok(())
}

fn print(args: &MigrateArgs, status: &MigrationStatus, more: Value) -> Result {
    if args.out.json {
        let mut document = more;
        document["applied"] = json!(status.applied);
        document["pending"] = json!(status.pending);
        document["unknown"] = json!(status.unknown);
        return output::json(&document);
    }
    let states = [
        ("applied", &status.applied),
        ("pending", &status.pending),
        ("unknown", &status.unknown),
    ];
    let rows = states.iter().flat_map(|(state, names)| {
        let row = move |name: &String| vec![name.clone(), (*state).to_owned()];
        names.iter().map(row)
    });
    let mut rows: Vec<_> = rows.collect();
    // By number, not in the order in which this database applied them.
    rows.sort();
    output::table(&["MIGRATION", "STATE"], &rows)
}
