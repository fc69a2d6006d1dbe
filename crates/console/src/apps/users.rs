//! `/admin/apps/{id}/users`: users with access of a client, also without consent.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::ServiceConfig;
use doorward_admin::authorized_clients;
use doorward_domain::model::SessionId;
use doorward_http::page::{Page, PageError};
use doorward_store::repo::client_users::ClientUser;
use doorward_templates::console::{Detail, Value};

use crate::apps::pages::{self, USERS};
use crate::console::Console;
use crate::people;
use crate::routes;
use crate::ui::cursor::{Cursor, ROWS};

/// Registers the page.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(routes::page("/admin/apps/{id}/users", list));
}

async fn list(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let client = pages::named(&console).await?;
    let cursor = Cursor::read(&console, &[])?;
    let before = cursor.after_id(SessionId::parse)?;
    let found = authorized_clients::users(&console.context(), &client.id, before, ROWS).await;
    let mut found = Console::read(found)?;
    let pager = cursor.cut(&console, &mut found, |found| found.session.to_string());
    let may_withdraw = console.may_globally("users:write");
    let row = |found: &ClientUser| {
        let user = &found.user;
        let mut row = vec![
            people::owner(&console, user),
            match found.last_use {
                Some(at) => Value::Ago(at),
                None => Value::Text(console.t("console-unknown")),
            },
        ];
        if may_withdraw {
            let name = user.display_name();
            row.push(people::app_paths::link(
                &console, user.id, &client.id, &name,
            ));
        }
        row
    };
    let mut columns = vec!["console-who", "console-last-use"];
    if may_withdraw {
        columns.push("console-action");
    }
    let rows = found.iter().map(row).collect();
    let view = Detail {
        tables: vec![console.table("console-app-users", &columns, rows, "console-no-app-users")],
        pager,
        ..pages::detail(&console, &client, USERS)
    };
    Ok(page.html(StatusCode::OK, &view))
}
