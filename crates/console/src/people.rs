//! `/admin/people`: the users in reach.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::ServiceConfig;
use doorward_admin::operator::AdminError;
use doorward_admin::{user_search, users};
use doorward_domain::model::{TotpFactor, User, UserId};
use doorward_http::page::{Page, PageError};
use doorward_store::repo::totp_factors::FactorInventory;
use doorward_templates::console::{Link, List, Pager, Search, Section, State, Table, Tone, Value};

use crate::console::Console;
use crate::cursor::{Cursor, ROWS};
use crate::routes::{self, parameter};

/// Path of the list.
pub(crate) const HOME: &str = "/admin/people";

/// Registers the page.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(routes::page(HOME, list));
}

async fn list(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let cursor = Cursor::read(&console, &["q"])?;
    let name = cursor.filter("q");
    let (users, pager) = if name.is_empty() {
        let after = cursor.after_id(UserId::parse)?;
        let found = users::page(&console.context(), after, ROWS).await;
        let mut users = Console::read(found)?;
        let pager = cursor.cut(&console, &mut users, |user| user.id.to_string());
        (users, pager)
    } else if UserId::parse(name).is_some() {
        let found = users::find(&console.context(), name).await;
        (
            Console::read(found)?.into_iter().collect(),
            Pager::default(),
        )
    } else {
        let found = user_search::search(&console.context(), name, cursor.after(), ROWS).await;
        let mut found = Console::read(found)?;
        let pager = cursor.cut(&console, &mut found, |found| found.cursor.clone());
        (found.into_iter().map(|found| found.item).collect(), pager)
    };
    let view = List {
        lead: console.t("console-people-text"),
        notice: console.notice(&["console-user-deleted"])?,
        search: Some(search(&console, HOME, "console-find-people", name)),
        table: table(&console, &users),
        pager,
        ..console.list(Section::People, "console-people")
    };
    Ok(page.html(StatusCode::OK, &view))
}

/// Returns the form of a search with this label.
pub(crate) fn search(console: &Console<'_>, action: &str, label: &str, typed: &str) -> Search {
    Search {
        action: action.to_owned(),
        label: console.t(label),
        name: "q",
        value: typed.to_owned(),
        presets: Vec::new(),
        kept: Vec::new(),
    }
}

fn table(console: &Console<'_>, users: &[User]) -> Table {
    let columns = [
        "console-name",
        "email",
        "console-state",
        "console-last-sign-in",
        "console-created",
    ];
    console.table(
        "console-people",
        &columns,
        users.iter().map(|user| row(console, user)).collect(),
        "console-no-match",
    )
}

fn row(console: &Console<'_>, user: &User) -> Vec<Value> {
    vec![
        Value::Link(Link::new(path(user.id), user.display_name())),
        Value::Code(user.email.clone()),
        Value::States(vec![state(console, user)]),
        last_sign_in(console, user),
        Value::Day(user.created_at),
    ]
}

/// Returns the path of a user.
pub(crate) fn path(id: UserId) -> String {
    format!("{HOME}/{id}")
}

/// Returns the state of an account.
pub(crate) fn state(console: &Console<'_>, user: &User) -> State {
    let (tone, key) = if user.disabled_at.is_some() {
        (Tone::Warn, "console-disabled")
    } else if user.is_deletion_pending() {
        (Tone::Warn, "console-leaving")
    } else {
        (Tone::Good, "console-active")
    };
    State::new(tone, console.t(key))
}

/// Returns the time of the last sign-in.
pub(crate) fn last_sign_in(console: &Console<'_>, user: &User) -> Value {
    match user.last_login.0 {
        Some(at) => Value::Ago(at),
        None => Value::Text(console.t("console-never")),
    }
}

/// Returns the names of these users; empty without the permission to read them.
pub(crate) async fn names(
    console: &Console<'_>,
    ids: BTreeSet<UserId>,
) -> Result<BTreeMap<UserId, String>, PageError> {
    match users::names(&console.context(), ids).await {
        Err(AdminError::Denied(_)) => Ok(BTreeMap::new()),
        found => Console::read(found),
    }
}

/// Returns the link to a user by these names, or the id of a user without a name.
pub(crate) fn named_link(names: &BTreeMap<UserId, String>, id: UserId) -> Value {
    match names.get(&id) {
        Some(name) => Value::Link(Link::new(path(id), name.clone())),
        None => Value::Code(id.to_string()),
    }
}

/// Returns the link to the page of a user, or the id for an administrator who may not read users.
pub(crate) fn owner(console: &Console<'_>, user: &User) -> Value {
    if console.may_globally("users:read") {
        Value::Link(Link::new(path(user.id), user.display_name()))
    } else {
        Value::Code(user.id.to_string())
    }
}

/// Returns the id of the user with exactly this user name, e-mail address or id. Without the
/// permission for users, only an id names a user.
pub(crate) async fn find(console: &Console<'_>, typed: &str) -> Result<Option<UserId>, PageError> {
    match users::find(&console.context(), typed).await {
        Err(AdminError::Denied(_)) => Ok(UserId::parse(typed)),
        found => Ok(Console::read(found)?.map(|user| user.id)),
    }
}

/// Returns the user that the path names.
pub(crate) async fn named(console: &Console<'_>) -> Result<User, PageError> {
    let id = parameter(console.page, "id");
    Console::read(users::read(&console.context(), &id).await)
}

/// Returns true if the user has an authenticator app or a passkey.
pub(crate) fn has_factor(factors: &FactorInventory) -> bool {
    let has_app = factors.app.as_ref().is_some_and(TotpFactor::is_confirmed);
    has_app || factors.passkeys > 0
}
