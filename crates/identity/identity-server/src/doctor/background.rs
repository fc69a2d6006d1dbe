//! Checks of background work: jobs, and the cleanup of expired rows.

use doorward_admin::operator::AdminContext;
use doorward_config::Config;
use doorward_console_ui::feature::Finding;
use doorward_domain::time::{Clock, to_rfc3339};
use doorward_rules::audit_stream::LATE;
use doorward_rules::mail_queue::MailQueue;
use doorward_services::audit_streams::{self, StreamStatus};
use doorward_store::{Db, repo};

use doorward_process::doctor::report::{CheckResult, Part};

use crate::features::FEATURES;

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

/// Reports a long queue of mail: its length, its rate, and the time until it is empty.
pub(super) async fn mail_queue(db: &Db, clock: &dyn Clock) -> Option<CheckResult> {
    let queue = repo::jobs::mail_queue(db.read(), clock.now()).await;
    queue_line(&queue.ok()?)
}

fn queue_line(queue: &MailQueue) -> Option<CheckResult> {
    const QUEUE: Part = Part("queue of mail");
    if !queue.is_long() {
        return None;
    }
    let time = queue.seconds_until_empty().map_or_else(
        || "none was sent in the last five minutes".to_owned(),
        |seconds| format!("empty in {} minutes", (seconds + 59) / 60),
    );
    let seen = format!(
        "{} links and codes and {} other messages are waiting, {} are sent a minute, {time}",
        queue.requested,
        queue.notifications,
        queue.per_minute(),
    );
    Some(if queue.needs_attention() {
        QUEUE.warning(
            seen,
            "check the mail server's limits and response times, and that `doorward serve` runs; links and codes are sent first",
        )
    } else {
        QUEUE.passed(seen)
    })
}

/// Checks that each step of the cleanup has succeeded within an hour.
pub(super) async fn cleanup(db: &Db, clock: &dyn Clock) -> Option<CheckResult> {
    let overdue = repo::cleanup_steps::list_overdue(db.read(), clock.now()).await;
    Some(cleanup_line(&overdue.ok()?))
}

/// Runs the checks of features.
pub(super) async fn features(config: &Config, db: &Db, clock: &dyn Clock) -> Vec<CheckResult> {
    let operator = AdminContext::command_line(db, clock).with_config(config);
    let mut lines = Vec::new();
    for check in FEATURES.iter().flat_map(|feature| feature.checks) {
        let found = (check.run)(&operator).await.ok();
        lines.extend(found.map(|finding| match finding {
            Finding::Good(seen) => Part(check.part).passed(seen),
            Finding::Warning { seen, remedy } => Part(check.part).warning(seen, remedy),
        }));
    }
    lines
}

/// Warns about a copy: it sends less than the original.
pub(super) async fn copy(config: &Config, db: &Db) -> Option<CheckResult> {
    let at = repo::server_state::read(db.read()).await.ok()?.copied_at?;
    let recipients = match config.mail.only_to.as_slice() {
        [] => "nowhere".to_owned(),
        listed => format!("to {}", listed.join(", ")),
    };
    let seen = format!(
        "the database is a copy for tests, made at {}; mail goes {recipients}, audit streams are off",
        to_rfc3339(at)
    );
    Some(Part("copy").warning(seen, "restore the backup without --as-copy for production"))
}

/// Checks that each stream of the audit log has sent its events. A copy sends none.
pub(super) async fn audit_streams(
    config: &Config,
    db: &Db,
    clock: &dyn Clock,
) -> Option<CheckResult> {
    if repo::server_state::read(db.read())
        .await
        .ok()?
        .copied_at
        .is_some()
    {
        return None;
    }
    let streams = audit_streams::status(db, &config.audit.streams, clock.now()).await;
    streams_line(&streams.ok()?)
}

fn streams_line(streams: &[StreamStatus]) -> Option<CheckResult> {
    const STREAMS: Part = Part("audit streams");
    if streams.is_empty() {
        return None;
    }
    let late = streams.iter().filter(|it| it.lag.seconds > LATE);
    let late: Vec<String> = late
        .map(|it| {
            let stream = it.stream.as_ref();
            let error = stream.and_then(|stream| stream.last_error.as_deref());
            let (name, lag) = (it.name.as_str(), it.lag);
            format!(
                "{name} is {} events and {} s late ({})",
                lag.events,
                lag.seconds,
                error.unwrap_or("no error")
            )
        })
        .collect();
    Some(if late.is_empty() {
        let names: Vec<_> = streams.iter().map(|it| it.name.as_str()).collect();
        STREAMS.passed(format!("up to date: {}", names.join(", ")))
    } else {
        STREAMS.warning(
            late.join("; "),
            "check the receiver, and that `doorward serve` runs; it sends everything when the receiver returns",
        )
    })
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
    use doorward_rules::audit_stream::{AuditStream, StreamName};
    use doorward_services::audit_streams::StreamLag;
    use rstest::rstest;

    use super::*;
    use doorward_process::doctor::report::CheckStatus;

    #[rstest]
    #[case(0, CheckStatus::Good)]
    #[case(300, CheckStatus::Good)]
    #[case(301, CheckStatus::Warning)]
    fn late_stream_is_warning(#[case] seconds: i64, #[case] health: CheckStatus) {
        let stream = AuditStream {
            name: StreamName::Https,
            position: 5,
            sent_at: None,
            failures: 1,
            retry_at: None,
            last_error: Some("no answer".to_owned()),
        };
        let status = StreamStatus {
            name: StreamName::Https,
            target: "https://logs.example.org/in".to_owned(),
            stream: Some(stream),
            lag: StreamLag { events: 7, seconds },
        };
        let line = streams_line(&[status]).unwrap();
        assert_eq!(line.health, health);
        let is_explained = line.seen.contains("7 events") && line.seen.contains("no answer");
        assert_eq!(
            is_explained,
            health == CheckStatus::Warning,
            "{}",
            line.seen
        );
        assert_eq!(streams_line(&[]), None);
    }

    #[rstest]
    #[case(999, 0, None)]
    #[case(9_000, 0, Some((CheckStatus::Warning, "none was sent")))]
    #[case(9_000, 3_000, Some((CheckStatus::Good, "9000 other messages are waiting, 600 are sent a minute, empty in 15 minutes")))]
    #[case(9_000, 300, Some((CheckStatus::Warning, "60 are sent a minute, empty in 150 minutes")))]
    fn long_queue_is_reported(
        #[case] notifications: u64,
        #[case] sent: u64,
        #[case] expected: Option<(CheckStatus, &str)>,
    ) {
        let queue = MailQueue {
            requested: 0,
            notifications,
            sent,
        };
        let line = queue_line(&queue);
        assert_eq!(line.is_some(), expected.is_some());
        if let (Some(line), Some((health, text))) = (line, expected) {
            assert_eq!(line.health, health);
            assert!(line.seen.contains(text), "{}", line.seen);
        }
    }

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
