//! `/admin/people`: the users in reach.

pub(crate) mod actions;
pub(crate) mod api_access;
pub(crate) mod apps;
pub(crate) mod bulk;
pub(crate) mod bulk_form;
pub(crate) mod bulk_job;
pub(crate) mod departure;
pub(crate) mod factors;
pub(crate) mod forms;
pub(crate) mod support_code;
pub(crate) mod user;

use std::collections::BTreeMap;

use doorward_admin::{lockouts, user_search, users};
use doorward_domain::model::TotpFactor;
use doorward_rules::list_filter::{UserFilter, UserState};
use doorward_store::repo::totp_factors::FactorInventory;
use doorward_store::repo::user_search::{UserOrder, UserWithFactors};
use doorward_templates::console::UserLink;
use doorward_templates::profile::picture_path;

use crate::people::bulk_form::Chooser;
use doorward_console_ui::list_file::ROWS;
use doorward_console_ui::prelude::*;

const STATES: [(&str, &str); 4] = [
    ("active", "console-active"),
    ("disabled", "console-disabled"),
    ("pending_deletion", "console-leaving"),
    ("unverified", "console-unverified"),
];

const SELECTS: [Filter; 3] = [
    Filter::choice("state", "console-state", &STATES),
    Filter::choice(
        "second_factor",
        "console-second-step",
        &[("none", "console-factor-none")],
    ),
    Filter::choice(
        "unused_days",
        "console-no-sign-in-for",
        &[("90", "console-for-90-days")],
    ),
];

const EMAIL: &str = "email";
const NEWEST: &str = "newest";
const SORTED: [Sorting; 3] = [
    ("console-name", "", list::ASCENDING),
    ("email", EMAIL, list::ASCENDING),
    ("console-created", NEWEST, list::DESCENDING),
];
/// Columns that are asked for: their names and headings.
const OF_ORGANIZATIONS: [&str; 2] = ["organizations", "console-organizations"];
const OF_ROLES: [&str; 2] = ["roles", "console-direct-roles"];
/// Most names in a cell of these columns.
const SHOWN: usize = 5;
const ORGANIZATION: Filter =
    Filter::text("organization", "console-organization", "console-exact-id");
const ROLE: Filter = Filter::text("role", "console-role", "console-exact-name");
const LOCKED: Filter = Filter::choice("locked", "console-locked", &[("true", "console-yes")]);

pub(crate) fn filter(console: &Console<'_>) -> Result<(Cursor, UserFilter), Stop> {
    let names = [&UserFilter::NAMES[..], &[list::SORT, list::COLUMNS]].concat();
    let cursor = Cursor::read(console, &names)?;
    let filter = UserFilter::parse(|name| cursor.filter(name));
    let filter = filter.map_err(|_| ErrorKind::BadRequest)?;
    Ok((cursor, filter))
}

fn more(console: &Console<'_>) -> Vec<Filter> {
    let is_global = console.org().is_none();
    let all = [
        (ORGANIZATION, is_global && console.may("organizations:read")),
        (ROLE, console.may("roles:read")),
        (LOCKED, is_global),
    ];
    let permitted = all.into_iter().filter(|(_, is_permitted)| *is_permitted);
    permitted.map(|(filter, _)| filter).collect()
}

pub(crate) async fn list(console: &Console<'_>) -> Answer {
    let (cursor, filter) = filter(console)?;
    let (context, limit) = (console.context(), LIMIT as u64);
    let order = match cursor.filter(list::SORT) {
        EMAIL => UserOrder::Email,
        NEWEST => UserOrder::Newest,
        _ => UserOrder::Name,
    };
    let found = user_search::search_with_factors(&context, &filter, order, cursor.after(), limit);
    let found = found.await?;
    let more = more(console);
    let all = [&SELECTS[..], &more[..]].concat();
    let pager = cursor.pager(console, found.next.as_deref());
    let notice = console.notice(&["console-user-deleted"])?;
    let users = found.items.iter();
    let others = users.filter(|found| !console.is(&found.user.id.to_string()));
    let chooser = bulk_form::chooser(console, others.count(), &pager)?;
    let has_boxes = chooser.as_ref().is_some_and(|chooser| chooser.has_boxes);
    // If all users of the filter are chosen, other pages have nothing to choose.
    let is_one_page = chooser.is_some() && !has_boxes;
    let may_add = console.may_globally("users:write");
    let mut actions = list::new_link(console, PEOPLE, "console-new-user", may_add);
    actions.push(console.link(format!("{UNUSED}?kind=accounts"), "console-unused"));
    actions.extend(console.feature_links(Section::People));
    let asked = asked(console);
    let link = |column: &[&'static str; 2]| list::column_link(console, &cursor, PEOPLE, *column);
    actions.extend(asked.iter().map(link));
    actions.extend(filter_bar::files(console, &cursor, PEOPLE));
    let table = with_asked(console, &cursor, &found, table(console, &found, has_boxes)).await?;
    let has_role = filter.role.is_some();
    console.show(&List {
        lead: console.t("console-people-text"),
        notice: notice.or(bulk_form::notice(console)?),
        actions,
        search: Some(Search {
            kept: list::kept(&cursor),
            ..list::search(console, PEOPLE, "console-find-people", &filter.text)
        }),
        selects: filter_bar::fields(console, &cursor, &SELECTS),
        fields: filter_bar::fields(console, &cursor, &more),
        chosen: filter_bar::chosen(console, &cursor, PEOPLE, &all),
        // The holders of a role are in the order of their registration.
        table: if has_role {
            table
        } else {
            list::sortable(console, &cursor, PEOPLE, &SORTED, table)
        },
        bulk: chooser.map(|Chooser { form, .. }| form),
        pager: if is_one_page { Pager::default() } else { pager },
        ..console.list(Section::People, "console-people")
    })
}

const COLUMNS: &[Column<User>] = &[
    Column::File("id", |_, user| json!(user.id.to_string())),
    Column::File("username", |_, user| json!(user.named())),
    Column::Page("console-name", |_, user| named_row(user)),
    Column::Page("email", |_, user| Value::Name(user.email.clone())),
    Column::File("email", |_, user| json!(user.email)),
    Column::File("email_verified", |_, user| json!(user.email_verified)),
    Column::File("name", |_, user| json!(user.display_name())),
    Column::Page("console-state", |console, user| {
        Value::States(vec![state(console, user)])
    }),
    Column::File("state", |_, user| json!(UserState::of_user(user).as_str())),
    Column::Page("console-last-sign-in", last_sign_in),
    Column::Page("console-created", |_, user| Value::Ago(user.created_at)),
    Column::File("last_login", |file, user| file.time(user.last_login.0)),
    Column::File("created_at", |file, user| file.time(user.created_at)),
    Column::File("updated_at", |file, user| file.time(user.updated_at)),
];

fn table(console: &Console<'_>, found: &FoundPage<UserWithFactors>, has_boxes: bool) -> Table {
    let mut columns = list::headings(COLUMNS);
    columns.push("console-second-step");
    let (key, count_key) = ("console-people", "console-people-count");
    let rows = found.items.iter().map(|one| row(console, one, has_boxes));
    let empty = list::empty(found.next.as_deref(), "console-no-match");
    Table {
        caption: list::caption(console, found.count, key, count_key),
        ..console.table(key, &columns, rows.collect(), empty)
    }
}

/// Returns the columns that may be asked for.
fn asked(console: &Console<'_>) -> Vec<[&'static str; 2]> {
    let all = [
        (OF_ORGANIZATIONS, "organizations:read"),
        (OF_ROLES, "roles:read"),
    ];
    let permitted = all
        .into_iter()
        .filter(|(_, permission)| console.may(permission));
    permitted.map(|(column, _)| column).collect()
}

/// Returns the table with the columns that were asked for, each by one statement.
async fn with_asked(
    console: &Console<'_>,
    cursor: &Cursor,
    found: &FoundPage<UserWithFactors>,
    mut table: Table,
) -> Result<Table, Stop> {
    let context = console.context();
    let ids: Vec<UserId> = found.items.iter().map(|found| found.user.id).collect();
    for [name, heading] in asked(console) {
        if !list::has_column(cursor, name) {
            continue;
        }
        let links: BTreeMap<UserId, Vec<Link>> = if name == OF_ROLES[0] {
            let roles = user_search::roles_of(&context, &ids).await?.into_iter();
            let link = |role: String| Link::new(routes::role(&role), role);
            roles
                .map(|(id, names)| (id, names.into_iter().map(link).collect()))
                .collect()
        } else {
            let all = user_search::organizations_of(&context, &ids)
                .await?
                .into_iter();
            let link = |slug: String| Link::new(routes::organization(&slug), slug);
            all.map(|(id, slugs)| (id, slugs.into_iter().map(link).collect()))
                .collect()
        };
        table.columns.push(console.t(heading));
        for (row, id) in table.rows.iter_mut().zip(&ids) {
            row.push(match links.get(id) {
                Some(links) => Value::Links(shortened(links, *id)),
                None => console.text("console-none"),
            });
        }
    }
    Ok(table)
}

/// Returns the first links of a cell. The page of the user, linked with the number of the others, has all.
fn shortened(links: &[Link], user: UserId) -> Vec<Link> {
    let mut shown: Vec<Link> = links.iter().take(SHOWN).cloned().collect();
    if links.len() > SHOWN {
        let others = format!("+{}", links.len() - SHOWN);
        shown.push(Link::new(routes::user(user), others));
    }
    shown
}

fn row(console: &Console<'_>, found: &UserWithFactors, has_boxes: bool) -> Vec<Value> {
    let id = found.user.id.to_string();
    let mut row = list::cells(console, COLUMNS, &found.user);
    if has_boxes {
        // A bulk change leaves out the administrator's own account.
        row[0] = if console.is(&id) {
            selection::own(console, named_row(&found.user))
        } else {
            selection::choose(named_row(&found.user), "user", id, "")
        };
    }
    row.push(second_step(console, found));
    row
}

fn second_step(console: &Console<'_>, found: &UserWithFactors) -> Value {
    let kinds = [
        (found.has_app, "console-authenticator"),
        (found.has_passkey, "console-step-passkey"),
    ];
    let had = kinds.iter().filter(|(has_one, _)| *has_one);
    let states: Vec<State> = had
        .map(|(_, key)| console.state(Tone::Plain, key))
        .collect();
    if states.is_empty() {
        console.text("console-factor-none")
    } else {
        Value::States(states)
    }
}

pub(crate) fn link(user: &User) -> Value {
    Value::Link(Link::new(routes::user(user.id), user.display_name()))
}

/// Returns the link to a user with the picture or the initial, and the login identifier.
fn named_row(user: &User) -> Value {
    let (name, login) = (user.display_name(), user.login_identifier());
    let login = if login == name { "" } else { login };
    Value::User(UserLink {
        link: Link::new(routes::user(user.id), name.as_str()),
        login: login.to_owned(),
        picture: picture_path(&user.profile),
    })
}

pub(crate) struct Users(UserFilter);

impl FileList for Users {
    type Row = User;

    const SECTION: Section = Section::People;
    const ACCESS: Access = Access::Scoped("users:read");
    const COLUMNS: &'static [Column<User>] = COLUMNS;

    async fn open(console: &Console<'_>) -> Result<Self, Stop> {
        Ok(Self(filter(console)?.1))
    }

    async fn record(&self, context: &AdminContext<'_>) -> Result<(), AdminError> {
        user_search::record_export(context, &self.0).await
    }

    async fn read(&self, context: &AdminContext<'_>, after: Option<&str>) -> Rows<User> {
        user_search::search(context, &self.0, after, ROWS).await
    }
}

pub(crate) fn state(console: &Console<'_>, user: &User) -> State {
    match UserState::of_user(user) {
        UserState::PendingDeletion => console.state(Tone::Warn, "console-leaving"),
        state => console.enabled(state != UserState::Disabled),
    }
}

pub(crate) fn last_sign_in(console: &Console<'_>, user: &User) -> Value {
    console.ago(user.last_login.0, "console-never")
}

pub(crate) fn names_of<'a>(users: impl IntoIterator<Item = &'a User>) -> BTreeMap<UserId, String> {
    let users = users.into_iter();
    users.map(|user| (user.id, user.display_name())).collect()
}

pub(crate) fn name_or_id(user: Option<&User>, id: UserId) -> String {
    user.map_or_else(|| id.to_string(), User::display_name)
}

/// Returns the link to the page of a user, or the id for an administrator who may not read users.
pub(crate) fn owner(console: &Console<'_>, user: &User) -> Value {
    if console.may_globally("users:read") {
        link(user)
    } else {
        Value::Code(user.id.to_string())
    }
}

pub(crate) async fn named(console: &Console<'_>) -> Result<User, Stop> {
    let id = parameter(console.page, "id");
    Ok(users::read(&console.context(), &id).await?)
}

/// Returns the end of the lockout of a user; `None` without one, and without the permission to read
/// lockouts.
pub(crate) async fn locked_until(
    console: &Console<'_>,
    id: UserId,
) -> Result<Option<UnixSeconds>, Stop> {
    match lockouts::get(&console.context(), id).await {
        Err(AdminError::Denied(_) | AdminError::NotFound { .. }) => Ok(None),
        found => Ok(Some(found?)),
    }
}

pub(crate) fn has_factor(factors: &FactorInventory) -> bool {
    let has_app = factors.app.as_ref().is_some_and(TotpFactor::is_confirmed);
    has_app || factors.passkeys > 0
}
