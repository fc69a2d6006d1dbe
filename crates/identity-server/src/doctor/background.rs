//! Checks of background work: jobs, and the cleanup of expired rows.

use doorward_domain::time::Clock;
use doorward_store::{Db, repo};

use doorward_process::doctor::report::{CheckResult, Part};

/// Counts jobs that wait and that failed.
pub(super) async fn jobs(db: &Db) -> Option<CheckResult> {
    const JOBS: Part = Part("work that waits");
    let waiting = repo::jobs::count_waiting(db.read()).await.ok()?;
    let failed = repo::jobs::count_failed(db.read()).await.ok()?;
    let seen = format!("{waiting} messages are waiting, {failed} have failed");
    Some(if failed > 0 {
        JOBS.warning(
            seen,
            "see the log for the cause of each failure; check mail and the clients' URLs first",
        )
    } else {
        JOBS.passed(seen)
    })
}

/// Checks that mails do not wait for a server that takes none.
pub(super) async fn mail(db: &Db, clock: &dyn Clock) -> Option<CheckResult> {
    const DELIVERY: Part = Part("delivery of mail");
    let undelivered = repo::jobs::undelivered_mail(db.read(), clock.now()).await;
    Some(match undelivered.ok()? {
        None => DELIVERY.passed("no mail waits for another attempt without a delivery since"),
        Some(error) => DELIVERY.warning(
            format!("no mail is delivered: {error}"),
            "check `mail.smtp_url` and the mail server; waiting mails are sent within three hours of its return, for three days",
        ),
    })
}

/// Checks that each step of the cleanup has succeeded within an hour.
pub(super) async fn cleanup(db: &Db, clock: &dyn Clock) -> Option<CheckResult> {
    let overdue = repo::cleanup_steps::list_overdue(db.read(), clock.now()).await;
    Some(cleanup_line(&overdue.ok()?))
}

fn cleanup_line(overdue: &[String]) -> CheckResult {
    const CLEANUP: Part = Part("cleanup");
    if overdue.is_empty() {
        return CLEANUP.passed("no step is overdue");
    }
    CLEANUP.warning(
        format!("no success for an hour: {}", overdue.join(", ")),
        "start `doorward serve` if it is stopped; otherwise see \"cleanup step failed\" in its log for the cause",
    )
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use doorward_process::doctor::report::CheckStatus;

    #[rstest]
    #[case(&[], CheckStatus::Good)]
    #[case(&["sessions"], CheckStatus::Warning)]
    fn overdue_cleanup_is_warning(#[case] steps: &[&str], #[case] health: CheckStatus) {
        let steps: Vec<String> = steps.iter().map(ToString::to_string).collect();
        let line = cleanup_line(&steps);
        assert_eq!(line.health, health);
        assert!(steps.iter().all(|step| line.seen.contains(step)));
    }
}
