//! `/admin/organizations` and `/admin/organizations/{id}`: organizations with their members.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::ServiceConfig;
use doorward_admin::organizations;
use doorward_domain::model::{Organization, UserId};
use doorward_http::page::{Page, PageError};
use doorward_templates::console::{Detail, Fact, Link, List, Section, State, Tone, Value};

use crate::console::Console;
use crate::cursor::{Cursor, ROWS};
use crate::people;
use crate::routes::{self, encode, parameter};

const HOME: &str = "/admin/organizations";

/// Registers the pages.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(routes::page(HOME, list))
        .service(routes::page("/admin/organizations/{id}", show));
}

fn state(console: &Console<'_>, organization: &Organization) -> State {
    if organization.active {
        State::new(Tone::Good, console.t("console-active"))
    } else {
        State::new(Tone::Warn, console.t("console-disabled"))
    }
}

async fn list(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let cursor = Cursor::read(&console, &[])?;
    let found = organizations::list(&console.context(), cursor.after(), ROWS).await;
    let mut found = Console::read(found)?;
    let pager = cursor.cut(&console, &mut found, |one| one.slug.clone());
    let columns = [
        "console-name",
        "console-id",
        "console-state",
        "console-created",
    ];
    let row = |organization: &Organization| {
        let path = format!("{HOME}/{}", encode(&organization.slug));
        vec![
            Value::Link(Link::new(path, organization.name.clone())),
            Value::Code(organization.slug.clone()),
            Value::States(vec![state(&console, organization)]),
            Value::Day(organization.created_at),
        ]
    };
    let view = List {
        lead: console.t("console-organizations-text"),
        table: console.table(
            "console-organizations",
            &columns,
            found.iter().map(row).collect(),
            "console-no-organizations",
        ),
        pager,
        ..console.list(Section::Organizations, "console-organizations")
    };
    Ok(page.html(StatusCode::OK, &view))
}

async fn show(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let slug = parameter(page, "id");
    let organization = organizations::get(&console.context(), &slug).await;
    let organization = Console::read(organization)?;
    let cursor = Cursor::read(&console, &[])?;
    let after = cursor.after_id(UserId::parse)?;
    let members = organizations::members(&console.context(), &slug, after, ROWS).await;
    let mut members = Console::read(members)?;
    let pager = cursor.cut(&console, &mut members, |member| member.user_id.to_string());
    let ids = members.iter().map(|member| member.user_id).collect();
    let names = people::names(&console, ids).await?;
    let rows = members.iter().map(|member| {
        let key = if member.is_owner {
            "console-owner"
        } else {
            "console-member"
        };
        vec![
            people::named_link(&names, member.user_id),
            Value::Text(console.t(key)),
            Value::Day(member.created_at),
        ]
    });
    let columns = ["console-name", "console-position", "console-since"];
    let table = console.table(
        "console-members",
        &columns,
        rows.collect(),
        "console-no-members",
    );
    let fact = |key, value| Fact::new(console.t(key), value);
    let mut facts = vec![
        fact("console-id", Value::Code(organization.slug.clone())),
        fact("console-created", Value::Moment(organization.created_at)),
        fact("console-updated", Value::Moment(organization.updated_at)),
    ];
    if let Some(domain) = &organization.domain {
        facts.push(fact("console-domain", Value::Code(domain.clone())));
    }
    let view = Detail {
        state: Some(state(&console, &organization)),
        facts,
        tables: vec![table],
        pager,
        ..console.detail(
            Section::Organizations,
            Link::new(HOME, console.t("console-organizations")),
            organization.name,
        )
    };
    Ok(page.html(StatusCode::OK, &view))
}
