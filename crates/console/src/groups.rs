//! `/admin/groups` and `/admin/groups/{id}`: groups with their direct members.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::ServiceConfig;
use doorward_admin::groups;
use doorward_domain::model::{Group, GroupId, UserId};
use doorward_http::page::{Page, PageError};
use doorward_templates::ErrorKind;
use doorward_templates::console::{Detail, Fact, Link, List, Section, Table, Value};

use crate::console::Console;
use crate::cursor::{Cursor, ROWS};
use crate::people;
use crate::routes::{self, parameter};

const HOME: &str = "/admin/groups";

/// Registers the pages.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(routes::page(HOME, list))
        .service(routes::page("/admin/groups/{id}", show));
}

fn organization(console: &Console<'_>, group: &Group) -> Value {
    match &group.org {
        Some(slug) => Value::Code(slug.clone()),
        None => Value::Text(console.t("console-none")),
    }
}

async fn list(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let cursor = Cursor::read(&console, &[])?;
    let after = cursor.after_id(GroupId::parse)?;
    let found = groups::list(&console.context(), None, after, ROWS).await;
    let mut found = Console::read(found)?;
    let pager = cursor.cut(&console, &mut found, |group| group.id.to_string());
    let columns = [
        "console-name",
        "console-organization",
        "console-description",
        "console-created",
    ];
    let row = |group: &Group| {
        let path = format!("{HOME}/{}", group.id);
        vec![
            Value::Link(Link::new(path, group.path.clone())),
            organization(&console, group),
            Value::Name(group.description.clone()),
            Value::Day(group.created_at),
        ]
    };
    let view = List {
        lead: console.t("console-groups-text"),
        table: console.table(
            "console-groups",
            &columns,
            found.iter().map(row).collect(),
            "console-no-groups",
        ),
        pager,
        ..console.list(Section::Groups, "console-groups")
    };
    Ok(page.html(StatusCode::OK, &view))
}

async fn show(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let id = GroupId::parse(&parameter(page, "id")).ok_or(ErrorKind::NotFound)?;
    let group = Console::read(groups::get(&console.context(), id).await)?;
    let cursor = Cursor::read(&console, &[])?;
    let after = cursor.after_id(UserId::parse)?;
    let members = groups::members(&console.context(), id, after, ROWS).await;
    let mut members = Console::read(members)?;
    let pager = cursor.cut(&console, &mut members, ToString::to_string);
    let shown = members.iter().copied().chain(group.manager);
    let names = people::names(&console, shown.collect()).await?;
    let rows = members
        .iter()
        .map(|id| vec![people::named_link(&names, *id)]);
    let table = Table {
        caption: console.t("console-members"),
        columns: vec![console.t("console-name")],
        rows: rows.collect(),
        empty: console.t("console-no-members"),
    };
    let fact = |key, value| Fact::new(console.t(key), value);
    let manager = match group.manager {
        Some(id) => people::named_link(&names, id),
        None => Value::Text(console.t("console-none")),
    };
    let view = Detail {
        facts: vec![
            fact("console-id", Value::Code(group.id.to_string())),
            fact("console-organization", organization(&console, &group)),
            fact("console-manager", manager),
            fact("console-description", Value::Name(group.description)),
            fact("console-created", Value::Moment(group.created_at)),
        ],
        tables: vec![table],
        pager,
        ..console.detail(
            Section::Groups,
            Link::new(HOME, console.t("console-groups")),
            group.path,
        )
    };
    Ok(page.html(StatusCode::OK, &view))
}
