//! `/admin/apps/{id}/failures`: the last failed sign-ins and rejected requests of a client.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::ServiceConfig;
use doorward_admin::attempts::{self, AttemptQuery};
use doorward_domain::model::SignInAttemptId;
use doorward_http::page::{Page, PageError};
use doorward_templates::console::{Detail, Table};

use crate::apps::pages::{self, FAILURES};
use crate::console::Console;
use crate::routes;
use crate::sign_ins;
use crate::ui::cursor::{Cursor, ROWS};

/// Registers the page.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(routes::page("/admin/apps/{id}/failures", list));
}

async fn list(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open_global(page, "audit:read").await?;
    let client = pages::named(&console).await?;
    let cursor = Cursor::read(&console, &[])?;
    let query = AttemptQuery {
        client: Some(client.id.as_str()),
        failures: true,
        ..AttemptQuery::default()
    };
    let before = cursor.after_id(SignInAttemptId::parse)?;
    let found = attempts::list(&console.context(), None, &query, before, ROWS).await;
    let mut found = Console::read(found)?;
    let pager = cursor.cut(&console, &mut found, |(attempt, _)| attempt.id.to_string());
    let table = Table {
        caption: console.t("console-failures"),
        empty: console.t("console-no-failures"),
        ..sign_ins::table(&console, &found, false)
    };
    let view = Detail {
        tables: vec![table],
        pager,
        ..pages::detail(&console, &client, FAILURES)
    };
    Ok(page.html(StatusCode::OK, &view))
}
