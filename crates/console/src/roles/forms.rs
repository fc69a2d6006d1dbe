//! `/admin/roles/new` and `/admin/roles/{id}/edit`: the forms of roles. A change of permissions or of
//! the state is reviewed first.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::operator::{AdminError, version};
use doorward_admin::roles::{self, RoleChange};
use doorward_domain::model::Role;
use doorward_domain::rules::reserved_id::is_reserved;
use doorward_http::page::{Page, PageError};
use doorward_http::page_support::text;
use doorward_protocol::params::Params;
use doorward_templates::console::{
    Choice, Confirmation, EntryField, EntryForm, FieldKind, Section, Value,
};
use serde_json::{Map, json};

use crate::console::Console;
use crate::roles::{CREATED, SAVED, holders, named, state};
use crate::routes::{self, ROLES, encode};
use crate::ui::also_as::{self, Change, STEP};
use crate::ui::entry;

/// The values of the field for the state, with their messages.
const STATES: [(&str, &str); 2] = [("yes", "console-active"), ("no", "console-inactive")];

/// Registers the pages.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(routes::form("/admin/roles/new", ask_new, create))
        .service(routes::form("/admin/roles/{id}/edit", ask_edit, edit));
}

/// The values of a role as typed or stored.
struct Values {
    description: String,
    permissions: String,
    state: &'static str,
}

impl Values {
    fn typed(form: &Params) -> Result<Self, PageError> {
        let is_inactive = text(form, "state")? == STATES[1].0;
        Ok(Self {
            description: text(form, "description")?.trim().to_owned(),
            permissions: text(form, "permissions")?.to_owned(),
            state: STATES[usize::from(is_inactive)].0,
        })
    }

    fn stored(role: &Role) -> Self {
        let permissions = role.permissions.iter().map(String::as_str);
        Self {
            description: role.description.clone(),
            permissions: permissions.collect::<Vec<_>>().join("\n"),
            state: STATES[usize::from(!role.active)].0,
        }
    }

    /// Returns the permissions, of which there is one on each line.
    fn permissions(&self) -> Vec<String> {
        let names = self.permissions.split_whitespace();
        names.map(str::to_owned).collect()
    }

    fn fields(&self, console: &Console<'_>) -> Vec<EntryField> {
        let (label, lines) = ("console-permissions", FieldKind::Lines);
        let permissions = entry::field(console, "permissions", label, &self.permissions, lines);
        let label = "console-description";
        vec![
            entry::optional(console, "description", label, &self.description),
            EntryField {
                hint: console.t("console-permissions-hint"),
                required: false,
                ..permissions
            },
        ]
    }
}

/// Returns the field that an error is about, with its message; `None` for other errors.
fn problem(error: &AdminError) -> Option<(&'static str, &'static str)> {
    match error {
        AdminError::Invalid { field: "name", .. } => Some(("name", "console-role-name-invalid")),
        AdminError::Invalid {
            field: "permission",
            ..
        } => Some(("permissions", "console-no-permission")),
        AdminError::Taken { .. } => Some(("name", "console-taken")),
        _ => None,
    }
}

fn new_form(console: &Console<'_>, name: &str, values: &Values) -> EntryForm {
    let name = EntryField {
        hint: console.t("console-role-name-hint"),
        ..entry::field(console, "name", "console-name", name, FieldKind::Line)
    };
    let mut fields = vec![name];
    fields.extend(values.fields(console));
    let messages = ["console-new-role", "console-create"];
    entry::form(console, Section::Roles, messages, ROLES.to_owned(), fields)
}

async fn ask_new(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open_global(page, "roles:write").await?;
    let console = console.require_fresh()?;
    let values = Values::typed(&Params::default())?;
    Ok(page.html(StatusCode::OK, &new_form(&console, "", &values)))
}

async fn create(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let form = page.form(payload).await?;
    let console = Console::open_for_change(page).await?;
    let values = Values::typed(&form)?;
    let name = text(&form, "name")?.trim();
    let view = new_form(&console, name, &values);
    if also_as::is_requested(&form)? {
        console
            .require(console.context().require_global("roles:write"))
            .await?;
        return Ok(also_as::show(&console, view, &[]));
    }
    let (context, permissions) = (console.context(), values.permissions());
    let created = roles::create(&context, name, &values.description, permissions).await;
    if is_reserved(name) && matches!(created, Err(AdminError::Invalid { .. })) {
        return Ok(entry::reject(&console, view, "name", "console-id-reserved"));
    }
    if let Some((field, message)) = created.as_ref().err().and_then(problem) {
        return Ok(entry::reject(&console, view, field, message));
    }
    match console.change(created).await? {
        Ok(role) => Ok(page.see_other(&format!("{}?done={CREATED}", routes::role(&role.name)))),
        Err(failure) => Ok(entry::fail(&console, view, &[], failure)),
    }
}

fn edit_fields(console: &Console<'_>, values: &Values) -> Vec<EntryField> {
    let states = STATES.map(|(value, key)| Choice {
        value: value.to_owned(),
        text: console.t(key),
    });
    let states = FieldKind::Select(states.into());
    let mut fields = values.fields(console);
    let state = entry::field(console, "state", "console-state", values.state, states);
    fields.push(state);
    fields
}

/// Returns the change for other interfaces. The command line cannot activate a role.
fn change(role: &Role, values: &Values) -> Change {
    let (stored, chosen) = (Values::stored(role), values.permissions());
    let mut words = also_as::words(["doorward", "role", "update"]);
    let mut body = Map::new();
    if values.description != stored.description {
        words.push(format!("--description={}", values.description));
        body.insert("description".to_owned(), json!(values.description));
    }
    let added = chosen
        .iter()
        .filter(|name| !role.permissions.contains(*name));
    let added: Vec<String> = added
        .map(|name| format!("--add-permission={name}"))
        .collect();
    let removed = role
        .permissions
        .iter()
        .filter(|name| !chosen.contains(name));
    let removed: Vec<String> = removed
        .map(|name| format!("--remove-permission={name}"))
        .collect();
    if !added.is_empty() || !removed.is_empty() {
        words.extend(added.into_iter().chain(removed));
        body.insert("permissions".to_owned(), json!(chosen));
    }
    if values.state != stored.state {
        body.insert("active".to_owned(), json!(values.state == STATES[0].0));
    }
    words.push(role.name.clone());
    Change {
        commands: (values.state == stored.state).then(|| vec![words]),
        path: format!("roles/{}", encode(&role.name)),
        version: version(role),
        body,
    }
}

fn edit_form(console: &Console<'_>, role: &Role, values: &Values, is_open: bool) -> EntryForm {
    let messages = ["console-edit", "console-save"];
    let fields = edit_fields(console, values);
    EntryForm {
        object: role.name.clone(),
        version: Some(version(role)),
        also: Some(also_as::in_form(console, &change(role, values), is_open)),
        ..entry::form(
            console,
            Section::Roles,
            messages,
            routes::role(&role.name),
            fields,
        )
    }
}

/// Returns a row for each permission that differs, and one for the state.
fn differences(console: &Console<'_>, before: &Role, after: &Role) -> Vec<Vec<Value>> {
    let has = |role: &Role, name: &String| {
        let is_held = role.permissions.contains(name);
        Value::Text(console.t(if is_held { "console-yes" } else { "console-no" }))
    };
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
        let label = Value::Text(console.t("console-state"));
        rows.push(vec![label, shown(before), shown(after)]);
    }
    rows
}

/// Shows what changes and for how many holders, and posts the fields again.
async fn review(
    console: &Console<'_>,
    role: &Role,
    after: &Role,
    values: Values,
) -> Result<HttpResponse, PageError> {
    let also = also_as::texts(console, &change(role, &values));
    let columns = ["console-field", "console-before", "console-after"];
    let rows = differences(console, role, after);
    let view = Confirmation {
        object: role.name.clone(),
        text: console.t("console-role-review-text"),
        tables: vec![console.table("console-audit-change", &columns, rows, "console-none")],
        facts: holders(console, role).await?,
        fields: vec![
            ("description", values.description),
            ("permissions", values.permissions),
            ("state", values.state.to_owned()),
            ("version", version(role)),
        ],
        submit: console.t("console-save"),
        again: Some(console.t("console-change-again")),
        also: Some(also),
        ..console.confirmation(
            Section::Roles,
            "console-app-review",
            routes::role(&role.name),
        )
    };
    Ok(console.page.html(StatusCode::OK, &view))
}

async fn ask_edit(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open_global(page, "roles:write").await?;
    let role = named(&console).await?;
    let console = console.require_fresh()?;
    let view = edit_form(&console, &role, &Values::stored(&role), false);
    Ok(page.html(StatusCode::OK, &view))
}

async fn edit(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let form = page.form(payload).await?;
    let console = Console::open_for_change(page).await?;
    let role = named(&console).await?;
    let values = Values::typed(&form)?;
    let is_open = also_as::is_requested(&form)?;
    let view = edit_form(&console, &role, &values, is_open);
    let step = text(&form, STEP)?;
    if is_open || step == "form" {
        console
            .require(console.context().require_global("roles:write"))
            .await?;
        return Ok(page.html(StatusCode::OK, &view));
    }
    let chosen = values.permissions();
    let removed = role
        .permissions
        .iter()
        .filter(|name| !chosen.contains(name));
    let removed: Vec<String> = removed.cloned().collect();
    let is_active = values.state == STATES[0].0;
    let adds = chosen.iter().any(|name| !role.permissions.contains(name));
    let concerns_power = adds || !removed.is_empty() || is_active != role.active;
    let is_review = concerns_power && step != "save";
    let change = RoleChange {
        description: Some(values.description.clone()),
        active: Some(is_active),
        permissions: None,
        removed,
        added: chosen,
    };
    let context = console.context_with_version(&form);
    let changed = if is_review {
        roles::plan(&context, &role.name, change).await
    } else {
        roles::update(&context, &role.name, change).await
    };
    if let Some((field, message)) = changed.as_ref().err().and_then(problem) {
        return Ok(entry::reject(&console, view, field, message));
    }
    match console.change(changed).await? {
        Ok(after) if is_review => review(&console, &role, &after, values).await,
        Ok(role) => Ok(page.see_other(&format!("{}?done={SAVED}", routes::role(&role.name)))),
        Err(failure) => {
            let stored = edit_fields(&console, &Values::stored(&role));
            Ok(entry::fail(&console, view, &stored, failure))
        }
    }
}
