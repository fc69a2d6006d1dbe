//! Jobs: lists them, and retries failed ones. Their payloads are not read.

use doorward_domain::model::{JobId, JobState, JobSummary};
use doorward_store::repo::jobs::position;

use super::found::{self, Found};
use crate::prelude::*;

/// Lists all jobs, the newest first, or the failed ones, the latest failure first.
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

pub async fn get(context: &AdminContext<'_>, id: JobId) -> Result<JobSummary> {
    context.require_global("system:read")?;
    let found = repo::jobs::find(context.db.read(), id).await?;
    found.ok_or_else(|| AdminError::not_found("job", &id))
}

pub async fn retry(context: &AdminContext<'_>, id: JobId) -> Result<()> {
    context.require_global("system:write")?;
    let now = context.now();
    let tx = context.begin().await?;
    let found = repo::jobs::find(&tx, id).await?;
    let job = found.ok_or_else(|| AdminError::not_found("job", &id))?;
    context.unchanged(&job)?;
    if job.state(now) != JobState::Failed || !repo::jobs::retry(&tx, id, now).await? {
        return Err(AdminError::NoChange("it has not failed".to_owned()));
    }
    let event = context
        .event(AuditKind::SystemChanged, id, "job retried")
        .with("kind", job.kind.as_str());
    context.commit_with(tx, &event).await
}
