//! `/admin/roles` and `/admin/roles/{id}`: roles and their permissions.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::ServiceConfig;
use doorward_admin::roles;
use doorward_domain::model::Role;
use doorward_http::page::{Page, PageError};
use doorward_templates::console::{Detail, Fact, Link, List, Section, State, Tone, Value};

use crate::console::Console;
use crate::cursor::{Cursor, ROWS};
use crate::routes::{self, encode, parameter};

const HOME: &str = "/admin/roles";

/// Registers the pages.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(routes::page(HOME, list))
        .service(routes::page("/admin/roles/{id}", show));
}

fn state(console: &Console<'_>, role: &Role) -> State {
    if role.active {
        State::new(Tone::Good, console.t("console-active"))
    } else {
        State::new(Tone::Plain, console.t("console-inactive"))
    }
}

async fn list(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let cursor = Cursor::read(&console, &[])?;
    let found = roles::page(&console.context(), cursor.after(), ROWS).await;
    let mut found = Console::read(found)?;
    let pager = cursor.cut(&console, &mut found, |role| role.name.clone());
    let columns = ["console-name", "console-description", "console-state"];
    let row = |role: &Role| {
        let path = format!("{HOME}/{}", encode(&role.name));
        vec![
            Value::Link(Link::new(path, role.name.clone())),
            Value::Name(role.description.clone()),
            Value::States(vec![state(&console, role)]),
        ]
    };
    let view = List {
        lead: console.t("console-roles-text"),
        table: console.table(
            "console-roles",
            &columns,
            found.iter().map(row).collect(),
            "console-no-roles",
        ),
        pager,
        ..console.list(Section::Roles, "console-roles")
    };
    Ok(page.html(StatusCode::OK, &view))
}

async fn show(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let role = roles::get(&console.context(), &parameter(page, "id")).await;
    let role = Console::read(role)?;
    let permissions = match &role.permissions {
        none if none.is_empty() => Value::Text(console.t("console-none")),
        some => Value::Codes(some.iter().cloned().collect()),
    };
    let fact = |key, value| Fact::new(console.t(key), value);
    let view = Detail {
        state: Some(state(&console, &role)),
        facts: vec![
            fact("console-description", Value::Name(role.description)),
            fact("console-permissions", permissions),
        ],
        ..console.detail(
            Section::Roles,
            Link::new(HOME, console.t("console-roles")),
            role.name,
        )
    };
    Ok(page.html(StatusCode::OK, &view))
}
