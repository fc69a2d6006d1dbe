//! `/admin/people/{id}/apps`: clients that may act for a user.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::ServiceConfig;
use doorward_admin::authorized_clients;
use doorward_http::page::{Page, PageError};
use doorward_services::authorized_client::AuthorizedClient;
use doorward_templates::console::{Detail, Link, Value};

use crate::console::Console;
use crate::user::detail;
use crate::{people, routes};

/// Registers the page.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(routes::page("/admin/people/{id}/apps", list));
}

async fn list(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let user = people::named(&console).await?;
    let (core, directory) = (&page.context.core, &page.context.directory);
    let found = authorized_clients::list(&console.context(), core, directory, user.id).await;
    let found = Console::read(found)?;
    let row = |app: &AuthorizedClient| {
        let scopes = app.scope.iter().map(str::to_owned).collect();
        vec![
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
        ]
    };
    let columns = [
        "console-name",
        "console-allowed",
        "console-since",
        "console-last-use",
        "console-expires",
    ];
    let view = Detail {
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
