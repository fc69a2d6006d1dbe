//! `/admin/system/jobs`: jobs of the queue, without their payloads.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::jobs;
use doorward_admin::operator::version;
use doorward_domain::model::{JobId, JobKind, JobState, JobSummary};
use doorward_http::page::{Page, PageError};
use doorward_templates::ErrorKind;
use doorward_templates::console::{Detail, Link, Section, State, Table, Tone, Value};

use crate::console::Console;
use crate::routes::{self, parameter};
use crate::system::pages::{self, FAILED_JOBS, JOBS};
use crate::ui::action::{Action, Messages};
use crate::ui::cursor::{Cursor, ROWS};

const RETRY: Messages = Messages {
    question: "console-job-retry-question",
    text: "console-job-retry-text",
    submit: "console-job-retry",
    done: "console-job-retried",
};

/// Registers the pages.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(routes::page(JOBS, list))
        .service(routes::form("/admin/system/jobs/{id}/retry", ask, retry));
}

async fn list(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open_global(page, "system:read").await?;
    let cursor = Cursor::read(&console, &["state"])?;
    let only_failed = match cursor.filter("state") {
        "" => false,
        "failed" => true,
        _ => return Err(ErrorKind::BadRequest.into()),
    };
    let found = jobs::page(&console.context(), only_failed, cursor.after(), ROWS).await;
    let mut found = Console::read(found)?;
    let pager = cursor.cut(&console, &mut found, |found| found.cursor.clone());
    let found: Vec<JobSummary> = found.into_iter().map(|found| found.item).collect();
    let (path, other) = if only_failed {
        (JOBS, "console-jobs-all")
    } else {
        (FAILED_JOBS, "console-jobs-only-failed")
    };
    let view = Detail {
        notice: console.notice(&[RETRY.done])?,
        tables: vec![table(&console, &found)],
        pager,
        actions: vec![Link::new(path, console.t(other))],
        ..pages::detail(&console, JOBS)
    };
    Ok(page.html(StatusCode::OK, &view))
}

fn table(console: &Console<'_>, found: &[JobSummary]) -> Table {
    let may_retry = console.may_globally("system:write");
    let mut columns = vec![
        "console-kind",
        "console-state",
        "console-attempts",
        "console-due",
        "console-last-error",
    ];
    if may_retry {
        columns.push("console-action");
    }
    let rows = found.iter().map(|job| row(console, job, may_retry));
    console.table("console-jobs", &columns, rows.collect(), "console-no-jobs")
}

fn row(console: &Console<'_>, job: &JobSummary, may_retry: bool) -> Vec<Value> {
    let none = || Value::Text(console.t("console-none"));
    let state = job.state(console.now());
    let (tone, text) = match state {
        JobState::Waiting => (Tone::Plain, "console-job-waiting"),
        JobState::Running => (Tone::Plain, "console-job-running"),
        JobState::Done => (Tone::Good, "console-done"),
        JobState::Failed => (Tone::Warn, "console-outcome-failed"),
    };
    let kind = console.t(name(job.kind));
    let mut row = vec![
        Value::Text(kind.clone()),
        Value::States(vec![State::new(tone, console.t(text))]),
        Value::Code(job.attempts.to_string()),
        Value::Moment(job.run_at),
        job.last_error.clone().map_or_else(none, Value::Name),
    ];
    if may_retry {
        row.push(if state == JobState::Failed {
            let path = format!("{JOBS}/{}/retry", job.id);
            let label = console
                .layout
                .t_with("console-job-retry-label", "job", kind);
            Value::Action(Link::new(path, console.t(RETRY.submit)), label)
        } else {
            none()
        });
    }
    row
}

/// Returns the message of the name of a kind of job.
const fn name(kind: JobKind) -> &'static str {
    match kind {
        JobKind::Mail => "console-job-mail",
        JobKind::PasswordReset => "console-job-password",
        JobKind::Lock => "console-job-lock",
        JobKind::VerifyEmail => "console-job-verify",
        JobKind::EmailCode => "console-step-email",
        JobKind::Logout => "console-job-logout",
    }
}

/// Returns the job that the path names, with the question.
async fn question(console: &Console<'_>) -> Result<(JobId, Action), PageError> {
    let id = JobId::parse(&parameter(console.page, "id"));
    let id = id.ok_or(ErrorKind::NotFound)?;
    let job = Console::read(jobs::get(&console.context(), id).await)?;
    let action = Action {
        section: Section::System,
        messages: RETRY,
        object: console.t(name(job.kind)),
        choice: None,
        reason: None,
        typed: None,
        version: Some(version(&job)),
        is_risky: false,
        back: JOBS.to_owned(),
    };
    Ok((id, action))
}

async fn ask(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open_global(page, "system:write").await?;
    let (_, question) = question(&console).await?;
    let console = console.require_fresh()?;
    Ok(question.ask(&console))
}

async fn retry(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let form = page.form(payload).await?;
    let console = Console::open_global_change(page, "system:write").await?;
    let (id, question) = question(&console).await?;
    let retried = jobs::retry(&console.context_with_version(&form), id).await;
    let retried = console.change(retried).await?;
    Ok(question.finish(&console, retried, JOBS))
}
