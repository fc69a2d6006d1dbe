//! `/admin/people/new` and `/admin/people/{id}/edit`: the forms of users.

use std::collections::BTreeMap;

use doorward_admin::user_change::UserChange;
use doorward_admin::users::operations::changes::UPDATE;
use doorward_admin::users::{self, NewUser};
use doorward_admin::{profile_fields, user_links};
use doorward_domain::model::{self, FieldInput, FieldValues, Profile, UsernameMode};
use doorward_rules::profile_fields::text_of;
use serde_json::Value;

use crate::people;
use doorward_console_ui::prelude::*;

pub(crate) const CREATED: &str = "console-user-created";
pub(crate) const INVITED: &str = "console-user-invited";
pub(crate) const SAVED: &str = "console-saved";
pub(crate) const WRITE: Access = Access::Global("users:write");

const TEXTS: [&str; 5] = [
    "username",
    "email",
    "first_name",
    "last_name",
    "profile_url",
];

const USERNAME: Field = Field::line("username", "username").hint("username-hint");

/// The other fields.
const FIELDS: [Field; 5] = [
    Field::line("email", "email"),
    Field::choice(
        "email_verified",
        "console-email-state",
        &[("false", "email-unverified"), ("true", "email-verified")],
    )
    .default("false")
    .hint("console-email-state-hint"),
    Field::line("first_name", "profile-given-name").optional(),
    Field::line("last_name", "profile-family-name").optional(),
    Field::line("profile_url", "profile-url").optional(),
];

const CUSTOM: Field = Field::lines("fields", "console-user-fields")
    .hint("console-user-fields-hint")
    .optional();

fn stored_values(user: &User, custom: &FieldValues) -> Params {
    let profile = &user.profile;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    Params::from_pairs([
        ("username", user.username.clone()),
        ("email", user.email.clone()),
        ("email_verified", user.email_verified.to_string()),
        ("first_name", text(&profile.given_name)),
        ("last_name", text(&profile.family_name)),
        ("profile_url", text(&profile.profile_url)),
        ("fields", lines(custom)),
    ])
}

/// Returns the members of the admin API whose values differ from the stored ones.
fn changes(
    mode: UsernameMode,
    typed: &Params,
    stored: &Params,
) -> Result<Map<String, Value>, Stop> {
    let mut body = Map::new();
    for name in TEXTS {
        let has_field = name != "username" || mode != UsernameMode::None;
        let new = text(typed, name)?.trim();
        if has_field && new != text(stored, name)? {
            body.insert(name.to_owned(), json!(new));
        }
    }
    let is_verified = text(typed, "email_verified")? == "true";
    if is_verified != (text(stored, "email_verified")? == "true") {
        body.insert("email_verified".to_owned(), json!(is_verified));
    }
    Ok(body)
}

fn mode(console: &Console<'_>) -> UsernameMode {
    console.page.context.core.config.accounts.username
}

fn fields(console: &Console<'_>, values: &Params) -> Result<Vec<EntryField>, Stop> {
    let username = match mode(console) {
        UsernameMode::None => None,
        UsernameMode::Required => Some(USERNAME),
        UsernameMode::Optional => Some(USERNAME.optional()),
    };
    let table: Vec<Field> = username.into_iter().chain(FIELDS).collect();
    let mut fields = form::entries(console, &table, values)?;
    form::mark_optional(console, &mut fields);
    Ok(fields)
}

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

pub(crate) async fn create(visit: &Visit<'_>) -> Answer {
    let (console, typed) = (&visit.console, &visit.form);
    let messages = ["console-new-user", "console-create"];
    let fields = fields(console, typed)?;
    let form = Form::open(
        visit,
        EntryForm {
            lead: console.t("console-new-user-text"),
            once: Some(once::key(console)),
            ..form::view(console, Section::People, messages, PEOPLE, fields)
        },
    )?;
    form.offer(&[])?;
    let value = |name| Ok::<_, Stop>(text(typed, name)?.trim().to_owned());
    let present = |name| Ok::<_, Stop>(Some(value(name)?).filter(|text| !text.is_empty()));
    let new = NewUser {
        username: value("username")?,
        email: value("email")?,
        email_verified: text(typed, "email_verified")? == "true",
        password_hash: None,
        profile: Profile {
            given_name: present("first_name")?,
            family_name: present("last_name")?,
            profile_url: present("profile_url")?,
            ..Profile::default()
        },
        is_staff: false,
        roles: Vec::new(),
    };
    let created = once::create(console, typed, async |context: AdminContext<'_>| {
        user_links::invite(&context, new).await
    });
    let created = Box::pin(created).await;
    let (id, is_mailed) = match form.settle(created, problem).await? {
        Created::Now((user, is_mailed)) => (user.id.to_string(), is_mailed),
        Created::Before(stored) => (stored.id, stored.secret.is_some()),
    };
    let done = if is_mailed { INVITED } else { CREATED };
    Ok(console.see_done(&routes::user(id), done))
}

type CustomValues = BTreeMap<String, String>;

/// Returns the stored values of the custom fields, by name; empty without such fields.
async fn custom_fields(console: &Console<'_>, user: &User) -> Result<FieldValues, Stop> {
    let found = profile_fields::among(&console.context(), std::slice::from_ref(user)).await;
    Ok(found?.remove(&user.id).unwrap_or_default())
}

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

async fn custom_members(console: &Console<'_>, changes: &CustomValues) -> Result<Value, Stop> {
    use model::FieldKind::{Boolean, Number};
    let all = profile_fields::list(&console.context()).await?;
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

/// Returns the change for other interfaces.
async fn texts(
    console: &Console<'_>,
    user: &User,
    mut body: Map<String, Value>,
    custom: &CustomValues,
) -> Result<Change, Stop> {
    if body.is_empty() && custom.is_empty() {
        return Ok(Change::default());
    }
    if !custom.is_empty() {
        body.insert("fields".to_owned(), custom_members(console, custom).await?);
    }
    body.insert("id".to_owned(), json!(user.id.to_string()));
    Ok(Change::of(&UPDATE, version(user), &body))
}

/// Returns the fields for a change; `with_custom` is true if there are custom fields.
fn edit_fields(
    console: &Console<'_>,
    values: &Params,
    with_custom: bool,
) -> Result<Vec<EntryField>, Stop> {
    let mut fields = fields(console, values)?;
    if let Some(email) = fields.iter_mut().find(|field| field.id == "email") {
        email.hint = console.t("console-email-change-hint");
    }
    if with_custom {
        fields.push(CUSTOM.entry(console, text(values, "fields")?));
    }
    Ok(fields)
}

pub(crate) async fn edit(visit: &Visit<'_>) -> Answer {
    let (console, typed) = (&visit.console, &visit.form);
    let user = people::named(console).await?;
    let custom = custom_fields(console, &user).await?;
    let stored = stored_values(&user, &custom);
    let (shown, seen) = if visit.is_typed() {
        (typed, text(typed, "version")?.to_owned())
    } else {
        (&stored, version(&user))
    };
    let home = routes::user(user.id);
    let messages = ["console-edit", "console-save"];
    let fields = edit_fields(console, shown, !custom.is_empty())?;
    let mut form = Form::open(
        visit,
        EntryForm {
            object: user.display_name(),
            version: Some(seen),
            also: Some(also_as::in_form(console, &Change::default(), false)),
            ..form::view(console, Section::People, messages, home.as_str(), fields)
        },
    )?;
    let body = changes(mode(console), typed, &stored)?;
    let Some(custom_values) = custom_changes(text(typed, "fields")?, &custom) else {
        return Err(form.reject(("fields", "console-user-fields-invalid")));
    };
    if also_as::is_requested(typed)? {
        let texts = texts(console, &user, body, &custom_values).await?;
        form.view.also = Some(also_as::in_form(console, &texts, true));
        return Err(form.show());
    }
    let change = change(&body, custom_values);
    let changed = users::update(&visit.context(), &user.id.to_string(), change).await;
    // A failure shows the stored values, so that the form can be sent again.
    if matches!(changed, Err(AdminError::Changed)) {
        form.view.version = Some(version(&user));
    }
    let stored = edit_fields(console, &stored, !custom.is_empty())?;
    let problem = |error: &AdminError| match (problem(error), error) {
        (Some((field, key)), _) => Some((Some(field), console.t(key))),
        (None, AdminError::Invalid { field, problem, .. }) => {
            let layout = &console.layout;
            let reason = layout.t_with("console-setting-invalid", "reason", problem);
            Some((Some(*field), reason))
        }
        _ => None,
    };
    let form = form.with_stored(stored);
    form.settle_text(changed, problem).await?;
    Ok(console.see_done(&home, SAVED))
}
