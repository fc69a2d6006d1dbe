//! `/admin/people.csv`, `/admin/apps.csv` and the same as JSON: the filtered lists as files.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::Method;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::web::{Bytes, ServiceConfig};
use doorward_admin::authority::Authority;
use doorward_admin::operator::{AdminContext, AdminError};
use doorward_admin::{clients, user_search};
use doorward_domain::model::{Client, SessionId, User};
use doorward_domain::rules::list_filter::{ClientFilter, ClientOrigin, UserFilter, UserState};
use doorward_http::csv_file;
use doorward_http::page::{Page, PageError};
use doorward_services::caller::Caller;
use doorward_services::context::Context;
use doorward_services::error::ServerError;
use doorward_templates::Layout;
use futures_util::stream;
use serde_json::{Map, Value, json};

use crate::console::Console;
use crate::routes::{self, APPS};
use crate::{apps, people};

/// Number of rows in memory at once.
const PAGE: u64 = 100;
/// Maximum number of rows in a file.
const MAX: u64 = 100_000;

const USER_COLUMNS: &[&str] = &[
    "id",
    "username",
    "email",
    "email_verified",
    "name",
    "state",
    "last_login",
    "created_at",
    "updated_at",
];
const CLIENT_COLUMNS: &[&str] = &[
    "id",
    "name",
    "kind",
    "state",
    "registered_by",
    "created_at",
    "updated_at",
];

/// Registers the files.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(routes::page("/admin/people.csv", users_file))
        .service(routes::page("/admin/people.json", users_file))
        .service(routes::page("/admin/apps.csv", clients_file))
        .service(routes::page("/admin/apps.json", clients_file));
}

async fn users_file(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    Console::read(console.context().need("users:read"))?;
    // The sign-in leads to the list, where the download is repeated with its filter.
    let console = console.require_own_file(people::HOME)?;
    let (_, filter) = people::filter(&console)?;
    if page.request.method() != Method::HEAD {
        Console::read(user_search::record_export(&console.context(), &filter).await)?;
    }
    Ok(send(&console, Rows::Users(filter)))
}

async fn clients_file(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    Console::read(console.context().require_global("clients:read"))?;
    let console = console.require_own_file(APPS)?;
    let (_, filter) = apps::filter(&console)?;
    Ok(send(&console, Rows::Clients(filter)))
}

/// Returns the file, in the format that the path names.
fn send(console: &Console<'_>, rows: Rows) -> HttpResponse {
    let page = console.page;
    let is_json = matches!(page.request.path().rsplit_once('.'), Some((_, "json")));
    let (end, kind) = if is_json {
        ("json", "application/json")
    } else {
        ("csv", "text/csv; charset=utf-8")
    };
    let name = rows.name();
    let mut response = HttpResponse::Ok();
    response
        .content_type(kind)
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}.{end}\""),
        ))
        .insert_header((CACHE_CONTROL, "no-store"));
    if page.request.method() == Method::HEAD {
        return response.finish();
    }
    let export = Export {
        context: Arc::clone(&page.context),
        session: console.session(),
        org: console.org().map(str::to_owned),
        caller: page.caller().clone(),
        layout: console.layout.clone(),
        rows,
        is_json,
        next: Next::First,
        sent: 0,
    };
    response.streaming(stream::try_unfold(export, Export::part))
}

/// The list of a file, with its filter.
enum Rows {
    Users(UserFilter),
    Clients(ClientFilter),
}

impl Rows {
    const fn name(&self) -> &'static str {
        match self {
            Self::Users(_) => "people",
            Self::Clients(_) => "apps",
        }
    }

    const fn columns(&self) -> &'static [&'static str] {
        match self {
            Self::Users(_) => USER_COLUMNS,
            Self::Clients(_) => CLIENT_COLUMNS,
        }
    }

    /// Returns the rows after a cursor, and the cursor of the next ones.
    async fn read(
        &self,
        context: &AdminContext<'_>,
        layout: &Layout,
        after: Option<&str>,
    ) -> Result<(Vec<Vec<Value>>, Option<String>), AdminError> {
        match self {
            Self::Users(filter) => {
                let found = user_search::search(context, filter, after, PAGE).await?;
                let row = |user: &User| user_row(layout, user);
                Ok((found.items.iter().map(row).collect(), found.next))
            }
            Self::Clients(filter) => {
                let found = clients::search(context, filter, after, PAGE).await?;
                let row = |client: &Client| client_row(layout, client);
                Ok((found.items.iter().map(row).collect(), found.next))
            }
        }
    }
}

/// Returns the values in the order of [`USER_COLUMNS`].
fn user_row(layout: &Layout, user: &User) -> Vec<Value> {
    let time = |at: i64| layout.moment(&at).iso;
    vec![
        json!(user.id.to_string()),
        json!(user.named()),
        json!(user.email),
        json!(user.email_verified),
        json!(user.display_name()),
        json!(UserState::of_user(user).as_str()),
        json!(user.last_login.0.map(time)),
        json!(time(user.created_at)),
        json!(time(user.updated_at)),
    ]
}

/// Returns the values in the order of [`CLIENT_COLUMNS`].
fn client_row(layout: &Layout, client: &Client) -> Vec<Value> {
    let time = |at: i64| layout.moment(&at).iso;
    let state = if client.is_active() {
        "active"
    } else {
        "disabled"
    };
    vec![
        json!(client.id.as_str()),
        json!(client.name),
        json!(client.kind.as_str()),
        json!(state),
        json!(ClientOrigin::of_client(client).as_str()),
        json!(time(client.created_at)),
        json!(time(client.updated_at)),
    ]
}

/// The position of a file that is being sent.
enum Next {
    /// The start of the file.
    First,
    /// The rows after this cursor follow.
    After(String),
    /// Everything was sent.
    End,
}

/// A file that is being sent.
struct Export {
    context: Arc<Context>,
    session: SessionId,
    /// The organization to which the administrator is confined.
    org: Option<String>,
    caller: Caller,
    layout: Layout,
    rows: Rows,
    is_json: bool,
    next: Next,
    /// Number of rows that were sent.
    sent: u64,
}

impl Export {
    /// Returns the next part of the file, and the rest; `None` at its end.
    async fn part(mut self) -> Result<Option<(Bytes, Self)>, ServerError> {
        let (after, is_first) = match &self.next {
            Next::First => (None, true),
            Next::After(cursor) => (Some(cursor.clone()), false),
            Next::End => return Ok(None),
        };
        let found = self.read(after.as_deref()).await.inspect_err(|error| {
            tracing::error!(request_id = %self.caller.request_id, fault = %error, "fault");
        })?;
        let (mut rows, next) = found;
        let left = MAX - self.sent;
        rows.truncate(usize::try_from(left).unwrap_or(usize::MAX));
        let count = rows.len() as u64;
        let next = next.filter(|_| count < left);
        let text = if self.is_json {
            self.json(&rows, is_first, next.is_none())?
        } else {
            self.csv(rows, is_first)?
        };
        self.sent += count;
        self.next = next.map_or(Next::End, Next::After);
        Ok(Some((Bytes::from(text), self)))
    }

    /// Returns the next rows. The rights may have changed since the former ones were read.
    async fn read(
        &self,
        after: Option<&str>,
    ) -> Result<(Vec<Vec<Value>>, Option<String>), ServerError> {
        let (core, org) = (&self.context.core, self.org.as_deref());
        let authority = Authority::of_session(core, self.session, org).await?;
        let authority =
            authority.ok_or_else(|| ServerError::Internal("the rights have ended".to_owned()))?;
        let context = AdminContext::of_server(&self.context, authority, self.caller.clone());
        let found = self.rows.read(&context, &self.layout, after).await;
        found.map_err(|error| ServerError::Internal(error.to_string()))
    }

    /// Returns the lines of these rows, after the names of the columns in the first part.
    fn csv(&self, rows: Vec<Vec<Value>>, is_first: bool) -> Result<Vec<u8>, ServerError> {
        let columns = is_first.then_some(self.rows.columns());
        csv_file::lines(
            columns,
            rows.into_iter().map(|row| row.into_iter().map(cell)),
        )
    }

    /// Returns these rows as objects of a list, which the first part begins and the last one ends.
    fn json(
        &self,
        rows: &[Vec<Value>],
        is_first: bool,
        is_last: bool,
    ) -> Result<Vec<u8>, ServerError> {
        let mut text = if is_first { vec![b'['] } else { Vec::new() };
        for (number, row) in (self.sent..).zip(rows) {
            if number > 0 {
                text.push(b',');
            }
            let columns = self.rows.columns().iter().zip(row);
            let object: Map<String, Value> = columns
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect();
            let written = serde_json::to_writer(&mut text, &object);
            written.map_err(|error| ServerError::Internal(error.to_string()))?;
        }
        if is_last {
            text.push(b']');
        }
        Ok(text)
    }
}

/// Returns the cell of a value.
fn cell(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
