//! `/admin/people/new` and `/admin/people/{id}/edit`: the forms of users.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::operator::{AdminContext, AdminError, version};
use doorward_admin::user_change::UserChange;
use doorward_admin::users::{self, NewUser};
use doorward_admin::{profile_fields, user_links};
use doorward_domain::model::{self, FieldInput, FieldValues, Profile, User, UsernameMode};
use doorward_domain::rules::profile_fields::text_of;
use doorward_http::page::{Page, PageError};
use doorward_http::page_support::text;
use doorward_protocol::params::Params;
use doorward_templates::console::{Choice, EntryField, EntryForm, FieldKind, Section};
use serde_json::{Map, Value, json};

use crate::console::Console;
use crate::people;
use crate::routes;
use crate::ui::also_as::{self, Change};
use crate::ui::entry;
use crate::ui::once::{self, Created};

/// The notice about a new user without a mailed link.
pub(crate) const CREATED: &str = "console-user-created";
/// The notice about a new user with a mailed link.
pub(crate) const INVITED: &str = "console-user-invited";
/// The notice about a changed user.
pub(crate) const SAVED: &str = "console-saved";
const WRITE: &str = "users:write";
const PATH: &str = "/admin/people/new";

/// The states of an e-mail address to choose from, with their messages.
const EMAIL_STATES: [(&str, &str); 2] = [("false", "email-unverified"), ("true", "email-verified")];

/// A field with an error, and its message.
type FieldError = (&'static str, &'static str);

/// Registers the pages.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(routes::form(PATH, ask_new, create))
        .service(routes::form("/admin/people/{id}/edit", ask_edit, edit));
}

/// The values of a user as typed or stored.
struct Values {
    username: String,
    email: String,
    email_verified: bool,
    given_name: String,
    family_name: String,
    profile_url: String,
    /// Lines with the names and values of custom fields.
    custom: String,
}

impl Values {
    fn typed(form: &Params) -> Result<Self, PageError> {
        let value = |name| Ok::<_, PageError>(text(form, name)?.trim().to_owned());
        Ok(Self {
            username: value("username")?,
            email: value("email")?,
            email_verified: text(form, "email_verified")? == "true",
            given_name: value("first_name")?,
            family_name: value("last_name")?,
            profile_url: value("profile_url")?,
            custom: value("fields")?,
        })
    }

    fn stored(user: &User, custom: &FieldValues) -> Self {
        let profile = &user.profile;
        Self {
            username: user.username.clone(),
            email: user.email.clone(),
            email_verified: user.email_verified,
            given_name: profile.given_name.clone().unwrap_or_default(),
            family_name: profile.family_name.clone().unwrap_or_default(),
            profile_url: profile.profile_url.clone().unwrap_or_default(),
            custom: lines(custom),
        }
    }

    /// Returns the members of the admin API whose values differ from the stored ones.
    fn changes(&self, stored: &Self) -> Map<String, Value> {
        let texts = [
            ("username", &self.username, &stored.username),
            ("email", &self.email, &stored.email),
            ("first_name", &self.given_name, &stored.given_name),
            ("last_name", &self.family_name, &stored.family_name),
            ("profile_url", &self.profile_url, &stored.profile_url),
        ];
        let changed = texts.into_iter().filter(|(_, new, old)| new != old);
        let mut body: Map<String, Value> = changed
            .map(|(name, new, _)| (name.to_owned(), json!(new)))
            .collect();
        if self.email_verified != stored.email_verified {
            body.insert("email_verified".to_owned(), json!(self.email_verified));
        }
        body
    }

    fn fields(&self, console: &Console<'_>) -> Vec<EntryField> {
        let mode = console.page.context.core.config.accounts.username;
        let username = EntryField {
            required: mode == UsernameMode::Required,
            ..entry::hinted(
                console,
                "username",
                "username",
                "username-hint",
                &self.username,
            )
        };
        let optional =
            |id: &'static str, key: &str, value: &str| entry::optional(console, id, key, value);
        let others = [
            entry::line(console, "email", "email", &self.email),
            self.email_state(console),
            optional("first_name", "profile-given-name", &self.given_name),
            optional("last_name", "profile-family-name", &self.family_name),
            optional("profile_url", "profile-url", &self.profile_url),
        ];
        let username = (mode != UsernameMode::None).then_some(username);
        let mut fields: Vec<EntryField> = username.into_iter().chain(others).collect();
        entry::mark_optional(console, &mut fields);
        fields
    }

    fn email_state(&self, console: &Console<'_>) -> EntryField {
        let choices = EMAIL_STATES.map(|(value, key)| Choice {
            value: value.to_owned(),
            text: console.t(key),
        });
        let value = self.email_verified.to_string();
        let kind = FieldKind::Select(choices.into());
        EntryField {
            hint: console.t("console-email-state-hint"),
            ..entry::field(
                console,
                "email_verified",
                "console-email-state",
                &value,
                kind,
            )
        }
    }
}

/// Returns the field that an error is about, with its message; `None` for other errors.
fn problem(error: &AdminError) -> Option<FieldError> {
    Some(match error {
        AdminError::Invalid { field, .. } => match *field {
            "username" => ("username", "username-invalid"),
            "email" => ("email", "email-invalid"),
            "first_name" => ("first_name", "console-user-name-invalid"),
            "last_name" => ("last_name", "console-user-name-invalid"),
            "profile_url" => ("profile_url", "profile-website-form"),
            _ => return None,
        },
        AdminError::Taken { kind: "user", .. } => ("username", "username-taken"),
        AdminError::Taken { .. } => ("email", "console-email-taken"),
        _ => return None,
    })
}

fn new_form(console: &Console<'_>, values: &Values) -> EntryForm {
    let (messages, back) = (["console-new-user", "console-create"], people::HOME);
    let fields = values.fields(console);
    EntryForm {
        lead: console.t("console-new-user-text"),
        once: Some(once::key(console)),
        ..entry::form(console, Section::People, messages, back.to_owned(), fields)
    }
}

async fn ask_new(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open_global(page, WRITE).await?;
    let console = console.require_fresh()?;
    let values = Values::typed(&Params::default())?;
    Ok(page.html(StatusCode::OK, &new_form(&console, &values)))
}

async fn create(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let form = page.form(payload).await?;
    let console = Console::open_global_change(page, WRITE).await?;
    let values = Values::typed(&form)?;
    let view = new_form(&console, &values);
    if also_as::is_requested(&form)? {
        return Ok(also_as::show(&console, view, &[]));
    }
    let present = |text: String| Some(text).filter(|text| !text.is_empty());
    let new = NewUser {
        username: values.username,
        email: values.email,
        email_verified: values.email_verified,
        password_hash: None,
        profile: Profile {
            given_name: present(values.given_name),
            family_name: present(values.family_name),
            profile_url: present(values.profile_url),
            ..Profile::default()
        },
        is_staff: false,
        roles: Vec::new(),
    };
    let created = once::create(&console, &form, async |context: AdminContext<'_>| {
        user_links::invite(&context, new).await
    });
    let created = Box::pin(created).await;
    if let Some((field, key)) = created.as_ref().err().and_then(problem) {
        return Ok(entry::reject(&console, view, field, key));
    }
    let (id, is_mailed) = match console.change(created).await? {
        Ok(Created::Now((user, is_mailed))) => (user.id.to_string(), is_mailed),
        Ok(Created::Before(stored)) => (stored.id, stored.secret.is_some()),
        Err(failure) => return Ok(entry::fail(&console, view, &[], failure)),
    };
    let done = if is_mailed { INVITED } else { CREATED };
    Ok(page.see_other(&format!("{}/{id}?done={done}", people::HOME)))
}

/// New values of custom fields, by name.
type CustomValues = BTreeMap<String, String>;

/// Returns the stored values of the custom fields, by name; empty without such fields.
async fn custom_fields(console: &Console<'_>, user: &User) -> Result<FieldValues, PageError> {
    let found = profile_fields::among(&console.context(), std::slice::from_ref(user)).await;
    Ok(Console::read(found)?.remove(&user.id).unwrap_or_default())
}

/// Returns these values as lines of the form.
fn lines(values: &FieldValues) -> String {
    let line = |(name, value): (&String, &Value)| format!("{name}={}", text_of(value));
    values.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Returns the values of these lines that differ from the stored ones; `None` if a line has no name.
fn custom_changes(typed: &str, stored: &FieldValues) -> Option<CustomValues> {
    let mut changes = CustomValues::new();
    for line in typed.lines().filter(|line| !line.trim().is_empty()) {
        let (name, value) = line.split_once('=')?;
        let (name, value) = (name.trim(), value.trim());
        if stored.get(name).map(text_of).as_deref() != Some(value) {
            changes.insert(name.to_owned(), value.to_owned());
        }
    }
    Some(changes)
}

/// Returns these values as members of the admin API, with the types of their fields.
async fn custom_members(console: &Console<'_>, changes: &CustomValues) -> Result<Value, PageError> {
    use model::FieldKind::{Boolean, Number};
    let all = Console::read(profile_fields::list(&console.context()).await)?;
    let member = |(name, text): (&String, &String)| {
        let field = all.iter().find(|field| field.name == *name);
        let value = match field.map(|field| &field.kind) {
            _ if text.is_empty() => Value::Null,
            Some(Boolean | Number) => serde_json::from_str(text).unwrap_or_else(|_| json!(text)),
            _ => json!(text),
        };
        (name.clone(), value)
    };
    Ok(changes.iter().map(member).collect())
}

/// Returns the change of these members and values.
fn change(body: &Map<String, Value>, custom: CustomValues) -> UserChange {
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    let input = |(name, value)| (name, FieldInput::Text(value));
    UserChange {
        username: text("username"),
        email: text("email"),
        email_verified: body.get("email_verified").and_then(Value::as_bool),
        given_name: text("first_name"),
        family_name: text("last_name"),
        profile_url: text("profile_url"),
        fields: custom.into_iter().map(input).collect(),
        ..UserChange::default()
    }
}

/// Returns the change for other interfaces. The command line can confirm the address and set custom
/// fields.
async fn texts(
    console: &Console<'_>,
    user: &User,
    mut body: Map<String, Value>,
    custom: &CustomValues,
) -> Result<Change, PageError> {
    let (id, mut commands) = (user.id.to_string(), Vec::new());
    if body.get("email_verified") == Some(&json!(true)) {
        commands.push(also_as::words(["doorward", "user", "verify-email", &id]));
    }
    if !custom.is_empty() {
        let mut words = also_as::words(["doorward", "profile-field", "set", &id]);
        words.extend(custom.iter().map(|(name, value)| format!("{name}={value}")));
        commands.push(words);
        body.insert("fields".to_owned(), custom_members(console, custom).await?);
    }
    Ok(Change {
        commands: (commands.len() == body.len()).then_some(commands),
        path: format!("users/{id}"),
        version: version(user),
        body,
    })
}

/// Returns the fields for a change; `with_custom` is true if there are custom fields.
fn edit_fields(console: &Console<'_>, values: &Values, with_custom: bool) -> Vec<EntryField> {
    let mut fields = values.fields(console);
    if let Some(email) = fields.iter_mut().find(|field| field.id == "email") {
        email.hint = console.t("console-email-change-hint");
    }
    if with_custom {
        fields.push(EntryField {
            hint: console.t("console-user-fields-hint"),
            kind: FieldKind::Lines,
            ..entry::optional(console, "fields", "console-user-fields", &values.custom)
        });
    }
    fields
}

fn edit_form(console: &Console<'_>, user: &User, values: &Values, with_custom: bool) -> EntryForm {
    let fields = edit_fields(console, values, with_custom);
    let (messages, back) = (["console-edit", "console-save"], people::path(user.id));
    EntryForm {
        object: user.display_name(),
        version: Some(version(user)),
        also: Some(also_as::in_form(console, &Change::default(), false)),
        ..entry::form(console, Section::People, messages, back, fields)
    }
}

async fn ask_edit(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open_global(page, WRITE).await?;
    let user = people::named(&console).await?;
    let console = console.require_fresh()?;
    let custom = custom_fields(&console, &user).await?;
    let values = Values::stored(&user, &custom);
    let view = edit_form(&console, &user, &values, !custom.is_empty());
    Ok(page.html(StatusCode::OK, &view))
}

async fn edit(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let form = page.form(payload).await?;
    let console = Console::open_global_change(page, WRITE).await?;
    let user = people::named(&console).await?;
    let custom = custom_fields(&console, &user).await?;
    let (mut values, stored) = (Values::typed(&form)?, Values::stored(&user, &custom));
    if page.context.core.config.accounts.username == UsernameMode::None {
        // The form has no field for it.
        values.username.clone_from(&stored.username);
    }
    let body = values.changes(&stored);
    let mut view = EntryForm {
        version: Some(text(&form, "version")?.to_owned()),
        ..edit_form(&console, &user, &values, !custom.is_empty())
    };
    let Some(changes) = custom_changes(&values.custom, &custom) else {
        let key = "console-user-fields-invalid";
        return Ok(entry::reject(&console, view, "fields", key));
    };
    if also_as::is_requested(&form)? {
        let texts = texts(&console, &user, body, &changes).await?;
        view.also = Some(also_as::in_form(&console, &texts, true));
        return Ok(page.html(StatusCode::OK, &view));
    }
    let (context, change) = (console.context_with_version(&form), change(&body, changes));
    let changed = users::update(&context, &user.id.to_string(), change).await;
    if let Some((field, key)) = changed.as_ref().err().and_then(problem) {
        return Ok(entry::reject(&console, view, field, key));
    }
    if let Err(AdminError::Invalid { field, problem, .. }) = &changed {
        let layout = &console.layout;
        let reason = layout.t_with("console-setting-invalid", "reason", problem);
        if let Some(entry) = view.fields.iter_mut().find(|entry| entry.id == *field) {
            entry.error = Some(reason);
        }
        return Ok(page.html(StatusCode::UNPROCESSABLE_ENTITY, &view));
    }
    Ok(match console.change(changed).await? {
        Ok(_) => page.see_other(&format!("{}?done={SAVED}", view.back)),
        Err(failure) => {
            // The form shows the stored values, so that it can be sent again.
            view.version = Some(version(&user));
            let stored = edit_fields(&console, &stored, !custom.is_empty());
            entry::fail(&console, view, &stored, failure)
        }
    })
}
