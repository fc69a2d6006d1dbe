//! `/admin/roles` and `/admin/roles/{id}`: roles with their permissions and holders.

mod access;
mod bulk;
mod file;
mod forms;
mod give;
pub(crate) mod grants;
mod grants_file;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::operator::version;
use doorward_admin::role_marks::{MarkedRole, RoleMark};
use doorward_admin::{name_search, roles};
use doorward_domain::model::{ADMIN_ROLE, Role};
use doorward_http::page::{Page, PageError};
use doorward_store::repo::affected::{Object, RecordKind};
use doorward_store::repo::role_assignments::AssignmentFilter;
use doorward_templates::console::{Detail, Fact, Link, List, Section, State, Table, Tone, Value};

use crate::audit;
use crate::console::Console;
use crate::people;
use crate::routes::{self, ROLES, parameter};
use crate::ui::action::{Action, Messages};
use crate::ui::affected;
use crate::ui::cursor::{Cursor, LIMIT};
use crate::ui::filter_bar;

/// The notice about a new role.
pub(crate) const CREATED: &str = "console-role-created";
/// The notice about a new holder.
pub(crate) const GIVEN: &str = "console-role-given";
/// The notice about a changed role.
pub(crate) const SAVED: &str = "console-saved";

const DELETE: Messages = Messages {
    question: "console-role-delete-question",
    text: "console-role-delete-text",
    submit: "console-user-delete",
    done: "console-role-deleted",
};

/// Registers the pages of the section.
pub(crate) fn configure(config: &mut ServiceConfig) {
    file::configure(config);
    grants_file::configure(config);
    access::configure(config);
    forms::configure(config);
    give::configure(config);
    config
        .service(routes::page(ROLES, list))
        .service(routes::page("/admin/roles/{id}", show))
        .service(routes::form("/admin/roles/{id}/delete", ask, delete));
    grants::configure(config);
    bulk::configure(config);
}

/// Returns the role that the path names.
pub(crate) async fn named(console: &Console<'_>) -> Result<Role, PageError> {
    let name = parameter(console.page, "id");
    Console::read(roles::get(&console.context(), &name).await)
}

/// Returns the state of a role.
pub(crate) fn state(console: &Console<'_>, role: &Role) -> State {
    if role.active {
        State::new(Tone::Good, console.t("console-active"))
    } else {
        State::new(Tone::Plain, console.t("console-inactive"))
    }
}

/// Returns the marks of a role as states.
fn mark_states(console: &Console<'_>, marks: &[RoleMark]) -> Vec<State> {
    let state = |mark: &RoleMark| {
        let (tone, key) = match mark {
            RoleMark::EveryPermission => (Tone::Warn, "console-role-all-permissions"),
            RoleMark::NoPermission => (Tone::Plain, "console-role-no-permissions"),
            RoleMark::NoHolder => (Tone::Plain, "console-role-no-holder"),
        };
        State::new(tone, console.t(key))
    };
    marks.iter().map(state).collect()
}

async fn list(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let cursor = Cursor::read(&console, &["q"])?;
    let (context, text) = (console.context(), cursor.filter("q"));
    let found = name_search::roles(&context, text, cursor.after(), LIMIT as u64).await;
    let found = Console::read(found)?;
    let columns = ["console-name", "console-description", "console-state"];
    let row = |found: &MarkedRole| {
        let role = &found.role;
        let mut states = vec![state(&console, role)];
        states.extend(mark_states(&console, &found.marks));
        vec![
            Value::Link(Link::new(routes::role(&role.name), role.name.clone())),
            Value::Name(role.description.clone()),
            Value::States(states),
        ]
    };
    let mut actions = Vec::new();
    if console.may_globally("roles:write") {
        let path = format!("{ROLES}/new");
        actions.push(Link::new(path, console.t("console-new-role")));
    }
    actions.extend(filter_bar::files(&console, &cursor, ROLES));
    let view = List {
        lead: console.t("console-roles-text"),
        notice: console.notice(&[DELETE.done])?,
        actions,
        search: Some(people::search(
            &console,
            ROLES,
            "console-find-role-name",
            text,
        )),
        table: filter_bar::named_table(
            &console,
            (&found, text),
            ["console-roles", "console-roles-count", "console-no-roles"],
            &columns,
            row,
        ),
        pager: cursor.pager(&console, found.next.as_deref()),
        ..console.list(Section::Roles, "console-roles")
    };
    Ok(page.html(StatusCode::OK, &view))
}

async fn show(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let name = parameter(console.page, "id");
    let found = name_search::role(&console.context(), &name).await;
    let MarkedRole { role, marks } = Console::read(found)?;
    let cursor = Cursor::read(&console, &[])?;
    let filter = AssignmentFilter {
        role: Some(role.name.clone()),
        ..AssignmentFilter::default()
    };
    let (holders, pager) = grants::table(&console, &cursor, &filter, false).await?;
    let permissions = match &role.permissions {
        none if none.is_empty() => Value::Text(console.t("console-none")),
        some => Value::Codes(some.iter().cloned().collect()),
    };
    let fact = |key, value| Fact::new(console.t(key), value);
    let may_change = console.may_globally("roles:write");
    let link = |below: &str, key| {
        let path = format!("{}/{below}", routes::role(&role.name));
        Link::new(path, console.t(key))
    };
    let may_give = console.may("roles:assign") && role.active;
    let give = may_give.then(|| link("give", "console-role-give-this"));
    let edit = may_change.then(|| link("edit", "console-edit"));
    let history = audit::filter::history(&console, &role.name);
    let delete = (may_change && role.name != ADMIN_ROLE).then(|| link("delete", DELETE.submit));
    let state = state(&console, &role);
    let mut facts = vec![
        fact("console-description", Value::Name(role.description)),
        fact("console-permissions", permissions),
    ];
    if !marks.is_empty() {
        let marks = Value::States(mark_states(&console, &marks));
        facts.push(fact("console-attention", marks));
    }
    let view = Detail {
        state: Some(state),
        notice: console.notice(&[CREATED, GIVEN, SAVED])?,
        facts,
        tables: vec![Table {
            caption: console.t("console-holders"),
            empty: console.t("console-no-holders"),
            ..holders
        }],
        pager,
        actions: give.into_iter().chain(edit).chain(history).collect(),
        risky: delete.into_iter().collect(),
        ..console.detail(
            Section::Roles,
            Link::new(ROLES, console.t("console-roles")),
            role.name,
        )
    };
    Ok(page.html(StatusCode::OK, &view))
}

/// Returns the numbers of the holders that a change of the role affects.
pub(crate) async fn holders(console: &Console<'_>, role: &Role) -> Result<Vec<Fact>, PageError> {
    affected::facts(console, Object::Role(&role.name), &RecordKind::ALL).await
}

fn deletion(role: &Role) -> Action {
    Action {
        section: Section::Roles,
        messages: DELETE,
        object: role.name.clone(),
        choice: None,
        reason: None,
        typed: Some(role.name.clone()),
        version: Some(version(role)),
        is_risky: true,
        back: routes::role(&role.name),
    }
}

async fn ask(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open_global(page, "roles:write").await?;
    let role = named(&console).await?;
    let console = console.require_fresh()?;
    let facts = holders(&console, &role).await?;
    Ok(deletion(&role).ask_with(&console, facts))
}

async fn delete(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let form = page.form(payload).await?;
    let console = Console::open_global_change(page, "roles:write").await?;
    let role = named(&console).await?;
    let facts = holders(&console, &role).await?;
    let question = match deletion(&role).check_with(&console, &form, &facts)? {
        Ok(question) => question,
        Err(again) => return Ok(again),
    };
    let deleted = roles::delete(&console.context_with_version(&form), &role.name).await;
    let deleted = console.change(deleted).await?;
    Ok(question.finish_with(&console, deleted, ROLES, facts))
}
