//! `/admin/roles` and `/admin/roles/{id}`: roles with their permissions and holders.

pub(crate) mod access;
pub(crate) mod forms;
pub(crate) mod give;
pub(crate) mod grants;

use doorward_admin::role_marks::{MarkedRole, RoleMark};
use doorward_admin::{name_search, roles};
use doorward_domain::model::former_name::NameKind;
use doorward_domain::model::{ADMIN_ROLE, Role};
use doorward_store::repo::affected::{Object, RecordKind};
use doorward_store::repo::role_assignments::AssignmentFilter;

use crate::audit::filter::history;
use crate::audit::latest;
use crate::rename::{self, RENAME, RENAMED};
use doorward_console_ui::list_file::ROWS;
use doorward_console_ui::prelude::*;

pub(crate) const WRITE: Access = Access::Global("roles:write");
pub(crate) const ASSIGN: Access = Access::Scoped("roles:assign");
pub(crate) const CREATED: &str = "console-role-created";
pub(crate) const GIVEN: &str = "console-role-given";
pub(crate) const SAVED: &str = "console-saved";

const DELETE: Messages = Messages {
    question: "console-role-delete-question",
    text: "console-role-delete-text",
    submit: "console-user-delete",
    done: "console-role-deleted",
};

/// The organization of a new assignment, for an administrator of the whole deployment.
pub(crate) const ORGANIZATION: Field = Field::line("organization", "console-organization")
    .hint("console-role-organization-hint")
    .optional();

/// Returns the organization of a new assignment as typed; `None` for everywhere.
pub(crate) fn organization(form: &Params) -> Result<Option<String>, Stop> {
    let typed = text(form, "organization")?.trim();
    Ok((!typed.is_empty()).then(|| typed.to_owned()))
}

pub(crate) fn unknown_organization(error: &AdminError) -> Option<FieldError> {
    let is_unknown = matches!(error, AdminError::NotFound { kind, .. } if *kind == "organization");
    is_unknown.then_some(("organization", "console-no-organization"))
}

pub(crate) async fn named(console: &Console<'_>) -> Result<Role, Stop> {
    let name = parameter(console.page, "id");
    Ok(roles::get(&console.context(), &name).await?)
}

pub(crate) fn state(console: &Console<'_>, role: &Role) -> State {
    if role.active {
        console.state(Tone::Good, "console-active")
    } else {
        console.state(Tone::Plain, "console-inactive")
    }
}

fn mark_states(console: &Console<'_>, marks: &[RoleMark]) -> Vec<State> {
    let state = |mark: &RoleMark| match mark {
        RoleMark::EveryPermission => console.state(Tone::Warn, "console-role-all-permissions"),
        RoleMark::NoPermission => console.state(Tone::Plain, "console-role-no-permissions"),
        RoleMark::NoHolder => console.state(Tone::Plain, "console-role-no-holder"),
    };
    marks.iter().map(state).collect()
}

const COLUMNS: &[Column<MarkedRole>] = &[
    Column::Page("console-name", |_, found| link(&found.role.name)),
    Column::File("name", |_, found| json!(found.role.name)),
    Column::Page("console-description", |_, found| {
        Value::Name(found.role.description.clone())
    }),
    Column::File("description", |_, found| json!(found.role.description)),
    Column::Page("console-state", |console, found| {
        let mut states = vec![state(console, &found.role)];
        states.extend(mark_states(console, &found.marks));
        Value::States(states)
    }),
    Column::File("state", |_, found| {
        json!(if found.role.active {
            "active"
        } else {
            "inactive"
        })
    }),
    Column::File("permissions", |_, found| json!(found.role.permissions)),
];

const SORTED: [Sorting; 1] = [("console-name", "", list::ASCENDING)];

pub(crate) fn link(name: &str) -> Value {
    Value::Link(Link::new(routes::role(name), name))
}

pub(crate) async fn list(console: &Console<'_>) -> Answer {
    let cursor = Cursor::read(console, &["q"])?;
    let (context, text) = (console.context(), cursor.filter("q"));
    let found = name_search::roles(&context, text, cursor.after(), LIMIT as u64).await?;
    let mut actions = list::new_link(console, ROLES, "console-new-role", console.has(WRITE));
    actions.extend(console.feature_links(Section::Roles));
    actions.extend(filter_bar::files(console, &cursor, ROLES));
    let messages = ["console-roles", "console-roles-count", "console-no-roles"];
    let search = list::search(console, ROLES, "console-find-role-name", text);
    let table = list::named_table(console, (&found, text), messages, COLUMNS);
    console.show(&List {
        lead: console.t("console-roles-text"),
        notice: console.notice(&[DELETE.done])?,
        actions,
        search: Some(search),
        table: list::sortable(console, &cursor, ROLES, &SORTED, table),
        pager: cursor.pager(console, found.next.as_deref()),
        ..console.list(Section::Roles, "console-roles")
    })
}

pub(crate) struct Roles(String);

impl FileList for Roles {
    type Row = MarkedRole;

    const SECTION: Section = Section::Roles;
    const ACCESS: Access = Access::Scoped("roles:read");
    const COLUMNS: &'static [Column<MarkedRole>] = COLUMNS;

    async fn open(console: &Console<'_>) -> Result<Self, Stop> {
        let cursor = Cursor::read(console, &["q"])?;
        Ok(Self(cursor.filter("q").to_owned()))
    }

    async fn read(&self, context: &AdminContext<'_>, after: Option<&str>) -> Rows<MarkedRole> {
        name_search::roles(context, &self.0, after, ROWS).await
    }
}

pub(crate) async fn show(console: &Console<'_>) -> Answer {
    let name = parameter(console.page, "id");
    let MarkedRole { role, marks } = name_search::role(&console.context(), &name).await?;
    let cursor = Cursor::read(console, &[])?;
    let filter = AssignmentFilter {
        role: Some(role.name.clone()),
        ..AssignmentFilter::default()
    };
    let (holders, pager) = grants::table(console, &cursor, &filter, false).await?;
    let may_change = console.has(WRITE);
    let link = |below: &str, key| {
        let path = format!("{}/{below}", routes::role(&role.name));
        console.link(path, key)
    };
    let may_give = console.has(ASSIGN) && role.active;
    let give = may_give.then(|| link("give", "console-role-give-this"));
    let edit = may_change.then(|| link("edit", "console-edit"));
    let may_rename = console.has(Access::Admin) && role.name != ADMIN_ROLE;
    let rename = may_rename.then(|| link("rename", RENAME));
    let history = history(console, &role.name);
    let may_delete = may_change && role.name != ADMIN_ROLE;
    let delete = format!("{}/delete", routes::role(&role.name));
    let delete = may_delete.then(|| DELETE.risk(console, delete));
    let state = state(console, &role);
    let page = |name: &String| Link::new(routes::permission(name), name);
    let permissions = match console.codes(&role.permissions) {
        Value::Codes(names) if console.may_globally("roles:read") => {
            Value::Links(names.iter().map(page).collect())
        }
        names => names,
    };
    let mut facts = vec![
        console.fact("console-description", Value::Name(role.description)),
        console.fact("console-permissions", permissions),
    ];
    facts.extend(rename::former_names(console, NameKind::Role, &role.name).await?);
    if !marks.is_empty() {
        let marks = Value::States(mark_states(console, &marks));
        facts.push(console.fact("console-attention", marks));
    }
    let mut tables = vec![Table {
        caption: console.t("console-holders"),
        empty: console.t("console-no-holders"),
        ..holders
    }];
    tables.extend(latest::table(console, AuditKind::RoleChanged, &role.name).await?);
    console.show(&Detail {
        state: Some(state),
        notice: console.notice(&[CREATED, GIVEN, SAVED, RENAMED])?,
        facts,
        tables,
        pager,
        actions: [give, edit, rename, history]
            .into_iter()
            .flatten()
            .collect(),
        risky: delete.into_iter().collect(),
        elsewhere: also_as::of_object(
            console,
            &roles::operations::SHOW,
            ("name", role.name.as_str()),
        )
        .await?,
        ..console.object(Section::Roles, role.name)
    })
}

pub(crate) async fn holders(console: &Console<'_>, role: &Role) -> Result<Vec<Fact>, Stop> {
    affected::facts(console, Object::Role(&role.name), &RecordKind::ALL).await
}

pub(crate) async fn delete(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let role = named(console).await?;
    let (name, back) = (role.name.as_str(), routes::role(&role.name));
    let question = Question {
        typed: Some(role.name.clone()),
        version: Some(version(&role)),
        is_risky: true,
        facts: holders(console, &role).await?,
        ..Question::new(Section::Roles, DELETE, name, back)
    };
    let question = question.ask(visit)?;
    let deleted = roles::delete(&visit.context(), name).await;
    question.finish_at(visit, deleted, ROLES).await
}
