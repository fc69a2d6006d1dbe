use doorward_archive::Name;
use doorward_config::address::{MoveAddressError, check_move, is_postgres};
use doorward_store::OpenOptions;
use doorward_store::db::{Moved, PendingMove, database_tables};
use doorward_tasks_database as tasks_db;

use super::backup::Source;
use crate::command::prelude::*;
use crate::error::with_causes;
use crate::output::ProgressOutput;

/// Copy the databases from SQLite to PostgreSQL, or back.
#[derive(Debug, Args)]
#[command(
    long_about = "Copy the databases from SQLite to PostgreSQL, or back, with all sessions, tokens, keys, passkeys and \
                  the audit log. Stop the servers first: the command refuses a database that a server uses, and \
                  prevents all writes while it copies; the former database is not changed. The new database must \
                  be empty. It gets all rows of a server in one transaction, after a comparison of every table. \
                  Until the end, `serve`, `tasks` and the other commands refuse the new database; if the command \
                  is interrupted, repeat it. The configuration is not changed. A password in an address is visible \
                  to other users of this machine; PostgreSQL also takes it from ~/.pgpass or the file that PGPASSFILE names."
)]
pub struct MoveArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// Address of the new database: of the identity server, and on PostgreSQL also of the tasks API
    #[arg(long, value_name = "URL", required_unless_present = "tasks_to")]
    to: Option<String>,
    /// Address of the new database of the tasks API; without --to, only that database is copied
    #[arg(long, value_name = "URL")]
    tasks_to: Option<String>,
    /// Check both databases and count the rows without writing anything
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    out: Output,
}

/// A database to copy.
struct Part<'a> {
    name: Name,
    from: &'a str,
    to: &'a str,
}

/// A part whose source cannot be written.
struct Locked<'a> {
    part: Part<'a>,
    pending: PendingMove,
}

/// Copies the databases.
pub async fn run(args: &MoveArgs) -> Result {
    let config = args.target.config()?;
    let mut locked = Vec::new();
    for part in parts(args, &config)? {
        if has_data(&part).await? {
            locked.push(lock(part).await?);
        }
    }
    if locked.is_empty() {
        return Err(CliError::failure("there is no database to move"));
    }
    if args.dry_run {
        return print_plan(args.out, locked).await;
    }
    for item in &locked {
        item.pending.mark_target().await?;
        migrate(item.part.name, item.part.to).await?;
    }
    let tables = locked.iter().flat_map(|item| item.pending.tables());
    let total: u64 = tables.map(|(_, rows)| rows).sum();
    // Each row is copied once and compared once.
    let template = "{bar:40} {percent} %, {per_sec} rows, {eta} left: {msg}";
    let mut progress = ProgressOutput::new(total * 2, template, "rows");
    let mut moved = Vec::new();
    for item in &locked {
        let mut count = |table: &str, rows: u64| {
            progress.set_message(table);
            progress.inc(rows);
        };
        let copied = item.pending.copy(&mut count).await?;
        moved.push((item.part.name, copied.iter().map(document).collect()));
    }
    progress.finish();
    for item in &locked {
        item.pending.unmark_target().await?;
    }
    print_tables(args.out, true, &moved)?;
    for item in locked {
        print_next(&config, &item.part);
        item.pending.release().await?;
    }
    Ok(())
}

/// Returns the databases to copy. The tasks API may share the identity server's PostgreSQL.
fn parts<'a>(args: &'a MoveArgs, config: &'a Config) -> Result<Vec<Part<'a>>> {
    let (identity, tasks) = (
        config.database.url.expose(),
        config.tasks.database_url.expose(),
    );
    let shared = args.to.as_deref().filter(|url| is_postgres(url));
    let mut found = Vec::new();
    if let Some(to) = &args.to {
        found.push(checked(Name::Identity, identity, to)?);
    }
    match (args.tasks_to.as_deref(), shared) {
        (Some(to), _) if Some(to) == args.to.as_deref() && !is_postgres(to) => {
            return Err(CliError::usage(
                "--to and --tasks-to name one file; each server needs its own",
            ));
        }
        (Some(to), _) => found.push(checked(Name::Tasks, tasks, to)?),
        (None, Some(to)) if !is_postgres(tasks) => {
            found.push(checked(Name::Tasks, tasks, to)?);
        }
        (None, Some(_)) => output::print_status(
            "The database of the tasks API is in PostgreSQL already, and is not moved.",
        ),
        (None, None) if is_postgres(tasks) => {
            output::print_status(
                "The database of the tasks API is not moved; --tasks-to moves it.",
            );
        }
        (None, None) => {}
    }
    Ok(found)
}

/// Checks that one address is of SQLite and the other one of PostgreSQL.
fn checked<'a>(name: Name, from: &'a str, to: &'a str) -> Result<Part<'a>> {
    match check_move(from, to) {
        Ok(()) => Ok(Part { name, from, to }),
        Err(MoveAddressError::SameKind(kind)) => Err(same_kind(name, kind)),
        Err(error) => Err(CliError::usage(error)),
    }
}

fn same_kind(name: Name, kind: &str) -> CliError {
    let name = name.as_str();
    CliError::Conflict(format!(
        "the database of {name} is {kind} already; `doorward backup` and `doorward restore` copy it to another \
         one of this kind"
    ))
}

/// Checks that the source has all migrations. Returns false for a deployment without the tasks API.
async fn has_data(part: &Part<'_>) -> Result<bool> {
    let (name, url) = (part.name, part.from);
    if !(Source { name, url }).exists()? {
        return Ok(false);
    }
    match name {
        Name::Identity => {
            let db = Db::open(part.from, OpenOptions::for_command()).await?;
            let status = db.check_schema().await;
            db.close().await?;
            let status = status?;
            if !status.unknown.is_empty() {
                return Err(CliError::failure(
                    "the former database has migrations of a newer release; move it with that release",
                ));
            }
            if status.pending.is_empty() {
                return Ok(true);
            }
            Err(CliError::failure(format!(
                "{} in the former database; run `doorward migrate up` first",
                status.missing()
            )))
        }
        Name::Tasks => {
            let status = tasks_db::migration_status(part.from).await;
            let status = status.map_err(|error| of_tasks(&error))?;
            let applied = status.iter().filter(|(_, applied)| *applied).count();
            if applied > 0 && applied < status.len() {
                return Err(CliError::failure(
                    "migrations are missing in the former database of the tasks API; start `doorward tasks` \
                     of this release once first",
                ));
            }
            Ok(applied > 0)
        }
    }
}

fn of_tasks(error: &dyn std::error::Error) -> CliError {
    CliError::failure(format!("tasks API: {}", with_causes(error)))
}

/// Prevents writes to the source, and checks that the target is empty.
async fn lock(part: Part<'_>) -> Result<Locked<'_>> {
    let tables = tables(part.name).await?;
    let pending = PendingMove::begin(part.from, part.to, tables).await?;
    Ok(Locked { part, pending })
}

/// Returns the tables of the present schema, from a database that is deleted.
async fn tables(name: Name) -> Result<Vec<String>> {
    let directory = tempfile::tempdir()?;
    let file = directory.path().join("schema.sqlite");
    let url = format!("sqlite://{}", file.display());
    migrate(name, &url).await?;
    Ok(database_tables(&url).await?)
}

async fn migrate(name: Name, url: &str) -> Result {
    match name {
        Name::Identity => {
            let db = Db::open(url, OpenOptions::for_command()).await?;
            db.migrate_for_move().await?;
            Ok(db.close().await?)
        }
        Name::Tasks => {
            let migrated = tasks_db::migrate_for_move(url).await;
            migrated.map_err(|error| of_tasks(&error))
        }
    }
}

async fn print_plan(out: Output, locked: Vec<Locked<'_>>) -> Result {
    let mut databases = Vec::new();
    for item in locked {
        let tables = item.pending.tables();
        let tables = tables.map(|(table, rows)| json!({ "table": table, "rows": rows }));
        databases.push((item.part.name, tables.collect()));
        item.pending.release().await?;
    }
    print_tables(out, false, &databases)?;
    if !out.json {
        output::print_status("Nothing was written.");
    }
    Ok(())
}

fn document(moved: &Moved) -> Value {
    json!({ "table": moved.table, "rows": moved.rows, "checksum": moved.checksum })
}

/// Prints the tables of each database, those that were moved with their checksums.
fn print_tables(out: Output, moved: bool, databases: &[(Name, Vec<Value>)]) -> Result {
    if out.json {
        let document = |(name, tables): &(Name, Vec<Value>)| json!({ "name": name.as_str(), "tables": tables });
        let databases: Vec<_> = databases.iter().map(document).collect();
        return output::json(&json!({ "moved": moved, "databases": databases }));
    }
    let rows = databases.iter().flat_map(|(name, tables)| {
        tables.iter().cloned().map(move |mut table| {
            table["database"] = name.as_str().into();
            table
        })
    });
    let columns = [
        ("DATABASE", "database"),
        ("TABLE", "table"),
        ("ROWS", "rows"),
        ("CHECKSUM", "checksum"),
    ];
    let columns = &columns[..if moved { 4 } else { 3 }];
    out.list(rows, columns)
}

fn print_next(config: &Config, part: &Part<'_>) {
    let (server, key) = match part.name {
        Name::Identity => ("identity server", "database.url"),
        Name::Tasks => ("tasks API", "tasks.database_url"),
    };
    output::print_status(&format!(
        "Every table of the {server} is the same in both databases. Set {key} to the new address before the next \
         start; a start with the former one would continue there."
    ));
    let is_beside = config.audit.head_file.is_none() && is_postgres(part.to);
    let head = config.audit_head_file().filter(|file| file.exists());
    if let (Name::Identity, true, Some(file)) = (part.name, is_beside, head) {
        output::print_status(&format!(
            "The head of the audit log is in {}: set audit.head_file to this file, so that the server still \
             detects a removed end of the log.",
            file.display()
        ));
    }
}
