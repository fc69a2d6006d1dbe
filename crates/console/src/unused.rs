//! `/admin/unused`: clients whose secret was not used for 90 days, with a link to the unused API keys.
//!
//! The last use of role assignments and of clients without a secret is not recorded.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::ServiceConfig;
use doorward_admin::clients;
use doorward_domain::model::{Client, SecretUses};
use doorward_http::page::{Page, PageError};
use doorward_templates::console::{Link, List, Section, Value};

use crate::console::Console;
use crate::cursor::{Cursor, ROWS};
use crate::routes;
use crate::unused_paths::{API_ACCESS, UNUSED, since};

/// Registers the page.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(routes::page("/admin/unused", list));
}

async fn list(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let cursor = Cursor::read(&console, &[])?;
    let since = since(console.now());
    let found = clients::list_unused(&console.context(), since, cursor.after(), ROWS).await;
    let mut found = Console::read(found)?;
    let pager = cursor.cut(&console, &mut found, |found| found.cursor.clone());
    let row = |(client, uses): &(Client, SecretUses)| {
        vec![
            Value::Link(Link::new(routes::app(&client.id), client.name.clone())),
            Value::Code(client.id.to_string()),
            match uses.current {
                Some(at) => Value::Day(at),
                None => Value::Text(console.t("console-never")),
            },
            Value::Day(client.created_at),
        ]
    };
    let columns = [
        "console-name",
        "console-id",
        "console-last-use",
        "console-created",
    ];
    let rows = found.iter().map(|found| row(&found.item)).collect();
    let mut actions = Vec::new();
    if console.may_globally("users:read") {
        let path = routes::filtered(API_ACCESS, [("show", UNUSED)]);
        actions.push(Link::new(path, console.t("console-unused-keys")));
    }
    let view = List {
        lead: console.t("console-unused-text"),
        actions,
        table: console.table("console-unused", &columns, rows, "console-no-unused"),
        pager,
        ..console.list(Section::Apps, "console-unused")
    };
    Ok(page.html(StatusCode::OK, &view))
}
