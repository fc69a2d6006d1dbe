//! Jobs: lists them, and retries failed ones. Of their payloads only the recipients are shown.

pub mod operations;

use std::collections::HashMap;

use doorward_domain::model::{JobId, JobState, JobSummary};
use doorward_store::repo::jobs::position;

use crate::found::{self, Found};
use crate::prelude::*;

/// The number of jobs that one statement makes due again.
const BATCH: u64 = 500;

/// Lists all jobs, the newest first, or the failed ones, the latest failure first.
#[boxed(?Send)]
pub async fn page(
    context: &AdminContext<'_>,
    failed: bool,
    before: Option<&str>,
    limit: u64,
) -> Result<Vec<Found<JobSummary>>> {
    context.require_global("system:read")?;
    let before = found::time_position(before, JobId::parse)?;
    let rows = repo::jobs::page(context.db.read(), failed, before, limit).await?;
    let rows = rows.into_iter().map(|job| {
        let (at, id) = position(&job);
        Found::new(&at.to_string(), id, job)
    });
    Ok(rows.collect())
}

#[boxed(?Send)]
pub async fn get(context: &AdminContext<'_>, id: JobId) -> Result<JobSummary> {
    context.require_global("system:read")?;
    let found = repo::jobs::find(context.db.read(), id).await?;
    found.ok_or_else(|| AdminError::not_found("job", &id))
}

/// Returns the recipients of these messages that are not sent yet, to administrators who may read users.
#[boxed(?Send)]
pub async fn recipients(
    context: &AdminContext<'_>,
    jobs: &[JobSummary],
) -> Result<HashMap<JobId, String>> {
    let Some(outbox) = context.outbox else {
        return Ok(HashMap::new());
    };
    let unsent = jobs.iter().filter(|job| job.done_at.is_none());
    let ids: Vec<JobId> = unsent.map(|job| job.id).collect();
    if ids.is_empty() || context.require_global("users:read").is_err() {
        return Ok(HashMap::new());
    }
    let jobs = repo::jobs::list(context.db.read(), &ids).await?;
    let named = jobs
        .iter()
        .map(|job| Some((job.id, outbox.recipient(job)?)));
    Ok(named.flatten().collect())
}

/// Makes all failed jobs due again. Returns their number.
#[boxed(?Send)]
pub async fn retry_failed(context: &AdminContext<'_>) -> Result<u64> {
    context.require_global("system:write")?;
    let (mut retried, now) = (0, context.now());
    loop {
        let tx = context.begin().await?;
        let some = repo::jobs::retry_failed(&tx, now, BATCH).await?;
        if some == 0 {
            return if retried > 0 {
                Ok(retried)
            } else {
                Err(not_failed())
            };
        }
        retried += some;
        let event = context.event(AuditKind::SystemChanged, "jobs", "failed jobs retried");
        context.commit_with(tx, &event.with("count", some)).await?;
    }
}

fn not_failed() -> AdminError {
    AdminError::NoChange("it has not failed".to_owned())
}

#[boxed(?Send)]
pub async fn retry(context: &AdminContext<'_>, id: JobId) -> Result<()> {
    context.require_global("system:write")?;
    let now = context.now();
    let tx = context.begin().await?;
    let found = repo::jobs::find(&tx, id).await?;
    let job = found.ok_or_else(|| AdminError::not_found("job", &id))?;
    context.unchanged(&job)?;
    if job.state(now) != JobState::Failed || !repo::jobs::retry(&tx, id, now).await? {
        return Err(not_failed());
    }
    let event = context
        .event(AuditKind::SystemChanged, id, "job retried")
        .with("kind", job.kind.as_str());
    context.commit_with(tx, &event).await
}
