//! The count of a month, in portions of a day or less with a break after each, beside users who sign in.

use std::collections::{BTreeMap, BTreeSet};

use doorward_domain::model::{
    AppCount, AuditKind, FactorCount, MonthlyReport, ReportFigure, StatCount, StatKind, UserId,
};
use doorward_domain::time::UnixSeconds;
use doorward_services::breaks::Breaks;
use doorward_store::db::Conn;
use doorward_store::{StoreError, repo};

use crate::month::{DAY, HOUR, Month};

/// Number of users whose sign-in methods a statement reads.
const PORTION: u64 = 2_000;
/// Maximum number of apps of a report.
const APPS: usize = 200;
/// Length of a break in the length of the portion before it.
const BREAK: u32 = 1;
/// Seconds after the end of a month in which the sign-in methods of users are still those of its end.
const LATE: i64 = 2 * DAY;

/// The kinds of events that are counted by their change.
const KINDS: [AuditKind; 6] = [
    AuditKind::UserRegistered,
    AuditKind::UserChanged,
    AuditKind::AccountDeleted,
    AuditKind::RoleChanged,
    AuditKind::GroupChanged,
    AuditKind::OrganizationChanged,
];

/// The numbers that are counted from audit events.
const OF_EVENTS: [ReportFigure; 8] = [
    ReportFigure::ActiveUsers,
    ReportFigure::NewUsers,
    ReportFigure::DisabledUsers,
    ReportFigure::DeletedUsers,
    ReportFigure::RolesAssigned,
    ReportFigure::RolesRevoked,
    ReportFigure::MembersAdded,
    ReportFigure::MembersRemoved,
];

/// Returns the number for which a successful event counts.
fn figure_of(kind: AuditKind, change: Option<&str>) -> Option<ReportFigure> {
    Some(match (kind, change) {
        (AuditKind::UserRegistered, _) | (AuditKind::UserChanged, Some("created" | "imported")) => {
            ReportFigure::NewUsers
        }
        (AuditKind::AccountDeleted, _) | (AuditKind::UserChanged, Some("deleted")) => {
            ReportFigure::DeletedUsers
        }
        (AuditKind::UserChanged, Some("disabled")) => ReportFigure::DisabledUsers,
        (AuditKind::RoleChanged, Some("assigned" | "given")) => ReportFigure::RolesAssigned,
        (AuditKind::RoleChanged, Some("revoked" | "taken")) => ReportFigure::RolesRevoked,
        (
            AuditKind::GroupChanged | AuditKind::OrganizationChanged,
            Some("member added" | "member set" | "invitation accepted"),
        ) => ReportFigure::MembersAdded,
        (
            AuditKind::GroupChanged | AuditKind::OrganizationChanged,
            Some("member removed" | "member left"),
        ) => ReportFigure::MembersRemoved,
        _ => return None,
    })
}

/// Counts a month up to now. Leaves out what is no longer known: events that were moved into an archive, and
/// the sign-in methods of users long after the end of the month.
pub(super) async fn run(
    conn: &Conn,
    month: Month,
    now: UnixSeconds,
) -> Result<MonthlyReport, StoreError> {
    let mut report = MonthlyReport {
        month: month.start(),
        counted_at: now,
        ..MonthlyReport::default()
    };
    let archived = repo::audit_archives::last(conn).await?;
    let has_events = archived.is_none_or(|archive| archive.day < month.start());
    let figures = [ReportFigure::SignIns, ReportFigure::FailedSignIns];
    let of_events = OF_EVENTS.into_iter().filter(|_| has_events);
    for figure in figures.into_iter().chain(of_events) {
        report.add(figure, 0);
    }
    let (mut active, mut apps) = (BTreeSet::new(), BTreeMap::new());
    let mut breaks = Breaks::start(BREAK);
    for day in month.days_before(now) {
        for stat in repo::monthly_reports::sum_stats(conn, day).await? {
            add_stat(&mut report, &mut apps, stat);
        }
        if has_events {
            count_events(conn, day, &mut report, &mut active).await?;
        }
        breaks.take().await;
    }
    let active = i64::try_from(active.len()).unwrap_or(i64::MAX);
    if has_events {
        report.add(ReportFigure::ActiveUsers, active);
    }
    report.apps = most_used(apps);
    if now < month.end() + LATE {
        count_factors(conn, &mut report, &mut breaks).await?;
    }
    Ok(report)
}

fn add_stat(report: &mut MonthlyReport, apps: &mut BTreeMap<String, AppCount>, stat: StatCount) {
    let Some(client) = stat.client else {
        match stat.kind {
            StatKind::SignIn => report.add(ReportFigure::SignIns, stat.n),
            StatKind::SignInFailed => report.add(ReportFigure::FailedSignIns, stat.n),
            StatKind::ActiveUser | StatKind::RequestRejected | StatKind::TokenIssued => {}
        }
        return;
    };
    let number = |app: &mut AppCount, n| match stat.kind {
        StatKind::SignIn => app.sign_ins += n,
        StatKind::SignInFailed => app.failed_sign_ins += n,
        StatKind::RequestRejected => app.rejected_requests += n,
        StatKind::ActiveUser | StatKind::TokenIssued => {}
    };
    number(apps.entry(client).or_default(), stat.n);
}

/// Returns the apps with the most sign-ins, and the sum of the others.
fn most_used(apps: BTreeMap<String, AppCount>) -> Vec<AppCount> {
    let apps = apps.into_iter().map(|(client, app)| AppCount {
        client_id: Some(client),
        ..app
    });
    let has_any = |app: &AppCount| app.sign_ins + app.failed_sign_ins + app.rejected_requests > 0;
    let mut apps: Vec<AppCount> = apps.filter(has_any).collect();
    // The sort is stable, so apps with the same number are in the order of their IDs.
    apps.sort_by_key(|app| -app.sign_ins);
    let others = apps.split_off(APPS.min(apps.len()));
    let sum = others
        .iter()
        .fold(AppCount::default(), |sum, app| AppCount {
            client_id: None,
            sign_ins: sum.sign_ins + app.sign_ins,
            failed_sign_ins: sum.failed_sign_ins + app.failed_sign_ins,
            rejected_requests: sum.rejected_requests + app.rejected_requests,
        });
    apps.extend(has_any(&sum).then_some(sum));
    apps
}

async fn count_events(
    conn: &Conn,
    day: [UnixSeconds; 2],
    report: &mut MonthlyReport,
    active: &mut BTreeSet<UserId>,
) -> Result<(), StoreError> {
    let [start, end] = day;
    let mut hour = start;
    while hour < end {
        let users = repo::monthly_reports::active_users(conn, [hour, hour + HOUR]).await?;
        active.extend(users);
        hour += HOUR;
    }
    for kind in KINDS {
        for (change, n) in repo::monthly_reports::count_changes(conn, kind, day).await? {
            if let Some(figure) = figure_of(kind, change.as_deref()) {
                report.add(figure, n);
            }
        }
    }
    Ok(())
}

async fn count_factors(
    conn: &Conn,
    report: &mut MonthlyReport,
    breaks: &mut Breaks,
) -> Result<(), StoreError> {
    let (mut count, mut after) = (FactorCount::default(), None);
    loop {
        after = repo::monthly_reports::count_factors(conn, after, PORTION, &mut count).await?;
        if after.is_none() {
            break;
        }
        breaks.take().await;
    }
    for (figure, n) in [
        (ReportFigure::Users, count.users),
        (ReportFigure::WithPassword, count.password),
        (ReportFigure::WithPasskey, count.passkey),
        (ReportFigure::WithAuthenticator, count.authenticator),
        (ReportFigure::WithProvider, count.provider),
        (ReportFigure::WithSecondFactor, count.second_factor),
    ] {
        report.add(figure, n);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
