//! `/admin/apps/{id}/consents`: users who gave consent to a client.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::ServiceConfig;
use doorward_admin::authorized_clients;
use doorward_domain::model::{Consent, ConsentId, User};
use doorward_http::page::{Page, PageError};
use doorward_templates::console::{Detail, Value};

use crate::apps::pages::{self, CONSENTS};
use crate::console::Console;
use crate::people;
use crate::routes;
use crate::ui::cursor::{Cursor, ROWS};

/// Registers the page.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(routes::page("/admin/apps/{id}/consents", list));
}

async fn list(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let client = pages::named(&console).await?;
    let cursor = Cursor::read(&console, &[])?;
    let after = cursor.after_id(ConsentId::parse)?;
    let context = console.context();
    let found = authorized_clients::consents(&context, &client.id, after, ROWS).await;
    let mut found = Console::read(found)?;
    let pager = cursor.cut(&console, &mut found, |(consent, _)| consent.id.to_string());
    let may_withdraw = console.may_globally("users:write");
    let row = |(consent, user): &(Consent, User)| {
        let mut row = vec![
            people::owner(&console, user),
            Value::Codes(consent.scope.iter().map(str::to_owned).collect()),
            Value::Day(consent.granted_at),
            match consent.expires_at {
                Some(at) => Value::Day(at),
                None => Value::Text(console.t("console-never")),
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
    let mut columns = vec![
        "console-who",
        "console-allowed",
        "console-since",
        "console-expires",
    ];
    if may_withdraw {
        columns.push("console-action");
    }
    let rows = found.iter().map(row).collect();
    let view = Detail {
        tables: vec![console.table("console-consents", &columns, rows, "console-no-consents")],
        pager,
        ..pages::detail(&console, &client, CONSENTS)
    };
    Ok(page.html(StatusCode::OK, &view))
}
