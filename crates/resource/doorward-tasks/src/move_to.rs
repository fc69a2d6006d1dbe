//! Copies the database of the tasks API from SQLite to PostgreSQL, or back.

use std::path::Path;

use clap::Args;
use doorward_config::Config;
use doorward_config::address::{check_move, sqlite_path};
use doorward_process::{print_document, print_status};
use doorward_store::db::{PendingMove, database_tables};
use doorward_tasks::TasksError;
use doorward_tasks_database as database;

#[derive(Debug, Args)]
pub struct MoveArgs {
    /// Address of the new, empty database
    #[arg(long, value_name = "URL")]
    to: String,
    /// Check both databases and count the rows without writing anything
    #[arg(long)]
    dry_run: bool,
}

pub async fn run(config: &Config, args: &MoveArgs) -> Result<(), TasksError> {
    let (from, to) = (config.tasks.database_url.expose(), args.to.as_str());
    check_move(from, to).map_err(TasksError::caused)?;
    expect_migrated(from).await?;
    let pending = PendingMove::begin(from, to, tables().await?).await?;
    if args.dry_run {
        for (table, rows) in pending.tables() {
            print_document(&format!("{table}  {rows}\n"))?;
        }
        print_status("Nothing was written.");
        return Ok(pending.release().await?);
    }
    pending.mark_target().await?;
    let migrated = database::migrate_for_move(to).await;
    migrated.map_err(TasksError::caused)?;
    // Each row is copied once and compared once.
    let total: u64 = pending.tables().map(|(_, rows)| 2 * rows).sum();
    let (mut done, mut printed) = (0, 0);
    let mut progress = |table: &str, rows: u64| {
        done += rows;
        let percent = done * 100 / total.max(1);
        if percent >= printed + 10 {
            printed = percent;
            print_status(&format!("{percent} %: {table}"));
        }
    };
    let moved = pending.copy(&mut progress).await?;
    pending.unmark_target().await?;
    for table in moved {
        let (name, rows, checksum) = (table.table, table.rows, table.checksum);
        print_document(&format!("{name}  {rows}  {checksum}\n"))?;
    }
    print_status(
        "Every table is the same in both databases. Set tasks.database_url to the new address before the next \
         start; a start with the former one would continue there.",
    );
    Ok(pending.release().await?)
}

async fn expect_migrated(url: &str) -> Result<(), TasksError> {
    if let Some(file) = sqlite_path(url).filter(|file| !Path::new(file).exists()) {
        return Err(TasksError::Failure(format!("there is no {file}")));
    }
    let status = database::migration_status(url).await;
    let status = status.map_err(TasksError::caused)?;
    if status.iter().all(|(_, is_applied)| *is_applied) {
        return Ok(());
    }
    let text =
        "migrations are missing in the former database; run `doorward-tasks migrate up` first";
    Err(TasksError::Failure(text.to_owned()))
}

/// Returns the tables of the present schema, from a database that is deleted.
async fn tables() -> Result<Vec<String>, TasksError> {
    let directory = tempfile::tempdir()?;
    let url = format!("sqlite://{}", directory.path().join("schema").display());
    let migrated = database::migrate(&url).await;
    migrated.map_err(TasksError::caused)?;
    database_tables(&url).await.map_err(TasksError::caused)
}
