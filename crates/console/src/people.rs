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

use crate::bulk_form::{self, Chooser};
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
    let notice = console.notice(&["console-user-deleted"])?;
    let chooser = bulk_form::chooser(&console, users.len(), &pager)?;
    let has_boxes = chooser.as_ref().is_some_and(|chooser| chooser.has_boxes);
    // If all users of the filter are chosen, other pages have nothing to choose.
    let is_one_page = chooser.is_some() && !has_boxes;
    let view = List {
        lead: console.t("console-people-text"),
        notice: notice.or(bulk_form::notice(&console)?),
        search: Some(search(&console, HOME, "console-find-people", name)),
        table: table(&console, &users, has_boxes),
        bulk: chooser.map(|Chooser { form, .. }| form),
        pager: if is_one_page { Pager::default() } else { pager },
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

fn table(console: &Console<'_>, users: &[User], has_boxes: bool) -> Table {
    let columns = [
        "console-name",
        "email",
        "console-state",
        "console-last-sign-in",
    ];
    console.table(
        "console-people",
        &columns,
        users
            .iter()
            .map(|user| row(console, user, has_boxes))
            .collect(),
        "console-no-match",
    )
}

fn row(console: &Console<'_>, user: &User, has_boxes: bool) -> Vec<Value> {
    let link = Link::new(path(user.id), user.display_name());
    let id = user.id.to_string();
    // A bulk change leaves out the administrator's own account.
    let name = if has_boxes && !console.is(&id) {
        Value::Choose(id, link)
    } else {
        Value::Link(link)
    };
    vec![
        name,
        Value::Code(user.email.clone()),
        Value::States(vec![state(console, user)]),
        last_sign_in(console, user),
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
