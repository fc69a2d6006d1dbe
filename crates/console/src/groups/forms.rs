//! `/admin/groups/new`, `/admin/groups/{id}/edit` and `/admin/groups/{id}/members/add`: the forms of
//! groups.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::groups::{self, GroupChange, NewGroup};
use doorward_admin::operator::{AdminError, version};
use doorward_admin::users;
use doorward_domain::model::{Group, GroupId, UserId};
use doorward_http::page::{Page, PageError};
use doorward_http::page_support::text;
use doorward_protocol::params::Params;
use doorward_templates::console::{EntryField, EntryForm, FieldKind, Section};
use serde_json::{Map, json};

use crate::console::Console;
use crate::groups::{ADDED, CREATED, SAVED, WRITE, open_for_change, open_form};
use crate::people;
use crate::routes::{self, GROUPS};
use crate::ui::also_as::{self, Change};
use crate::ui::entry;

/// A field with an error, and its message.
type FieldError = (&'static str, &'static str);

/// Registers the pages.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(routes::form("/admin/groups/new", ask_new, create))
        .service(routes::form("/admin/groups/{id}/edit", ask_edit, edit))
        .service(routes::form(
            "/admin/groups/{id}/members/add",
            ask_member,
            add_member,
        ));
}

/// The values of a group as typed or stored.
struct Values {
    path: String,
    org: Option<String>,
    description: String,
    manager: String,
}

impl Values {
    fn typed(form: &Params) -> Result<Self, PageError> {
        let value = |name| Ok::<_, PageError>(text(form, name)?.trim().to_owned());
        Ok(Self {
            path: ["", text(form, "path")?.trim().trim_matches('/')].join("/"),
            org: Some(value("organization")?).filter(|org| !org.is_empty()),
            description: value("description")?,
            manager: value("manager")?,
        })
    }

    async fn stored(console: &Console<'_>, group: &Group) -> Result<Self, PageError> {
        let manager = match group.manager {
            Some(id) => manager(console, id).await?,
            None => String::new(),
        };
        Ok(Self {
            path: group.path.clone(),
            org: group.org.clone(),
            description: group.description.clone(),
            manager,
        })
    }

    fn fields(&self, console: &Console<'_>) -> Vec<EntryField> {
        vec![
            EntryField {
                hint: console.t("console-path-hint"),
                ..entry::field(console, "path", "console-path", &self.path, FieldKind::Line)
            },
            entry::optional(
                console,
                "description",
                "console-description",
                &self.description,
            ),
            EntryField {
                hint: console.t("console-find-user"),
                ..entry::optional(console, "manager", "console-manager", &self.manager)
            },
        ]
    }

    /// Returns the parent group and the name that the path names.
    async fn place(
        &self,
        console: &Console<'_>,
    ) -> Result<Result<(Option<GroupId>, String), FieldError>, PageError> {
        let (above, name) = self.path.rsplit_once('/').unwrap_or_default();
        if above.is_empty() {
            return Ok(Ok((None, name.to_owned())));
        }
        let org = self.org.as_deref().or(console.org());
        match groups::get_named(&console.context(), above, org).await {
            Err(AdminError::NotFound { .. }) => Ok(Err(("path", "console-no-group-above"))),
            found => Ok(Ok((Some(Console::read(found)?.id), name.to_owned()))),
        }
    }

    /// Returns the user whom the field for the manager names.
    async fn manager(
        &self,
        console: &Console<'_>,
    ) -> Result<Result<Option<UserId>, FieldError>, PageError> {
        if self.manager.is_empty() {
            return Ok(Ok(None));
        }
        let found = people::find(console, &self.manager).await?;
        Ok(found.map(Some).ok_or(("manager", "console-no-user")))
    }
}

/// Returns a user name or e-mail address of the manager; the id without the permission to read it.
async fn manager(console: &Console<'_>, id: UserId) -> Result<String, PageError> {
    match users::read(&console.context(), &id.to_string()).await {
        Err(AdminError::Denied(_) | AdminError::NotFound { .. }) => Ok(id.to_string()),
        found => Ok(Console::read(found)?.login_identifier().to_owned()),
    }
}

/// Returns the field that an error is about, with its message; `None` for other errors.
fn problem(error: &AdminError) -> Option<FieldError> {
    match error {
        AdminError::Invalid { field, .. } => match *field {
            "name" => Some(("path", "console-path-invalid")),
            "parent" => Some(("path", "console-invalid")),
            "description" => Some(("description", "console-description-invalid")),
            _ => None,
        },
        AdminError::NotFound { kind, .. } => match *kind {
            "organization" => Some(("organization", "console-no-organization")),
            "user" => Some(("manager", "console-no-user")),
            _ => None,
        },
        AdminError::Taken { .. } => Some(("path", "console-taken")),
        _ => None,
    }
}

fn new_form(console: &Console<'_>, values: &Values) -> EntryForm {
    let mut fields = values.fields(console);
    if console.org().is_none() {
        let org = values.org.as_deref().unwrap_or_default();
        let org = EntryField {
            hint: console.t("console-group-organization-hint"),
            ..entry::optional(console, "organization", "console-organization", org)
        };
        fields.insert(1, org);
    }
    entry::mark_optional(console, &mut fields);
    let messages = ["console-new-group", "console-create"];
    entry::form(
        console,
        Section::Groups,
        messages,
        GROUPS.to_owned(),
        fields,
    )
}

async fn ask_new(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open_scoped(page, WRITE).await?;
    let console = console.require_fresh()?;
    let values = Values {
        path: String::new(),
        org: None,
        description: String::new(),
        manager: String::new(),
    };
    Ok(page.html(StatusCode::OK, &new_form(&console, &values)))
}

async fn create(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let form = page.form(payload).await?;
    let console = Console::open_scoped_change(page, WRITE).await?;
    let values = Values::typed(&form)?;
    let view = new_form(&console, &values);
    let reject = |view, (field, message)| Ok(entry::reject(&console, view, field, message));
    let (parent, name) = match values.place(&console).await? {
        Ok(place) => place,
        Err(error) => return reject(view, error),
    };
    let manager = match values.manager(&console).await? {
        Ok(manager) => manager,
        Err(error) => return reject(view, error),
    };
    if also_as::is_requested(&form)? {
        let ids = [
            parent.map(|id| id.to_string()),
            manager.map(|id| id.to_string()),
        ];
        let [parent, manager] = ids.map(Option::unwrap_or_default);
        let others = [("name", name), ("parent", parent), ("manager_id", manager)];
        return Ok(also_as::show(&console, view, &others));
    }
    let new = NewGroup {
        name,
        parent,
        org: values.org,
        description: values.description,
        code: None,
        manager,
    };
    let created = groups::create(&console.context(), new).await;
    if let Some(error) = created.as_ref().err().and_then(problem) {
        return reject(view, error);
    }
    match console.change(created).await? {
        Ok(group) => Ok(page.see_other(&format!("{}?done={CREATED}", routes::group(group.id)))),
        Err(failure) => Ok(entry::fail(&console, view, &[], failure)),
    }
}

/// Returns the change for other interfaces.
fn texts(group: &Group, values: &Values, stored: &Values, change: &GroupChange) -> Change {
    let (mut commands, mut body) = (Vec::new(), Map::new());
    let id = group.id.to_string();
    let mut command = |verb: &str, option: Option<String>| {
        let mut words = also_as::words(["doorward", "group", verb]);
        words.extend(option);
        words.push(id.clone());
        commands.push(words);
    };
    if values.description != stored.description {
        command(
            "update",
            Some(format!("--description={}", values.description)),
        );
        body.insert("description".to_owned(), json!(values.description));
    }
    if let Some(manager) = change.manager {
        command("set-manager", manager.map(|id| format!("--user={id}")));
        body.insert(
            "manager".to_owned(),
            json!(manager.map(|id| id.to_string())),
        );
    }
    if let Some(parent) = change.parent {
        command("move", Some(format!("--to={}", values.path)));
        body.insert("parent".to_owned(), json!(parent.map(|id| id.to_string())));
        body.insert("name".to_owned(), json!(change.name));
    }
    Change {
        commands: Some(commands),
        path: format!("groups/{id}"),
        version: version(group),
        body,
    }
}

fn edit_form(console: &Console<'_>, group: &Group, values: &Values) -> EntryForm {
    let fields = values.fields(console);
    let messages = ["console-edit", "console-save"];
    EntryForm {
        object: group.path.clone(),
        version: Some(version(group)),
        also: Some(also_as::in_form(console, &Change::default(), false)),
        ..entry::form(
            console,
            Section::Groups,
            messages,
            routes::group(group.id),
            fields,
        )
    }
}

async fn ask_edit(page: &Page) -> Result<HttpResponse, PageError> {
    let (console, group) = open_form(page).await?;
    let values = Values::stored(&console, &group).await?;
    Ok(page.html(StatusCode::OK, &edit_form(&console, &group, &values)))
}

async fn edit(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let form = page.form(payload).await?;
    let (console, group) = open_for_change(page).await?;
    let stored = Values::stored(&console, &group).await?;
    let values = Values {
        org: group.org.clone(),
        ..Values::typed(&form)?
    };
    let view = edit_form(&console, &group, &values);
    let reject = |view, (field, message)| Ok(entry::reject(&console, view, field, message));
    let mut change = GroupChange {
        description: Some(values.description.clone()),
        ..GroupChange::default()
    };
    if values.path != stored.path {
        match values.place(&console).await? {
            Ok((parent, name)) => (change.parent, change.name) = (Some(parent), Some(name)),
            Err(error) => return reject(view, error),
        }
    }
    if values.manager != stored.manager {
        match values.manager(&console).await? {
            Ok(manager) => change.manager = Some(manager),
            Err(error) => return reject(view, error),
        }
    }
    if also_as::is_requested(&form)? {
        let texts = texts(&group, &values, &stored, &change);
        let also = Some(also_as::in_form(&console, &texts, true));
        return Ok(page.html(StatusCode::OK, &EntryForm { also, ..view }));
    }
    let context = console.context_with_version(&form);
    let changed = groups::update(&context, group.id, change).await;
    if let Some(error) = changed.as_ref().err().and_then(problem) {
        return reject(view, error);
    }
    match console.change(changed).await? {
        Ok(_) => Ok(page.see_other(&format!("{}?done={SAVED}", routes::group(group.id)))),
        Err(failure) => {
            let stored = stored.fields(&console);
            Ok(entry::fail(&console, view, &stored, failure))
        }
    }
}

fn member_form(console: &Console<'_>, group: &Group, user: &str) -> EntryForm {
    let messages = ["console-member-add", "console-member-add"];
    let user = entry::field(console, "user", "console-find-user", user, FieldKind::Line);
    EntryForm {
        object: group.path.clone(),
        ..entry::form(
            console,
            Section::Groups,
            messages,
            routes::group(group.id),
            vec![user],
        )
    }
}

async fn ask_member(page: &Page) -> Result<HttpResponse, PageError> {
    let (console, group) = open_form(page).await?;
    Ok(page.html(StatusCode::OK, &member_form(&console, &group, "")))
}

async fn add_member(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let form = page.form(payload).await?;
    let (console, group) = open_for_change(page).await?;
    let typed = text(&form, "user")?.trim();
    let view = member_form(&console, &group, typed);
    let Some(user) = people::find(&console, typed).await? else {
        return Ok(entry::reject(&console, view, "user", "console-no-user"));
    };
    if also_as::is_requested(&form)? {
        let others = [("user_id", user.to_string())];
        return Ok(also_as::show(&console, view, &others));
    }
    let added = groups::add_member(&console.context(), group.id, user).await;
    if let Err(AdminError::NotFound { kind: "user", .. }) = &added {
        return Ok(entry::reject(&console, view, "user", "console-no-user"));
    }
    match console.change(added).await? {
        Ok(()) => Ok(page.see_other(&format!("{}?done={ADDED}", routes::group(group.id)))),
        Err(failure) => Ok(entry::fail(&console, view, &[], failure)),
    }
}
