//! `/admin/system/jobs`: jobs of the queue; of their payloads only the recipients.

use std::collections::HashMap;

use doorward_admin::jobs;
use doorward_domain::model::{JobId, JobKind, JobState, JobSummary};

use crate::system::pages::{self, FAILED_JOBS, JOBS, RETRY_FAILED_JOBS, WRITE};
use doorward_console_ui::prelude::*;

const RETRY: Messages = Messages {
    question: "console-job-retry-question",
    text: "console-job-retry-text",
    submit: "console-job-retry",
    done: "console-job-retried",
};

const RETRY_ALL: Messages = Messages {
    question: "console-jobs-retry-question",
    text: "console-job-retry-text",
    submit: "console-jobs-retry",
    done: "console-jobs-retried",
};

pub(crate) async fn list(console: &Console<'_>) -> Answer {
    let cursor = Cursor::read(console, &["state"])?;
    let only_failed = match cursor.filter("state") {
        "" => false,
        "failed" => true,
        _ => return Err(ErrorKind::BadRequest.into()),
    };
    let mut found = jobs::page(&console.context(), only_failed, cursor.after(), ROWS).await?;
    let pager = cursor.cut(console, &mut found, |found| found.cursor.clone());
    let found: Vec<JobSummary> = found.into_iter().map(|found| found.item).collect();
    let (path, other) = if only_failed {
        (JOBS, "console-jobs-all")
    } else {
        (FAILED_JOBS, "console-jobs-only-failed")
    };
    let recipients = jobs::recipients(&console.context(), &found).await?;
    let may_retry = only_failed && !found.is_empty() && console.has(WRITE);
    let all = may_retry.then(|| console.link(RETRY_FAILED_JOBS, RETRY_ALL.submit));
    console.show(&Detail {
        notice: console.notice(&[RETRY.done, RETRY_ALL.done])?,
        tables: vec![table(console, &found, &recipients)],
        pager,
        actions: vec![console.link(path, other)],
        buttons: all.into_iter().collect(),
        ..pages::detail(console, JOBS)
    })
}

fn table(
    console: &Console<'_>,
    found: &[JobSummary],
    recipients: &HashMap<JobId, String>,
) -> Table {
    let none = || console.text("console-none");
    let state = |job: &JobSummary| match job.state(console.now()) {
        JobState::Waiting => console.state_value(Tone::Plain, "console-job-waiting"),
        JobState::Running => console.state_value(Tone::Plain, "console-job-running"),
        JobState::Done => console.state_value(Tone::Good, "console-done"),
        JobState::Failed => console.state_value(Tone::Warn, "console-outcome-failed"),
    };
    let retry = |job: &JobSummary| {
        if job.state(console.now()) != JobState::Failed {
            return none();
        }
        let path = format!("{JOBS}/{}/retry", job.id);
        let label = ["console-job-retry-label", "job"];
        console.labelled(path, RETRY.submit, label, &console.t(name(job.kind)))
    };
    console
        .table_of("console-jobs", found, "console-no-jobs")
        .column("console-kind", |job| console.text(name(job.kind)))
        .column_if(!recipients.is_empty(), "console-recipient", |job| {
            recipients
                .get(&job.id)
                .cloned()
                .map_or_else(none, Value::Name)
        })
        .column("console-state", state)
        .column("console-attempts", |job| {
            Value::Code(job.attempts.to_string())
        })
        .column("console-due", |job| Value::Moment(job.run_at))
        .column("console-last-error", |job| {
            job.last_error.clone().map_or_else(none, Value::Name)
        })
        .column_if(console.has(WRITE), "console-action", retry)
        .table()
}

const fn name(kind: JobKind) -> &'static str {
    match kind {
        JobKind::Mail => "console-job-mail",
        JobKind::Notification => "console-job-notification",
        JobKind::PasswordReset => "console-job-password",
        JobKind::Lock => "console-job-lock",
        JobKind::VerifyEmail => "console-job-verify",
        JobKind::EmailCode => "console-step-email",
        JobKind::Logout => "console-job-logout",
        JobKind::Ping => "console-job-ping",
    }
}

pub(crate) async fn retry_failed(visit: &Visit<'_>) -> Answer {
    let question = Question::new(Section::System, RETRY_ALL, "", FAILED_JOBS);
    let question = question.ask(visit)?;
    let retried = jobs::retry_failed(&visit.context()).await;
    question.finish_at(visit, retried, JOBS).await
}

pub(crate) async fn retry(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let id = visit.id("id", JobId::parse)?;
    let job = jobs::get(&console.context(), id).await?;
    let question = Question {
        version: Some(version(&job)),
        ..Question::new(Section::System, RETRY, console.t(name(job.kind)), JOBS)
    };
    let question = question.ask(visit)?;
    let retried = jobs::retry(&visit.context(), id).await;
    question.finish(visit, retried).await
}
