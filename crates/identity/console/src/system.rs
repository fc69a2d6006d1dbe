//! `/admin/system`: state of the server.

pub(crate) mod configuration;
pub(crate) mod jobs;
pub(crate) mod keys;
pub(crate) mod lockouts;
pub mod pages;
pub(crate) mod provisioning;

use doorward_admin::system::{self, MailDelivery, SystemStatus};
use doorward_rules::mail_queue::MailQueue;

use crate::system::pages::{FAILED_JOBS, HOME, JOBS, SEND_TEST_MAIL, WRITE};
use doorward_console_ui::prelude::*;

pub(crate) const TEST_MAIL: &str = "/admin/system/test-mail";

pub(crate) async fn show(console: &Console<'_>) -> Answer {
    let status = system::status(&console.context(), console.page.web.running()).await?;
    let may_send = status.mail != MailDelivery::Off && console.has(WRITE);
    let button = may_send.then(|| console.link(TEST_MAIL, SEND_TEST_MAIL.submit));
    console.show(&Detail {
        notice: console.notice(&[SEND_TEST_MAIL.done])?,
        facts: facts(console, &status),
        tables: vec![checks(console, &status)],
        actions: console.feature_links(Section::System).collect(),
        buttons: button.into_iter().collect(),
        ..pages::detail(console, HOME)
    })
}

fn facts(console: &Console<'_>, status: &SystemStatus) -> Vec<Fact> {
    let fact = |key, value| console.fact(key, value);
    let code = |text: &dyn std::fmt::Display| Value::Code(text.to_string());
    let database = if status.is_postgres {
        "PostgreSQL"
    } else {
        "SQLite"
    };
    let mail = match status.mail {
        MailDelivery::Off => "console-mail-off",
        MailDelivery::Stored => "console-mail-stored",
        MailDelivery::Smtp => "console-mail-smtp",
    };
    let migrations = &status.migrations;
    let jobs = |path: &str, count: u64| Value::Link(Link::new(path, console.count(count)));
    let unsealed = console.count(status.audit_waiting);
    let mut facts = vec![
        fact("console-version", code(&status.version)),
        fact("console-started", Value::Moment(status.started_at)),
        fact("console-database", code(&database)),
        fact("console-migrations", code(&migrations.applied.len())),
        fact(
            "console-migrations-missing",
            code(&migrations.pending.len()),
        ),
        fact("console-mail", console.text(mail)),
        fact("console-jobs-waiting", jobs(JOBS, status.jobs_waiting)),
        fact("console-jobs-failed", jobs(FAILED_JOBS, status.jobs_failed)),
        fact("console-audit-sealed", code(&status.audit_links)),
        fact("console-audit-unsealed", Value::Code(unsealed)),
    ];
    facts.extend(mail_queue(console, &status.mail_queue));
    facts
}

/// Returns the numbers of a long queue of mail.
fn mail_queue(console: &Console<'_>, queue: &MailQueue) -> Vec<Fact> {
    if !queue.is_long() {
        return Vec::new();
    }
    let number = |count: u64| {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        Some(Value::Code(console.layout.lang.number(count)))
    };
    console.known_facts([
        ("console-mail-awaited", number(queue.requested)),
        ("console-mail-notifications", number(queue.notifications)),
        ("console-mail-rate", number(queue.per_minute())),
        (
            "console-mail-empty",
            queue.empty_at(console.now()).map(Value::Moment),
        ),
    ])
}

fn checks(console: &Console<'_>, status: &SystemStatus) -> Table {
    let is_stored = status.mail == MailDelivery::Stored;
    let mut checks = vec![
        ("console-check-database", status.accepts_writes),
        ("console-check-schema", status.has_current_schema()),
        ("console-check-key", status.has_signing_key),
        ("console-check-log", status.audit_alarm.is_none()),
        (
            "console-check-mail",
            status.mail == MailDelivery::Smtp && status.mail_error.is_none(),
        ),
        ("console-check-jobs", status.jobs_failed == 0),
        ("console-check-cleanup", status.cleanup_overdue.is_empty()),
    ];
    let redis = status.redis_answers;
    checks.extend(redis.map(|answers| ("console-check-redis", answers)));
    let cause = |key: &str| match key {
        "console-check-mail" if is_stored => console.t("console-mail-only-stored"),
        "console-check-mail" => status.mail_error.clone().unwrap_or_default(),
        "console-check-cleanup" => status.cleanup_overdue.join(", "),
        _ => String::new(),
    };
    let has_causes = checks.iter().any(|&(key, _)| !cause(key).is_empty());
    let row = |(key, is_good): (&str, bool)| {
        let state = Value::States(vec![console.passed(is_good)]);
        let mut row = vec![console.text(key), state];
        row.extend(has_causes.then(|| Value::Text(cause(key))));
        row
    };
    let columns = ["console-test-check", "console-outcome", "console-cause"];
    let columns = &columns[..2 + usize::from(has_causes)];
    let rows = checks.into_iter().map(row).collect();
    console.table("console-checks", columns, rows, "console-none")
}

pub(crate) async fn send(visit: &Visit<'_>) -> Answer {
    pages::send_test_mail(visit, HOME).await
}
