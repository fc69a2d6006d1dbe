//! `/admin/groups` and `/admin/groups/{id}`: groups with their direct members, and what removes them.

mod file;
mod forms;

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::operator::{AdminError, version};
use doorward_admin::{groups, name_search};
use doorward_domain::model::{Group, GroupId, UserId};
use doorward_http::page::{Page, PageError};
use doorward_store::repo::affected::{Object, RecordKind};
use doorward_templates::ErrorKind;
use doorward_templates::console::{Detail, Fact, Link, List, Section, Table, Value};

use crate::audit;
use crate::console::Console;
use crate::people;
use crate::routes::{self, ACCESS, GROUPS, parameter};
use crate::ui::action::{Action, Messages};
use crate::ui::affected;
use crate::ui::cursor::{Cursor, LIMIT, ROWS};
use crate::ui::filter_bar;

/// The permission for changes of groups.
pub(crate) const WRITE: &str = "groups:write";
/// The notice about a new group.
pub(crate) const CREATED: &str = "console-group-created";
/// The notice about a changed group.
pub(crate) const SAVED: &str = "console-saved";
/// The notice about a new member.
pub(crate) const ADDED: &str = "console-member-added";

const DELETE: Messages = Messages {
    question: "console-group-delete-question",
    text: "console-group-delete-text",
    submit: "console-user-delete",
    done: "console-group-deleted",
};
const REMOVE: Messages = Messages {
    question: "console-group-member-remove-question",
    text: "console-group-member-remove-text",
    submit: "console-role-remove",
    done: "console-group-member-removed",
};

/// Registers the pages of the section.
pub(crate) fn configure(config: &mut ServiceConfig) {
    file::configure(config);
    forms::configure(config);
    config
        .service(routes::page(GROUPS, list))
        .service(routes::page("/admin/groups/{id}", show))
        .service(routes::form(
            "/admin/groups/{id}/delete",
            ask_delete,
            delete,
        ))
        .service(routes::form(
            "/admin/groups/{id}/members/{user}/remove",
            ask_remove,
            remove,
        ));
}

/// Returns the group that the path names.
pub(crate) async fn named(console: &Console<'_>) -> Result<Group, PageError> {
    let id = GroupId::parse(&parameter(console.page, "id")).ok_or(ErrorKind::NotFound)?;
    Console::read(groups::get(&console.context(), id).await)
}

fn organization(console: &Console<'_>, group: &Group) -> Value {
    match &group.org {
        Some(slug) => Value::Code(slug.clone()),
        None => Value::Text(console.t("console-none")),
    }
}

async fn list(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let cursor = Cursor::read(&console, &["q"])?;
    let (context, text) = (console.context(), cursor.filter("q"));
    let (after, limit) = (cursor.after(), LIMIT as u64);
    let found = name_search::groups(&context, text, None, after, limit).await;
    let found = Console::read(found)?;
    let columns = [
        "console-name",
        "console-organization",
        "console-description",
        "console-created",
    ];
    let row = |group: &Group| {
        vec![
            Value::Link(Link::new(routes::group(group.id), group.path.clone())),
            organization(&console, group),
            Value::Name(group.description.clone()),
            Value::Day(group.created_at),
        ]
    };
    let mut actions = Vec::new();
    if console.may(WRITE) {
        let path = format!("{GROUPS}/new");
        actions.push(Link::new(path, console.t("console-new-group")));
    }
    actions.extend(filter_bar::files(&console, &cursor, GROUPS));
    let view = List {
        lead: console.t("console-groups-text"),
        notice: console.notice(&[DELETE.done])?,
        actions,
        search: Some(people::search(&console, GROUPS, "console-find-group", text)),
        table: filter_bar::named_table(
            &console,
            (&found, text),
            [
                "console-groups",
                "console-groups-count",
                "console-no-groups",
            ],
            &columns,
            row,
        ),
        pager: cursor.pager(&console, found.next.as_deref()),
        ..console.list(Section::Groups, "console-groups")
    };
    Ok(page.html(StatusCode::OK, &view))
}

async fn show(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let group = named(&console).await?;
    let cursor = Cursor::read(&console, &[])?;
    let after = cursor.after_id(UserId::parse)?;
    let members = groups::members(&console.context(), &group, after, ROWS).await;
    let mut members = Console::read(members)?;
    let pager = cursor.cut(&console, &mut members, |(id, _)| id.to_string());
    let mut names = people::names_of(members.iter().filter_map(|(_, user)| user.as_ref()));
    let members: Vec<UserId> = members.into_iter().map(|(id, _)| id).collect();
    if let Some(manager) = group.manager.filter(|id| !names.contains_key(id)) {
        names.extend(people::names(&console, [manager].into()).await?);
    }
    let may_change = console.may(WRITE);
    let home = routes::group(group.id);
    let links = |offered: &[(&str, &str)]| {
        let offered = offered.iter().filter(|_| may_change);
        let link =
            |(below, key): &(&str, &str)| Link::new(format!("{home}/{below}"), console.t(key));
        offered.map(link).collect()
    };
    let mut actions: Vec<Link> = links(&[
        ("members/add", "console-member-add"),
        ("edit", "console-edit"),
    ]);
    actions.extend(audit::filter::history(&console, &group.id.to_string()));
    let view = Detail {
        notice: console.notice(&[CREATED, SAVED, ADDED, REMOVE.done])?,
        facts: facts(&console, &group, &names),
        tables: vec![table(&console, &group, &members, &names)],
        pager,
        actions,
        risky: links(&[("delete", DELETE.submit)]),
        ..detail(&console, &group, "")
    };
    Ok(page.html(StatusCode::OK, &view))
}

/// Returns the page of a group without its content. `below` names the current sub-page.
pub(crate) fn detail(console: &Console<'_>, group: &Group, below: &str) -> Detail {
    let home = routes::group(group.id);
    let pages = [("", "console-facts"), (ACCESS, "console-access")];
    let offered = pages.into_iter().filter(|_| console.may("roles:read"));
    let link = |(path, key): (&str, &str)| {
        let link = Link::new(format!("{home}{path}"), console.t(key));
        (link, path == below)
    };
    Detail {
        pages: offered.map(link).collect(),
        ..console.detail(
            Section::Groups,
            Link::new(GROUPS, console.t("console-groups")),
            group.path.clone(),
        )
    }
}

fn facts(console: &Console<'_>, group: &Group, names: &BTreeMap<UserId, String>) -> Vec<Fact> {
    let fact = |key, value| Fact::new(console.t(key), value);
    let manager = match group.manager {
        Some(id) => people::named_link(names, id),
        None => Value::Text(console.t("console-none")),
    };
    vec![
        fact("console-id", Value::Copy(group.id.to_string())),
        fact("console-organization", organization(console, group)),
        fact("console-manager", manager),
        fact(
            "console-description",
            Value::Name(group.description.clone()),
        ),
        fact("console-created", Value::Moment(group.created_at)),
    ]
}

fn table(
    console: &Console<'_>,
    group: &Group,
    members: &[UserId],
    names: &BTreeMap<UserId, String>,
) -> Table {
    let may_change = console.may(WRITE);
    let mut columns = vec![console.t("console-name")];
    if may_change {
        columns.push(console.t("console-action"));
    }
    let row = |id: &UserId| {
        let mut row = vec![people::named_link(names, *id)];
        if may_change {
            let text = console.t(REMOVE.submit);
            let label = format!("{text}: {}", name(names, *id));
            let path = format!("{}/members/{id}/remove", routes::group(group.id));
            row.push(Value::Action(Link::new(path, text), label));
        }
        row
    };
    Table {
        caption: console.t("console-members"),
        columns,
        rows: members.iter().map(row).collect(),
        empty: console.t("console-no-members"),
    }
}

fn name(names: &BTreeMap<UserId, String>, id: UserId) -> String {
    names.get(&id).cloned().unwrap_or_else(|| id.to_string())
}

fn deletion(group: &Group) -> Action {
    Action {
        section: Section::Groups,
        messages: DELETE,
        object: group.path.clone(),
        choice: None,
        reason: None,
        typed: Some(group.path.clone()),
        version: Some(version(group)),
        is_risky: true,
        back: routes::group(group.id),
    }
}

/// Returns the numbers of what the deletion ends.
async fn numbers(console: &Console<'_>, group: &Group) -> Result<Vec<Fact>, PageError> {
    affected::facts(console, Object::Group(group.id), &RecordKind::ALL).await
}

/// Returns the group that the path names, for a form of an administrator who may change it.
pub(crate) async fn open_form(page: &Page) -> Result<(Console<'_>, Group), PageError> {
    let console = Console::open_scoped(page, WRITE).await?;
    let group = named(&console).await?;
    Ok((console.require_fresh()?, group))
}

/// Returns the same for a change. A denial is recorded.
pub(crate) async fn open_for_change(page: &Page) -> Result<(Console<'_>, Group), PageError> {
    let console = Console::open_scoped_change(page, WRITE).await?;
    let group = named(&console).await?;
    Ok((console, group))
}

async fn ask_delete(page: &Page) -> Result<HttpResponse, PageError> {
    let (console, group) = open_form(page).await?;
    let facts = numbers(&console, &group).await?;
    Ok(deletion(&group).ask_with(&console, facts))
}

async fn delete(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let form = page.form(payload).await?;
    let (console, group) = open_for_change(page).await?;
    let facts = numbers(&console, &group).await?;
    let question = match deletion(&group).check_with(&console, &form, &facts)? {
        Ok(question) => question,
        Err(again) => return Ok(again),
    };
    let deleted = groups::delete(&console.context_with_version(&form), group.id).await;
    if let Err(AdminError::Invalid { .. }) = &deleted {
        let failure = console.t("console-group-not-empty");
        return Ok(question.fail_with(&console, failure, facts));
    }
    let deleted = console.change(deleted).await?;
    Ok(question.finish_with(&console, deleted, GROUPS, facts))
}

/// Returns the group and the member that the path names, with the question.
async fn removal(console: &Console<'_>) -> Result<(Group, UserId, Action), PageError> {
    let group = named(console).await?;
    let id = UserId::parse(&parameter(console.page, "user")).ok_or(ErrorKind::NotFound)?;
    let user = Console::read(groups::member(&console.context(), &group, id).await)?;
    let name = people::name_or_id(user.as_ref(), id);
    let action = Action {
        section: Section::Groups,
        messages: REMOVE,
        object: format!("{}: {name}", group.path),
        choice: None,
        reason: None,
        typed: None,
        version: None,
        is_risky: false,
        back: routes::group(group.id),
    };
    Ok((group, id, action))
}

async fn ask_remove(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open_scoped(page, WRITE).await?;
    let (.., question) = removal(&console).await?;
    let console = console.require_fresh()?;
    Ok(question.ask(&console))
}

async fn remove(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    page.form(payload).await?;
    let console = Console::open_scoped_change(page, WRITE).await?;
    let (group, user, question) = removal(&console).await?;
    let removed = groups::remove_member(&console.context(), group.id, user).await;
    let removed = console.change(removed).await?;
    Ok(question.finish(&console, removed, &routes::group(group.id)))
}
