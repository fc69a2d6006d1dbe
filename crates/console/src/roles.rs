//! `/admin/roles` and `/admin/roles/{id}`: roles with their permissions and holders.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::operator::version;
use doorward_admin::roles;
use doorward_domain::model::{ADMIN_ROLE, Role};
use doorward_http::page::{Page, PageError};
use doorward_store::repo::affected::{Object, RecordKind};
use doorward_store::repo::role_assignments::AssignmentFilter;
use doorward_templates::console::{Detail, Fact, Link, List, Section, State, Table, Tone, Value};

use crate::action::{Action, Messages};
use crate::affected;
use crate::audit_filter;
use crate::console::Console;
use crate::cursor::{Cursor, ROWS};
use crate::grants;
use crate::routes::{self, ROLES, parameter};

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

/// Registers the pages.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(routes::page(ROLES, list))
        .service(routes::page("/admin/roles/{id}", show))
        .service(routes::form("/admin/roles/{id}/delete", ask, delete));
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

async fn list(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let cursor = Cursor::read(&console, &[])?;
    let found = roles::page(&console.context(), cursor.after(), ROWS).await;
    let mut found = Console::read(found)?;
    let pager = cursor.cut(&console, &mut found, |role| role.name.clone());
    let columns = ["console-name", "console-description", "console-state"];
    let row = |role: &Role| {
        vec![
            Value::Link(Link::new(routes::role(&role.name), role.name.clone())),
            Value::Name(role.description.clone()),
            Value::States(vec![state(&console, role)]),
        ]
    };
    let mut actions = Vec::new();
    if console.may_globally("roles:write") {
        let path = format!("{ROLES}/new");
        actions.push(Link::new(path, console.t("console-new-role")));
    }
    let view = List {
        lead: console.t("console-roles-text"),
        notice: console.notice(&[DELETE.done])?,
        actions,
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
    let role = named(&console).await?;
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
    let give = may_give.then(|| link("give", "console-role-give"));
    let edit = may_change.then(|| link("edit", "console-edit"));
    let history = audit_filter::history(&console, &role.name);
    let delete = (may_change && role.name != ADMIN_ROLE).then(|| link("delete", DELETE.submit));
    let view = Detail {
        state: Some(state(&console, &role)),
        notice: console.notice(&[CREATED, GIVEN, SAVED])?,
        facts: vec![
            fact("console-description", Value::Name(role.description)),
            fact("console-permissions", permissions),
        ],
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
    let console = Console::open(page).await?;
    Console::read(console.context().require_global("roles:write"))?;
    let role = named(&console).await?;
    let console = console.require_fresh()?;
    let facts = holders(&console, &role).await?;
    Ok(deletion(&role).ask_with(&console, facts))
}

async fn delete(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let form = page.form(payload).await?;
    let console = Console::open_for_change(page).await?;
    console
        .require(console.context().require_global("roles:write"))
        .await?;
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
