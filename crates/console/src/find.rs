//! `/admin/find`: searches users, clients and organizations.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::ServiceConfig;
use doorward_admin::operator::AdminError;
use doorward_admin::{clients, organizations, user_search, users};
use doorward_domain::model::organization::is_slug;
use doorward_domain::model::{Client, ClientId, Organization, User};
use doorward_domain::rules::list_filter::{ClientFilter, UserFilter};
use doorward_http::page::{Page, PageError};
use doorward_templates::console::{Link, List, Section, Table, Value};

use crate::console::Console;
use crate::cursor::Cursor;
use crate::{organization, people, routes, support_code};

/// Path of the page.
pub(crate) const PATH: &str = "/admin/find";
/// Maximum number of users, and of clients, on the page.
const ROWS: u64 = 20;

/// Registers the page.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(routes::page(PATH, show));
}

async fn show(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let cursor = Cursor::read(&console, &["q"])?;
    let text = cursor.filter("q");
    let organization = named_organization(&console, text).await?;
    if let Some(path) = exact(&console, text, organization.as_ref()).await? {
        return Ok(page.see_other(&path));
    }
    let row = |found: &Organization| organization_row(&console, found);
    let mut rows: Vec<Vec<Value>> = organization.iter().map(row).collect();
    let has_text = !text.is_empty();
    if has_text && console.may("users:read") {
        let filter = UserFilter {
            text: text.to_owned(),
            ..UserFilter::default()
        };
        let found = user_search::search(&console.context(), &filter, None, ROWS).await;
        let found = Console::read(found)?.items;
        rows.extend(found.iter().map(|user| user_row(&console, user)));
    }
    if has_text && console.may_globally("clients:read") {
        let filter = ClientFilter {
            text: text.to_owned(),
            ..ClientFilter::default()
        };
        let found = clients::search(&console.context(), &filter, None, ROWS).await;
        let found = Console::read(found)?.items;
        rows.extend(found.iter().map(|client| client_row(&console, client)));
    }
    // A code is used by a form, because a search changes nothing.
    if let Some(path) = support_code::path(&console, text).filter(|_| rows.is_empty()) {
        return Ok(page.see_other(&path));
    }
    let columns = ["console-name", "console-id", "console-kind"];
    let view = List {
        actions: support_code::link(&console, text).into_iter().collect(),
        search: Some(people::search(&console, PATH, "console-find", text)),
        table: Table {
            caption: console.t("console-find-results"),
            columns: columns.map(|key| console.t(key)).into(),
            rows,
            empty: console.t("console-no-match"),
        },
        ..console.list(Section::Home, "console-find-results")
    };
    Ok(page.html(StatusCode::OK, &view))
}

/// Returns the organization with this slug, if it is in reach.
async fn named_organization(
    console: &Console<'_>,
    text: &str,
) -> Result<Option<Organization>, PageError> {
    if !is_slug(text) {
        return Ok(None);
    }
    match organizations::get(&console.context(), text).await {
        Err(AdminError::Denied(_) | AdminError::NotFound { .. }) => Ok(None),
        found => Ok(Some(Console::read(found)?)),
    }
}

/// Returns the page of the only user, client or organization with exactly this identifier.
async fn exact(
    console: &Console<'_>,
    text: &str,
    organization: Option<&Organization>,
) -> Result<Option<String>, PageError> {
    if text.is_empty() {
        return Ok(None);
    }
    let user = match users::find(&console.context(), text).await {
        Err(AdminError::Denied(_)) => None,
        found => Console::read(found)?,
    };
    let client = match ClientId::parse(text) {
        Some(id) => match clients::get(&console.context(), &id).await {
            Err(AdminError::Denied(_) | AdminError::NotFound { .. }) => None,
            found => Some(Console::read(found)?),
        },
        None => None,
    };
    let paths = [
        user.map(|user| people::path(user.id)),
        client.map(|client| routes::app(&client.id)),
        organization.map(|organization| organization::path(&organization.slug)),
    ];
    let mut paths = paths.into_iter().flatten();
    let first = paths.next();
    Ok(first.filter(|_| paths.next().is_none()))
}

fn user_row(console: &Console<'_>, user: &User) -> Vec<Value> {
    vec![
        Value::Link(Link::new(people::path(user.id), user.display_name())),
        Value::Code(user.email.clone()),
        Value::Text(console.t("console-people")),
    ]
}

fn client_row(console: &Console<'_>, client: &Client) -> Vec<Value> {
    vec![
        Value::Link(Link::new(routes::app(&client.id), client.name.clone())),
        Value::Code(client.id.to_string()),
        Value::Text(console.t("console-apps")),
    ]
}

fn organization_row(console: &Console<'_>, organization: &Organization) -> Vec<Value> {
    let path = organization::path(&organization.slug);
    vec![
        Value::Link(Link::new(path, organization.name.clone())),
        Value::Code(organization.slug.clone()),
        Value::Text(console.t("console-organization")),
    ]
}
