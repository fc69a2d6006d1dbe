//! `/admin/setup`: the steps after the first administrator, each with its state.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::HOST;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::setup::{self, SetupProgress};
use doorward_admin::system::{self, CheckedProperty, Finding, ProviderCheck};
use doorward_http::page::{Page, PageError};
use doorward_templates::console::{Detail, Fact, Link, Section, State, Tone, Value};

use crate::console::Console;
use crate::routes::{self, APPS};
use crate::system::pages::{self as system_pages, SEND_TEST_MAIL, SETUP};
use crate::ui::action::{Action, Messages};

/// Path of the check of the issuer.
pub(crate) const ISSUER: &str = "/admin/setup/issuer";
/// Path of the test mail.
pub(crate) const MAIL: &str = "/admin/setup/mail";
const BACKUP: &str = "/admin/setup/backup";
const PASSKEYS: &str = "/account/security/passkeys";

const CHECK_ISSUER: Messages = Messages {
    question: "console-setup-issuer",
    text: "console-setup-issuer-text",
    submit: "console-check",
    done: "console-done",
};

/// Registers the pages.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(routes::page(SETUP, show))
        .service(routes::form(ISSUER, ask_issuer, check_issuer))
        .service(routes::form(MAIL, ask_mail, send_mail))
        .service(routes::page(BACKUP, backup));
}

async fn show(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let progress = setup::progress(&console.context(), &page.context.core.config).await;
    let progress = Console::read(progress)?;
    let columns = ["console-step", "console-state"];
    let rows = rows(&console, &progress);
    let view = Detail {
        notice: console.notice(&[SEND_TEST_MAIL.done])?,
        tables: vec![console.table("console-setup", &columns, rows, "console-none")],
        ..system_pages::detail(&console, SETUP)
    };
    Ok(page.html(StatusCode::OK, &view))
}

fn rows(console: &Console<'_>, progress: &SetupProgress) -> Vec<Vec<Value>> {
    let good = |key: &'static str| (Tone::Good, key);
    let step = |is_done: bool| {
        if is_done {
            good("console-done")
        } else {
            (Tone::Plain, "console-setup-open")
        }
    };
    let issuer = if progress.is_https {
        good("console-test-good")
    } else {
        (Tone::Warn, "console-check")
    };
    let mail = if progress.can_mail {
        step(progress.test_mail_at.is_some())
    } else {
        (Tone::Warn, "console-mail-off")
    };
    let new_app = format!("{APPS}/new");
    let mut steps = vec![
        (ISSUER, CHECK_ISSUER.question, issuer),
        (MAIL, SEND_TEST_MAIL.submit, mail),
        (
            new_app.as_str(),
            "console-new-app",
            step(progress.has_client),
        ),
        (
            BACKUP,
            "console-setup-backup",
            step(progress.backup_at.is_some()),
        ),
    ];
    if console.page.context.accounts.passkeys.is_some() {
        let passkey = step(console.has_passkey());
        steps.insert(0, (PASSKEYS, "console-setup-passkey", passkey));
    }
    let state = |(tone, key): (Tone, &str)| Value::States(vec![State::new(tone, console.t(key))]);
    let first = vec![
        Value::Text(console.t("setup-title")),
        state(good("console-done")),
    ];
    let later = steps.into_iter().map(|(path, key, found)| {
        let link = Link::new(path, console.t(key));
        vec![Value::Link(link), state(found)]
    });
    std::iter::once(first).chain(later).collect()
}

/// Returns the page of a step without its content.
fn detail(console: &Console<'_>, heading: &str) -> Detail {
    let back = Link::new(SETUP, console.t("console-setup"));
    console.detail(Section::System, back, console.t(heading))
}

/// Returns the question of a step.
fn question(object: String, messages: Messages) -> Action {
    Action {
        section: Section::System,
        messages,
        object,
        choice: None,
        reason: None,
        typed: None,
        version: None,
        is_risky: false,
        back: SETUP.to_owned(),
    }
}

/// Requires the permission of the steps with a form.
async fn open_step(page: &Page) -> Result<Console<'_>, PageError> {
    let console = Console::open_global(page, "system:write").await?;
    console.require_fresh()
}

async fn ask_issuer(page: &Page) -> Result<HttpResponse, PageError> {
    let console = open_step(page).await?;
    let issuer = page.context.core.issuer().to_owned();
    Ok(question(issuer, CHECK_ISSUER).ask(&console))
}

async fn check_issuer(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    page.form(payload).await?;
    let console = Console::open_for_change(page).await?;
    let http = &page.context.directory.http;
    let checked = system::check_issuer(&console.context(), http, &page.context.core.config).await;
    let checks = match console.change(checked).await? {
        Ok(checks) => checks,
        Err(failure) => {
            let issuer = page.context.core.issuer().to_owned();
            return Ok(question(issuer, CHECK_ISSUER).fail(&console, failure));
        }
    };
    let mut view = issuer_result(&console, &checks);
    // The page is the answer to a form, and cannot be requested again.
    ISSUER.clone_into(&mut view.layout.return_to);
    Ok(page.html(StatusCode::OK, &view))
}

fn issuer_result(console: &Console<'_>, checks: &[ProviderCheck]) -> Detail {
    let issuer = console.page.context.core.issuer();
    let row = |key: &str, (tone, state): (Tone, &str), cause: String| {
        vec![
            Value::Text(console.t(key)),
            Value::States(vec![State::new(tone, console.t(state))]),
            Value::Text(cause),
        ]
    };
    let good = (Tone::Good, "console-test-good");
    let bad = (Tone::Warn, "console-test-bad");
    let host = console.page.request.headers().get(HOST);
    let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
    let authority = issuer.split_once("://").map(|(_, authority)| authority);
    let browser = if authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host)) {
        good
    } else {
        bad
    };
    let shown = console.layout.t_with("console-setup-is", "value", host);
    // Browsers send the cookies of an https issuer over https only, and the form required one.
    let (https, cause) = if issuer.starts_with("https://") {
        (good, String::new())
    } else {
        (bad, console.t("console-setup-plain"))
    };
    let mut rows = vec![
        row("console-setup-check-browser", browser, shown),
        row("console-setup-check-https", https, cause),
    ];
    for check in checks {
        let key = match check.property {
            CheckedProperty::Answer => "console-setup-check-answer",
            CheckedProperty::Issuer => "console-setup-check-issuer",
            CheckedProperty::Endpoints => "console-setup-check-endpoints",
            // These follow from the program.
            CheckedProperty::ResponseType | CheckedProperty::Pkce | CheckedProperty::Keys => {
                continue;
            }
        };
        let state = match check.finding {
            Finding::Passed => good,
            Finding::NotAllowed | Finding::NotAnnounced => (Tone::Plain, "console-unknown"),
            _ => bad,
        };
        rows.push(row(key, state, reason(console, &check.finding)));
    }
    let columns = ["console-test-check", "console-state", "console-cause"];
    Detail {
        facts: vec![Fact::new(
            console.t("console-setup-address"),
            Value::Copy(issuer.to_owned()),
        )],
        tables: vec![console.table("console-test-checks", &columns, rows, "console-none")],
        buttons: vec![Link::new(ISSUER, console.t(CHECK_ISSUER.submit))],
        ..detail(console, CHECK_ISSUER.question)
    }
}

fn reason(console: &Console<'_>, finding: &Finding) -> String {
    let layout = &console.layout;
    match finding {
        Finding::Passed | Finding::NotAnnounced => String::new(),
        Finding::NotAllowed => console.t("console-setup-not-allowed"),
        Finding::Unreachable => console.t("console-setup-unreachable"),
        Finding::Unreadable => console.t("console-finding-unreadable"),
        Finding::Status(status) => layout.t_with("console-setup-status", "status", status),
        Finding::Differs(received) => layout.t_with("console-setup-is", "value", received),
        Finding::Invalid(name) => layout.t_with("console-finding-invalid", "name", name),
    }
}

async fn ask_mail(page: &Page) -> Result<HttpResponse, PageError> {
    let console = open_step(page).await?;
    Ok(question(String::new(), SEND_TEST_MAIL).ask(&console))
}

async fn send_mail(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    page.form(payload).await?;
    let console = Console::open_for_change(page).await?;
    let sent = system::send_test_mail(&console.context()).await;
    let sent = console.change(sent).await?;
    Ok(question(String::new(), SEND_TEST_MAIL).finish(&console, sent, SETUP))
}

async fn backup(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let config = &page.context.core.config;
    let progress = setup::progress(&console.context(), config).await;
    let progress = Console::read(progress)?;
    let now = console.layout.moment(&console.now()).iso;
    let day = now.split('T').next().unwrap_or_default();
    let fact = |key, value| Fact::new(console.t(key), value);
    let last = match progress.backup_at {
        Some(at) => Value::Ago(at),
        None => Value::Text(console.t("console-never")),
    };
    let key = "(umask 077; openssl rand -base64 32 > backup.key)";
    let view = Detail {
        facts: vec![
            fact("console-setup-last-backup", last),
            fact("console-setup-backup-key", Value::Copy(key.to_owned())),
            fact(
                "console-setup-backup-command",
                Value::Copy(system::backup_command(config, day)),
            ),
            fact(
                "console-setup-secret-key",
                Value::Text(console.t("console-setup-secret-key-text")),
            ),
        ],
        ..detail(&console, "console-setup-backup")
    };
    Ok(page.html(StatusCode::OK, &view))
}
