//! `/admin/people/{id}/apps`: clients that may act for a user.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::authorized_clients;
use doorward_domain::model::{ClientId, User};
use doorward_http::page::{Page, PageError};
use doorward_services::authorized_client::AuthorizedClient;
use doorward_templates::ErrorKind;
use doorward_templates::console::{Detail, Link, Section, Value};

use crate::console::Console;
use crate::people;
use crate::people::app_paths;
use crate::people::user::detail;
use crate::routes::{self, parameter};
use crate::ui::action::{Action, Messages};

const WITHDRAW: Messages = Messages {
    question: "console-access-withdraw-question",
    text: "console-access-withdraw-text",
    submit: "console-access-withdraw",
    done: "console-access-withdrawn",
};

/// Registers the pages.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(routes::page("/admin/people/{id}/apps", list))
        .service(routes::form(
            "/admin/people/{id}/apps/{client}/withdraw",
            ask,
            withdraw,
        ));
}

async fn apps(console: &Console<'_>, user: &User) -> Result<Vec<AuthorizedClient>, PageError> {
    let context = &console.page.context;
    let (core, directory) = (&context.core, &context.directory);
    let found = authorized_clients::list(&console.context(), core, directory, user).await;
    Console::read(found)
}

async fn list(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let user = people::named(&console).await?;
    let found = apps(&console, &user).await?;
    let may_withdraw = console.may_globally("users:write");
    let row = |app: &AuthorizedClient| {
        let scopes = app.scope.iter().map(str::to_owned).collect();
        let mut row = vec![
            Value::Link(Link::new(
                routes::app(&app.client.id),
                app.client.name.clone(),
            )),
            Value::Codes(scopes),
            Value::Day(app.since),
            match app.last_used_at {
                Some(at) => Value::Ago(at),
                None => Value::Text(console.t("console-unknown")),
            },
            match app.until {
                Some(at) => Value::Day(at),
                None => Value::Text(console.t("console-never")),
            },
        ];
        if may_withdraw {
            let client = &app.client;
            row.push(app_paths::link(&console, user.id, &client.id, &client.name));
        }
        row
    };
    let mut columns = vec![
        "console-name",
        "console-allowed",
        "console-since",
        "console-last-use",
        "console-expires",
    ];
    if may_withdraw {
        columns.push("console-action");
    }
    let view = Detail {
        notice: console.notice(&[WITHDRAW.done])?,
        tables: vec![console.table(
            "console-user-apps",
            &columns,
            found.iter().map(row).collect(),
            "console-no-apps",
        )],
        ..detail(&console, &user, "/apps")
    };
    Ok(page.html(StatusCode::OK, &view))
}

/// Returns the user and the client that the path names, with the question.
async fn question(console: &Console<'_>) -> Result<(User, ClientId, Action), PageError> {
    let user = people::named(console).await?;
    let id = parameter(console.page, "client");
    let mut found = apps(console, &user).await?.into_iter();
    let app = found.find(|app| app.client.id.as_str() == id);
    let client = app.ok_or(ErrorKind::NotFound)?.client;
    let action = Action {
        section: Section::People,
        messages: WITHDRAW,
        object: format!("{}: {}", user.display_name(), client.name),
        choice: None,
        reason: None,
        typed: None,
        version: None,
        is_risky: true,
        back: format!("{}/apps", people::path(user.id)),
    };
    Ok((user, client.id.clone(), action))
}

async fn ask(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open_global(page, "users:write").await?;
    let (.., question) = question(&console).await?;
    let console = console.require_fresh()?;
    Ok(question.ask(&console))
}

async fn withdraw(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    page.form(payload).await?;
    let console = Console::open_global_change(page, "users:write").await?;
    let (user, client, question) = question(&console).await?;
    let withdrawn = authorized_clients::withdraw(&console.context(), user.id, &client).await;
    let withdrawn = console.change(withdrawn).await?;
    let next = question.back.clone();
    Ok(question.finish(&console, withdrawn, &next))
}
