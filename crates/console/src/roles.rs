//! `/admin/roles` and `/admin/roles/{id}`: roles and their permissions.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::ServiceConfig;
use doorward_admin::roles;
use doorward_domain::model::Role;
use doorward_http::page::{Page, PageError};
use doorward_templates::console::{
    Detail, Fact, Link, List, Pager, Section, State, Table, Tone, Value,
};

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
        frame: console.frame(Section::Roles, true),
        heading: console.t("console-roles"),
        lead: console.t("console-roles-text"),
        notice: None,
        attention: Vec::new(),
        actions: Vec::new(),
        search: None,
        table: Table {
            caption: console.t("console-roles"),
            columns: columns.map(|key| console.t(key)).into(),
            rows: found.iter().map(row).collect(),
            empty: console.t("console-no-roles"),
        },
        pager,
        now: console.now(),
        layout: console.layout.clone(),
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
        frame: console.frame(Section::Roles, false),
        back: Link::new(HOME, console.t("console-roles")),
        state: Some(state(&console, &role)),
        pages: Vec::new(),
        notice: None,
        facts: vec![
            fact("console-description", Value::Name(role.description)),
            fact("console-permissions", permissions),
        ],
        heading: role.name,
        tables: Vec::new(),
        pager: Pager::default(),
        actions: Vec::new(),
        risky: Vec::new(),
        now: console.now(),
        layout: console.layout.clone(),
    };
    Ok(page.html(StatusCode::OK, &view))
}
