//! `/admin/setup`: the steps after the first administrator, each with its state.

use actix_web::http::header::HOST;
use doorward_admin::setup::{self, SetupProgress};
use doorward_admin::system::{self, CheckedProperty, Finding, ProviderCheck};

use crate::system::pages::{self as system_pages, SEND_TEST_MAIL, SETUP};
use doorward_console_ui::prelude::*;

pub(crate) const ISSUER: &str = "/admin/setup/issuer";
pub(crate) const MAIL: &str = "/admin/setup/mail";
pub(crate) const BACKUP: &str = "/admin/setup/backup";
const PASSKEYS: &str = "/account/security/passkeys";

const CHECK_ISSUER: Messages = Messages {
    question: "console-setup-issuer",
    text: "console-setup-issuer-text",
    submit: "console-check",
    done: "console-done",
};

pub(crate) async fn show(console: &Console<'_>) -> Answer {
    let progress = setup::progress(&console.context(), &console.page.context.core.config).await?;
    let columns = ["console-step", "console-state"];
    let rows = rows(console, &progress);
    console.show(&Detail {
        notice: console.notice(&[SEND_TEST_MAIL.done])?,
        tables: vec![console.table("console-setup", &columns, rows, "console-none")],
        ..system_pages::detail(console, SETUP)
    })
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
    let state = |(tone, key): (Tone, &str)| console.state_value(tone, key);
    let first = vec![console.text("setup-title"), state(good("console-done"))];
    let later = steps.into_iter().map(|(path, key, found)| {
        let link = console.link(path, key);
        vec![Value::Link(link), state(found)]
    });
    std::iter::once(first).chain(later).collect()
}

fn detail(console: &Console<'_>, heading: &str) -> Detail {
    let back = console.link(SETUP, "console-setup");
    console.detail(Section::System, back, console.t(heading))
}

pub(crate) async fn check_issuer(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let config = &console.page.context.core.config;
    let issuer = console.page.context.core.issuer();
    let question = Question::new(Section::System, CHECK_ISSUER, issuer, SETUP);
    question.ask(visit)?;
    let http = &console.page.context.directory.http;
    let checks = system::check_issuer(&console.context(), http, config).await?;
    let mut view = issuer_result(console, &checks);
    // The page is the answer to a form, and cannot be requested again.
    ISSUER.clone_into(&mut view.layout.return_to);
    Ok(console.page.html(StatusCode::OK, &view))
}

fn issuer_result(console: &Console<'_>, checks: &[ProviderCheck]) -> Detail {
    let issuer = console.page.context.core.issuer();
    let row = |key: &str, state: State, cause: String| {
        let state = Value::States(vec![state]);
        vec![console.text(key), state, Value::Text(cause)]
    };
    let host = console.page.request.headers().get(HOST);
    let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
    let authority = issuer.split_once("://").map(|(_, authority)| authority);
    let browser = authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host));
    let shown = console.layout.t_with("console-setup-is", "value", host);
    // Browsers send the cookies of an https issuer over https only, and the form required one.
    let is_https = issuer.starts_with("https://");
    let cause = if is_https {
        String::new()
    } else {
        console.t("console-setup-plain")
    };
    let mut rows = vec![
        row(
            "console-setup-check-browser",
            console.passed(browser),
            shown,
        ),
        row("console-setup-check-https", console.passed(is_https), cause),
    ];
    for check in checks {
        let key = match check.property {
            CheckedProperty::Answer => "console-setup-check-answer",
            CheckedProperty::Issuer => "console-setup-check-issuer",
            CheckedProperty::Endpoints => "console-setup-check-endpoints",
            // These follow from the program, or are settings of a provider.
            CheckedProperty::ResponseType
            | CheckedProperty::Pkce
            | CheckedProperty::ClientAuth
            | CheckedProperty::PushedRequests
            | CheckedProperty::Dpop
            | CheckedProperty::Keys => {
                continue;
            }
        };
        let state = match check.finding {
            Finding::NotAllowed | Finding::NotAnnounced => {
                console.state(Tone::Plain, "console-unknown")
            }
            _ => console.passed(matches!(check.finding, Finding::Passed)),
        };
        rows.push(row(key, state, reason(console, &check.finding)));
    }
    let columns = ["console-test-check", "console-state", "console-cause"];
    Detail {
        facts: vec![console.fact("console-setup-address", Value::Copy(issuer.to_owned()))],
        tables: vec![console.table("console-test-checks", &columns, rows, "console-none")],
        buttons: vec![console.link(ISSUER, CHECK_ISSUER.submit)],
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

pub(crate) async fn send_mail(visit: &Visit<'_>) -> Answer {
    system_pages::send_test_mail(visit, SETUP).await
}

pub(crate) async fn backup(console: &Console<'_>) -> Answer {
    let config = &console.page.context.core.config;
    let progress = setup::progress(&console.context(), config).await?;
    let now = console.layout.moment(&console.now()).iso;
    let day = now.split('T').next().unwrap_or_default();
    let last = console.ago(progress.backup_at, "console-never");
    let command = system::backup_command(config, day);
    let key = "(umask 077; openssl rand -base64 32 > backup.key)";
    console.show(&Detail {
        facts: vec![
            console.fact("console-setup-last-backup", last),
            console.fact("console-setup-backup-key", Value::Copy(key.to_owned())),
            console.fact("console-setup-backup-command", Value::Copy(command)),
            console.fact(
                "console-setup-secret-key",
                console.text("console-setup-secret-key-text"),
            ),
        ],
        ..detail(console, "console-setup-backup")
    })
}
