//! Reports of months: the stored ones, and the count of the others.

use std::collections::BTreeMap;

use doorward_admin::clients;
use doorward_admin::prelude::*;
use doorward_domain::model::MonthlyReport;
use doorward_services::error::ServerError;
use doorward_services::transaction::in_plain_transaction;
use doorward_store::Db;

use crate::count;
use crate::month::{DAY, HOUR, Month};

/// Seconds for which the stored report of the present month is shown.
const FRESH: i64 = HOUR;

/// Returns the reports of stored months before this one, the newest first.
pub async fn list(
    context: &AdminContext<'_>,
    before: Option<Month>,
    limit: u64,
) -> Result<Vec<MonthlyReport>> {
    context.require_global("system:read")?;
    let before = before.map(Month::start);
    Ok(repo::monthly_reports::list(context.db.read(), before, limit).await?)
}

/// Returns the report of a month. Counts a month that has none, such as one before the first report, and the
/// present one if that was done more than an hour ago.
pub async fn get(context: &AdminContext<'_>, name: &str) -> Result<MonthlyReport> {
    context.require_global("system:read")?;
    let now = context.now();
    let month = Month::parse(name).filter(|month| month.start() <= now);
    let month = month.ok_or_else(|| AdminError::not_found("report", name))?;
    let read = context.db.read();
    let stored = repo::monthly_reports::find(read, month.start()).await?;
    let fresh = stored.filter(|report| report.counted_at >= month.end().min(now - FRESH));
    match fresh {
        Some(report) => Ok(report),
        None => Ok(count::run(read, month, now).await?),
    }
}

/// Returns the names of the apps of a report that the administrator may read.
pub async fn app_names(
    context: &AdminContext<'_>,
    report: &MonthlyReport,
) -> Result<BTreeMap<String, String>> {
    if context.require_global("clients:read").is_err() {
        return Ok(BTreeMap::new());
    }
    let ids = report
        .apps
        .iter()
        .filter_map(|app| app.client_id.as_deref());
    let ids: Vec<ClientId> = ids.filter_map(ClientId::parse).collect();
    let found = clients::find_many(context, &ids).await?;
    let named = |(client, _): (Client, _)| (client.id.to_string(), client.name);
    Ok(found.into_iter().map(named).collect())
}

/// Stores the report of the month that has ended, and once a day that of the present one. Returns the number
/// of reports.
pub async fn store_due(db: &Db, now: UnixSeconds) -> Result<u64, ServerError> {
    let present = Month::of(now);
    let mut stored = 0;
    for month in [present.previous(), present] {
        let found = repo::monthly_reports::find(db.read(), month.start()).await?;
        if !is_due(month, found.map(|report| report.counted_at), now) {
            continue;
        }
        let report = count::run(db.read(), month, now).await?;
        in_plain_transaction(db, async |tx| {
            repo::monthly_reports::put(tx, &report).await?;
            Ok(())
        })
        .await?;
        stored += 1;
    }
    Ok(stored)
}

/// Returns true if a month was not counted since its end, or since the last midnight before it.
fn is_due(month: Month, counted_at: Option<UnixSeconds>, now: UnixSeconds) -> bool {
    let today = now - now.rem_euclid(DAY);
    counted_at.is_none_or(|counted_at| counted_at < month.end().min(today))
}

#[cfg(test)]
mod tests;
