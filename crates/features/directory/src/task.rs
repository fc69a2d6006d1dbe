//! The synchronization that each server begins when it is due. A lease lets one run at a time.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use doorward_admin::operator::AdminContext;
use doorward_services::caller::Caller;
use doorward_services::context::Context;

use crate::settings::{self, Directory};
use crate::sync::{self, Memory, Options, SyncError};

/// Time between two looks whether a run is due.
const LOOK: Duration = Duration::from_secs(60);

pub async fn run(context: Arc<Context>) {
    loop {
        tokio::time::sleep(LOOK).await;
        if let Some(file) = &context.core.config.directories.file {
            all(&context, file).await;
        }
    }
}

async fn all(context: &Context, file: &Path) {
    let directories = match settings::load(file) {
        Ok(directories) => directories,
        Err(problem) => {
            tracing::warn!(%problem, "the file of directories cannot be used");
            return;
        }
    };
    for directory in directories.iter().filter(|it| it.sync_interval > 0) {
        if let Err(failed) = due(context, directory).await
            && !matches!(failed, SyncError::Busy)
        {
            tracing::warn!(directory = directory.name, %failed, "a directory was not synchronized");
        }
    }
}

async fn due(context: &Context, directory: &Directory) -> Result<(), SyncError> {
    let memory = Memory::read(context.core.db.read(), directory).await?;
    if memory.at + directory.sync_interval > context.core.now() {
        return Ok(());
    }
    let admin = AdminContext::of_task(context, None, Caller::of_server(&context.core.random));
    let http = &context.directory.http;
    let report = sync::run(&admin, http, directory, Options::default()).await?;
    tracing::info!(
        directory = directory.name,
        full = report.full,
        entries = report.entries,
        created = report.created,
        changed = report.changed,
        disabled = report.disabled,
        left = report.left,
        skipped = report.skipped,
        "directory synchronized"
    );
    Ok(())
}
