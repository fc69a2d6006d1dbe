//! `/admin/roles/new` and `/admin/roles/{id}/edit`: the forms of roles. A change of permissions or of
//! the state is reviewed first.

use doorward_admin::roles::operations::UPDATE;
use doorward_admin::roles::{self, RoleChange};
use doorward_domain::model::{Permission, Role};
use doorward_rules::reserved_id::is_reserved;
use doorward_templates::console::Choice;

use crate::roles::{CREATED, SAVED, holders, named, state};
use doorward_console_ui::prelude::*;

const NAME: Field = Field::line("name", "console-name").hint("console-role-name-hint");
const DESCRIPTION: Field = Field::line("description", "console-description").optional();
const PERMISSIONS: Field = Field::line(PICKED, "console-permissions").optional();
const PICKED: &str = "permissions";
const STATE: Field = Field::choice(
    "state",
    "console-state",
    &[(ACTIVE, "console-active"), (INACTIVE, "console-inactive")],
);
const ACTIVE: &str = "yes";
const INACTIVE: &str = "no";

fn stored_values(role: &Role) -> Params {
    let permissions: Vec<&str> = role.permissions.iter().map(String::as_str).collect();
    let state = if role.active { ACTIVE } else { INACTIVE };
    Params::from_pairs([
        ("description", role.description.as_str()),
        ("permissions", permissions.join("\n").as_str()),
        ("state", state),
    ])
}

/// Returns the fields of a table, and the one that picks permissions.
fn fields(
    console: &Console<'_>,
    table: &[Field],
    values: &Params,
    all: &[Permission],
) -> Result<Vec<EntryField>, Stop> {
    let mut fields = form::entries(console, table, values)?;
    let all = all.iter().cloned().map(|permission| Choice {
        value: permission.codename,
        text: permission.description,
    });
    let chosen = picker::names(values, PICKED).join("\n");
    let field = PERMISSIONS.entry(console, &chosen);
    fields.push(picker::entry(console, field, values, all.collect()));
    Ok(fields)
}

fn problem(error: &AdminError) -> Option<FieldError> {
    match error {
        AdminError::Invalid { field: "name", .. } => Some(("name", "console-role-name-invalid")),
        AdminError::Invalid {
            field: "permissions",
            ..
        } => Some(("permissions", "console-no-permission")),
        AdminError::Taken { .. } => Some(("name", "console-taken")),
        _ => None,
    }
}

pub(crate) async fn create(visit: &Visit<'_>) -> Answer {
    let (console, typed) = (&visit.console, &visit.form);
    picker::search(visit, &[PICKED])?;
    let messages = ["console-new-role", "console-create"];
    let query = console.page.query()?;
    let values = visit.values(&query);
    let all = roles::permissions(&console.context()).await?;
    let fields = fields(console, &[NAME, DESCRIPTION], values, &all)?;
    let view = form::view(console, Section::Roles, messages, ROLES, fields);
    let form = Form::open(visit, view)?;
    form.offer(&[])?;
    let name = text(typed, "name")?.trim();
    let description = text(typed, "description")?.trim();
    let context = console.context();
    let created = roles::create(&context, name, description, picker::names(typed, PICKED)).await;
    let problem = |error: &AdminError| match error {
        AdminError::Invalid { .. } if is_reserved(name) => Some(("name", "console-id-reserved")),
        error => problem(error),
    };
    let role = form.settle(created, problem).await?;
    Ok(console.see_done(&routes::role(&role.name), CREATED))
}

struct Edit {
    description: String,
    is_active: bool,
    permissions: Vec<String>,
    added: Vec<String>,
    removed: Vec<String>,
}

impl Edit {
    fn new(role: &Role, values: &Params) -> Result<Self, Stop> {
        let permissions = picker::names(values, PICKED);
        let chosen = permissions.iter();
        let added = chosen.filter(|name| !role.permissions.contains(*name));
        let held = role.permissions.iter();
        let removed = held.filter(|name| !permissions.contains(name));
        Ok(Self {
            description: text(values, "description")?.trim().to_owned(),
            is_active: text(values, "state")? != INACTIVE,
            added: added.cloned().collect(),
            removed: removed.cloned().collect(),
            permissions,
        })
    }

    fn concerns_power(&self, role: &Role) -> bool {
        self.changes_permissions() || self.is_active != role.active
    }

    fn changes_permissions(&self) -> bool {
        !self.added.is_empty() || !self.removed.is_empty()
    }

    fn change(&self) -> RoleChange {
        RoleChange {
            description: Some(self.description.clone()),
            active: Some(self.is_active),
            remove_permissions: self.removed.clone(),
            add_permissions: self.permissions.clone(),
            ..RoleChange::default()
        }
    }

    /// Returns the change for other interfaces.
    fn texts(&self, role: &Role) -> Change {
        let mut members = Map::new();
        members.insert("name".to_owned(), json!(role.name));
        let mut add = |name: &str, value, is_changed| {
            if is_changed {
                members.insert(name.to_owned(), value);
            }
        };
        let (added, removed) = (&self.added, &self.removed);
        add(
            "description",
            json!(self.description),
            self.description != role.description,
        );
        add("add_permissions", json!(added), !added.is_empty());
        add("remove_permissions", json!(removed), !removed.is_empty());
        add(
            "active",
            json!(self.is_active),
            self.is_active != role.active,
        );
        Change::of(&UPDATE, version(role), &members)
    }
}

fn differences(console: &Console<'_>, before: &Role, after: &Role) -> Vec<Vec<Value>> {
    let has = |role: &Role, name: &String| console.yes(role.permissions.contains(name));
    let row = |name: &String| {
        vec![
            Value::Code(name.clone()),
            has(before, name),
            has(after, name),
        ]
    };
    let changed = before.permissions.symmetric_difference(&after.permissions);
    let mut rows: Vec<_> = changed.map(row).collect();
    if before.active != after.active {
        let shown = |role| Value::States(vec![state(console, role)]);
        rows.push(vec![
            console.text("console-state"),
            shown(before),
            shown(after),
        ]);
    }
    rows
}

pub(crate) async fn edit(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let role = named(console).await?;
    picker::search(visit, &[PICKED])?;
    let (table, stored) = ([DESCRIPTION, STATE], stored_values(&role));
    let (query, now) = (console.page.query()?, visit.version(version(&role))?);
    let (values, seen) = match &visit.form {
        form if visit.is_typed() => (form, now.as_str()),
        _ if query.is_empty() => (&stored, now.as_str()),
        _ => (&query, text(&query, "version")?),
    };
    let all = roles::permissions(&console.context()).await?;
    let edit = Edit::new(&role, values)?;
    let is_open = also_as::is_requested(&visit.form)?;
    let home = routes::role(&role.name);
    let messages = ["console-edit", "console-save"];
    let shown = fields(console, &table, values, &all)?;
    let view = EntryForm {
        object: role.name.clone(),
        version: Some(seen.to_owned()),
        also: Some(also_as::in_form(console, &edit.texts(&role), is_open)),
        ..form::view(console, Section::Roles, messages, home.as_str(), shown)
    };
    let form = Form::open(visit, view)?;
    let form = form.with_stored(fields(console, &table, &stored, &all)?);
    let step = text(&visit.form, STEP)?;
    if is_open || step == "form" {
        return Err(form.show());
    }
    let (context, change) = (visit.context(), edit.change());
    if !edit.concerns_power(&role) || step == "save" {
        let changed = roles::update(&context, &role.name, change).await;
        form.settle(changed, problem).await?;
        return Ok(console.see_done(&home, SAVED));
    }
    let planned = roles::plan(&context, &role.name, change).await;
    let after = form.check(planned, problem).await?;
    // Shows what changes and for how many holders, and posts the fields again.
    let columns = ["console-field", "console-before", "console-after"];
    let rows = differences(console, &role, &after);
    let state = if edit.is_active { ACTIVE } else { INACTIVE };
    console.show(&Confirmation {
        object: role.name.clone(),
        text: console.t("console-role-review-text"),
        tables: vec![console.table("console-audit-change", &columns, rows, "console-none")],
        facts: holders(console, &role).await?,
        fields: vec![
            ("description", edit.description.clone()),
            (PICKED, edit.permissions.join("\n")),
            ("state", state.to_owned()),
            ("version", now),
        ],
        submit: console.t("console-save"),
        again: Some(console.t("console-change-again")),
        also: Some(also_as::texts(console, &edit.texts(&role))),
        ..console.confirmation(Section::Roles, "console-app-review", home)
    })
}
