//! `/admin/groups` and `/admin/groups/{id}`: groups with their direct members, and what removes them.

pub(crate) mod forms;

use std::collections::BTreeMap;

use doorward_admin::{group_members, groups, name_search};
use doorward_domain::model::{Group, GroupId};
use doorward_store::repo::affected::{Object, RecordKind};
use doorward_store::repo::name_search::{NameOrder, UsedGroup};

use crate::audit::filter::history;
use crate::audit::latest;
use crate::people;
use doorward_console_ui::prelude::*;

pub(crate) const WRITE: Access = Access::Scoped("groups:write");
pub(crate) const CREATED: &str = "console-group-created";
pub(crate) const SAVED: &str = "console-saved";
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

pub(crate) async fn named(console: &Console<'_>) -> Result<Group, Stop> {
    let id = GroupId::parse(&parameter(console.page, "id")).ok_or(ErrorKind::NotFound)?;
    Ok(groups::get(&console.context(), id).await?)
}

fn organization(console: &Console<'_>, group: &Group) -> Value {
    console.code(group.org.as_deref())
}

const COLUMNS: &[Column<Group>] = &[
    Column::File("id", |_, group| json!(group.id.to_string())),
    Column::File("path", |_, group| json!(group.path)),
    Column::File("organization", |_, group| json!(group.org)),
    Column::File("description", |_, group| json!(group.description)),
    Column::File("code", |_, group| json!(group.code)),
    Column::File("manager_id", |_, group| {
        json!(group.manager.map(|id| id.to_string()))
    }),
    Column::File("created_at", |file, group| file.time(group.created_at)),
    Column::File("updated_at", |file, group| file.time(group.updated_at)),
];

const SHOWN: &[Column<UsedGroup>] = &[
    Column::Page("console-name", |_, UsedGroup { group, .. }| {
        Value::Link(Link::new(routes::group(group.id), group.path.clone()))
    }),
    Column::Page("console-code", |console, found| {
        console.code(found.group.code.as_deref())
    }),
    Column::Page("console-organization", |console, found| {
        organization(console, &found.group)
    }),
    Column::Page("console-manager", |console, found| {
        match (&found.manager, found.group.manager) {
            (Some(manager), _) => people::link(manager),
            (None, id) => console.code(id.map(|id| id.to_string())),
        }
    }),
    Column::Page("console-members", |console, found| {
        Value::Text(console.count(found.members))
    }),
    Column::Page("console-created", |_, found| {
        Value::Day(found.group.created_at)
    }),
];

const NEWEST: &str = "newest";
const SORTED: [Sorting; 2] = [
    ("console-name", "", list::ASCENDING),
    ("console-created", NEWEST, list::DESCENDING),
];

pub(crate) async fn list(console: &Console<'_>) -> Answer {
    let cursor = Cursor::read(console, &["q", list::SORT])?;
    let (context, text) = (console.context(), cursor.filter("q"));
    let (after, limit) = (cursor.after(), LIMIT as u64);
    let order = match cursor.filter(list::SORT) {
        NEWEST => NameOrder::Newest,
        _ => NameOrder::Name,
    };
    let found = name_search::used_groups(&context, (text, order), after, limit).await?;
    let mut actions = list::new_link(console, GROUPS, "console-new-group", console.has(WRITE));
    actions.extend(filter_bar::files(console, &cursor, GROUPS));
    let messages = [
        "console-groups",
        "console-groups-count",
        "console-no-groups",
    ];
    let table = list::named_table(console, (&found, text), messages, SHOWN);
    console.show(&List {
        lead: console.t("console-groups-text"),
        notice: console.notice(&[DELETE.done])?,
        actions,
        search: Some(Search {
            kept: list::kept(&cursor),
            ..list::search(console, GROUPS, "console-find-group", text)
        }),
        table: list::sortable(console, &cursor, GROUPS, &SORTED, table),
        pager: cursor.pager(console, found.next.as_deref()),
        ..console.list(Section::Groups, "console-groups")
    })
}

/// The groups in reach whose path has a prefix.
pub(crate) struct Groups(String);

impl FileList for Groups {
    type Row = Group;

    const SECTION: Section = Section::Groups;
    const ACCESS: Access = Access::Scoped("groups:read");
    const COLUMNS: &'static [Column<Group>] = COLUMNS;

    async fn open(console: &Console<'_>) -> Result<Self, Stop> {
        let cursor = Cursor::read(console, &["q"])?;
        Ok(Self(cursor.filter("q").to_owned()))
    }

    async fn read(&self, context: &AdminContext<'_>, after: Option<&str>) -> Rows<Group> {
        name_search::groups(context, &self.0, None, after, list_file::ROWS).await
    }
}

pub(crate) async fn show(console: &Console<'_>) -> Answer {
    let group = named(console).await?;
    let cursor = Cursor::read(console, &[])?;
    let after = cursor.after_id(UserId::parse)?;
    let mut members = group_members::list(&console.context(), &group, after, ROWS).await?;
    let pager = cursor.cut(console, &mut members, |(id, _)| id.to_string());
    let mut names = people::names_of(members.iter().filter_map(|(_, user)| user.as_ref()));
    let members: Vec<UserId> = members.into_iter().map(|(id, _)| id).collect();
    if let Some(manager) = group.manager.filter(|id| !names.contains_key(id)) {
        names.extend(names::of_users(console, [manager].into()).await?);
    }
    let may_change = console.has(WRITE);
    let home = routes::group(group.id);
    let delete = may_change.then(|| DELETE.risk(console, format!("{home}/delete")));
    let mut actions = Vec::new();
    if may_change {
        actions.extend([
            console.link(format!("{home}/members/add"), "console-member-add"),
            console.link(format!("{home}/edit"), "console-edit"),
        ]);
    }
    let id = group.id.to_string();
    actions.extend(history(console, &id));
    let mut tables = vec![table(console, &group, &members, &names)];
    tables.extend(latest::table(console, AuditKind::GroupChanged, &id).await?);
    console.show(&Detail {
        notice: console.notice(&[CREATED, SAVED, ADDED, REMOVE.done])?,
        facts: facts(console, &group, &names),
        tables,
        pager,
        actions,
        risky: delete.into_iter().collect(),
        elsewhere: also_as::of_object(console, &groups::operations::SHOW, ("id", id.as_str()))
            .await?,
        ..detail(console, &group, "")
    })
}

pub(crate) fn detail(console: &Console<'_>, group: &Group, below: &str) -> Detail {
    let pages = [("", "console-facts"), (ACCESS, "console-access")];
    let offered = pages.into_iter().filter(|_| console.may("roles:read"));
    Detail {
        pages: console.pages(&routes::group(group.id), below, offered),
        ..console.object(Section::Groups, group.path.as_str())
    }
}

fn facts(console: &Console<'_>, group: &Group, names: &BTreeMap<UserId, String>) -> Vec<Fact> {
    let manager = group.manager.map(|id| names::link(names, id));
    let manager = manager.unwrap_or_else(|| console.text("console-none"));
    let description = Value::Name(group.description.clone());
    vec![
        console.fact("console-id", Value::Copy(group.id.to_string())),
        console.fact("console-code", console.code(group.code.as_deref())),
        console.fact("console-organization", organization(console, group)),
        console.fact("console-manager", manager),
        console.fact("console-description", description),
        console.fact("console-created", Value::Moment(group.created_at)),
    ]
}

fn table(
    console: &Console<'_>,
    group: &Group,
    members: &[UserId],
    names: &BTreeMap<UserId, String>,
) -> Table {
    let remove = |id: &UserId| {
        let path = format!("{}/members/{id}/remove", routes::group(group.id));
        let name = names.get(id).cloned().unwrap_or_else(|| id.to_string());
        console.action(path, REMOVE.submit, &name)
    };
    console
        .table_of("console-members", members, "console-no-members")
        .column("console-name", |id| names::link(names, *id))
        .column_if(console.has(WRITE), "console-action", remove)
        .table()
}

pub(crate) async fn delete(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let group = named(console).await?;
    let (path, back) = (group.path.as_str(), routes::group(group.id));
    let object = Object::Group(group.id);
    let question = Question {
        typed: Some(group.path.clone()),
        version: Some(version(&group)),
        is_risky: true,
        facts: affected::facts(console, object, &RecordKind::ALL).await?,
        ..Question::new(Section::Groups, DELETE, path, back)
    };
    let question = question.ask(visit)?;
    let deleted = groups::delete(&visit.context(), group.id).await;
    if let Err(AdminError::Invalid { .. }) = &deleted {
        return Err(question.fail(visit, console.t("console-group-not-empty")));
    }
    question.finish_at(visit, deleted, GROUPS).await
}

pub(crate) async fn remove(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let group = named(console).await?;
    let id = visit.id("user", UserId::parse)?;
    let user = group_members::find(&console.context(), &group, id).await?;
    let name = people::name_or_id(user.as_ref(), id);
    let object = format!("{}: {name}", group.path);
    let question = Question::new(Section::Groups, REMOVE, object, routes::group(group.id));
    let question = question.ask(visit)?;
    let removed = group_members::remove(&visit.context(), group.id, id).await;
    question.finish(visit, removed).await
}
