//! The runs of each server. A lease lets one server at a time work for a target.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use doorward_admin::operator::AdminContext;
use doorward_domain::model::scim::ScimTarget;
use doorward_domain::time::UnixSeconds;
use doorward_services::caller::Caller;
use doorward_services::context::Context;
use doorward_store::{StoreError, repo};
use tokio::task::JoinSet;

use super::run::{self, Options, Work};

/// Time between two looks for changes.
const LOOK: Duration = Duration::from_secs(2);
/// Number of targets for which a server works at the same time.
const PARALLEL: usize = 4;
const PAGE: u64 = 100;
/// Seconds between two full runs that nothing else causes.
const FULL: i64 = 24 * 60 * 60;
/// Shortest time between two full runs, in seconds.
const APART: i64 = 60;

pub(crate) async fn run(context: Arc<Context>) {
    let (mut running, mut busy) = (JoinSet::new(), HashSet::new());
    loop {
        while let Some(ended) = running.try_join_next() {
            busy.remove(&ended.unwrap_or_default());
        }
        if let Err(error) = begin(&context, &mut running, &mut busy).await {
            tracing::warn!(%error, "the targets of SCIM cannot be read");
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Starts the due runs.
async fn begin(
    context: &Arc<Context>,
    running: &mut JoinSet<String>,
    busy: &mut HashSet<String>,
) -> Result<(), StoreError> {
    let core = &context.core;
    // The applications are those of the original.
    if core.state.is_copy() {
        return Ok(());
    }
    let mut after = None::<String>;
    loop {
        let page = repo::scim_targets::list(core.db.read(), after.as_deref(), PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = Some(last.client_id.to_string());
        let end = repo::audit_chain::last(core.db.read()).await?;
        let head = end.map_or(0, |end| end.seq);
        for target in page {
            let client = target.client_id.to_string();
            let Some(work) = due(&target, head, core.now()) else {
                continue;
            };
            if running.len() < PARALLEL && busy.insert(client.clone()) {
                let context = Arc::clone(context);
                running.spawn_local(async move {
                    work_on(&context, &target, work).await;
                    client
                });
            }
        }
    }
}

/// Returns the work that is due for a target.
fn due(target: &ScimTarget, head: i64, now: UnixSeconds) -> Option<Work> {
    if target.is_paused || target.retry_at.is_some_and(|at| now < at) {
        return None;
    }
    let is_due = match target.full_at {
        None => true,
        Some(at) if target.is_full_due => at + APART <= now,
        Some(at) => at + FULL <= now,
    };
    if is_due {
        return Some(Work::Full(Options::default()));
    }
    (head > target.position && !target.is_full_due).then_some(Work::Changes)
}

async fn work_on(context: &Context, target: &ScimTarget, work: Work) {
    let admin = AdminContext::of_task(context, None, Caller::of_server(&context.core.random));
    let client = target.client_id.as_str();
    match run::run(&admin, target, work).await {
        Ok(Some(report)) if report.is_change() => tracing::info!(
            client,
            full = report.full,
            created = report.created,
            changed = report.changed,
            deactivated = report.deactivated,
            problems = report.problems.len(),
            "users provisioned"
        ),
        Err(failure) if target.failures == 0 => {
            tracing::warn!(client, %failure, "users not provisioned");
        }
        Ok(_) | Err(_) => {}
    }
}

#[cfg(test)]
mod tests;
