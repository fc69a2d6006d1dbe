//! Checks of background work: jobs, and the cleanup of expired rows.

use doorward_domain::time::Clock;
use doorward_store::{Db, repo};

use super::report::CheckResult;

/// Counts jobs that wait and that failed.
pub(super) async fn jobs(db: &Db, report: &mut Vec<CheckResult>) {
    const PART: &str = "work that waits";
    let read = db.read();
    let (Ok(waiting), Ok(failed)) = (
        repo::jobs::count_waiting(read).await,
        repo::jobs::count_failed(read).await,
    ) else {
        return;
    };
    let seen = format!("{waiting} messages are waiting, {failed} have failed");
    report.push(if failed > 0 {
        CheckResult::warning(
            PART,
            seen,
            "see the log for the cause of each failure; check mail and the clients' URLs first",
        )
    } else {
        CheckResult::passed(PART, seen)
    });
}

/// Checks that each step of the cleanup has succeeded within an hour.
pub(super) async fn cleanup(db: &Db, clock: &dyn Clock, report: &mut Vec<CheckResult>) {
    if let Ok(overdue) = repo::cleanup_steps::list_overdue(db.read(), clock.now()).await {
        report.push(cleanup_line(&overdue));
    }
}

fn cleanup_line(overdue: &[String]) -> CheckResult {
    const PART: &str = "cleanup";
    if overdue.is_empty() {
        return CheckResult::passed(PART, "no step is overdue");
    }
    CheckResult::warning(
        PART,
        format!("no success for an hour: {}", overdue.join(", ")),
        "start `doorward serve` if it is stopped; otherwise see \"cleanup step failed\" in its log for the cause",
    )
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::doctor::report::CheckStatus;

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
