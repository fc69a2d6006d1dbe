//! The changes of a user that a request describes, as a difference of two resources.

use doorward_admin::prelude::*;
use doorward_domain::model::{FieldEdit, FieldInput, FieldKind, ProfileField};
use doorward_protocol::displayed_text;
use doorward_rules::profile::{Field, ProfileEdit};
use doorward_scim_protocol::urn;

use crate::attributes::{ADDRESS, TEXTS, place_of};
use crate::failure::{Result, invalid_value};

/// Maximum length of the names that a source gives, in bytes.
const MAX_LABEL: usize = 255;

/// The difference between two resources. Attributes that a request leaves out stay.
#[derive(Clone, Default, PartialEq, Debug)]
pub(crate) struct Wanted {
    pub user_name: Option<String>,
    /// An empty one removes it.
    pub external_id: Option<String>,
    pub email: Option<String>,
    pub active: Option<bool>,
    pub profile: ProfileEdit,
    pub fields: FieldEdit,
}

impl Wanted {
    /// Compares a user with a resource that has the attributes which a request wants.
    ///
    /// # Errors
    /// Returns `invalidValue` for a required attribute without a value, and for values that are too long.
    pub(crate) fn between(
        before: &Map<String, Value>,
        after: &Map<String, Value>,
        fields: &[ProfileField],
    ) -> Result<Self> {
        let mut wanted = Self::default();
        if let Some(name) = changed(before.get("userName"), after.get("userName")) {
            wanted.user_name = Some(required_label("userName", name)?);
        }
        if let Some(external) = changed(before.get("externalId"), after.get("externalId")) {
            wanted.external_id = Some(label("externalId", external.as_str().unwrap_or_default())?);
        }
        if let Some(active) = changed(before.get("active"), after.get("active")) {
            wanted.active = active.as_bool();
        }
        if let Some(emails) = after.get("emails") {
            let Some(email) = text_in(first_choice(emails), "value") else {
                return Err(invalid_value("an account has an e-mail address"));
            };
            let old = before.get("emails").map(first_choice);
            let old = old.and_then(|old| text_in(old, "value"));
            // The case decides nothing, and directories change it.
            let is_same = old.is_some_and(|old| old.eq_ignore_ascii_case(email));
            wanted.email = (!is_same).then(|| email.to_owned());
        }
        wanted.profile = profile(before, after);
        wanted.fields = own_fields(before, after, fields);
        Ok(wanted)
    }

    pub(crate) fn changes_profile(&self) -> bool {
        self.profile != ProfileEdit::default() || !self.fields.is_empty()
    }
}

/// Returns the new value if the request has the attribute, and it differs. Null is none.
fn changed<'a>(before: Option<&Value>, after: Option<&'a Value>) -> Option<&'a Value> {
    let after = after?;
    let is_same = match before {
        Some(before) => before == after,
        None => after.is_null(),
    };
    (!is_same).then_some(after)
}

fn label(name: &str, text: &str) -> Result<String> {
    if text.len() > MAX_LABEL || text.chars().any(displayed_text::is_hidden) {
        let problem =
            format!("{name} must have at most {MAX_LABEL} bytes, and no hidden characters");
        return Err(invalid_value(problem));
    }
    Ok(text.to_owned())
}

/// Reads a name that a source gives, which must not be empty.
pub(crate) fn required_label(name: &str, value: &Value) -> Result<String> {
    match value.as_str().map(str::trim) {
        Some(text) if !text.is_empty() => label(name, text),
        _ => Err(invalid_value(format!("{name} is missing"))),
    }
}

/// Returns the value of first choice: the primary one, or else that of the work, or else the first.
fn first_choice(values: &Value) -> &Value {
    let all = values.as_array().map_or(&[][..], Vec::as_slice);
    let is_primary = |one: &&Value| one.get("primary") == Some(&Value::Bool(true));
    let is_work = |one: &&Value| {
        let kind = one.get("type").and_then(Value::as_str);
        kind.is_some_and(|kind| kind.eq_ignore_ascii_case("work"))
    };
    let mut found = all.iter().find(is_primary);
    found = found.or_else(|| all.iter().find(is_work));
    found.or_else(|| all.first()).unwrap_or(&Value::Null)
}

/// Returns the address of a user that a client creates.
pub(crate) fn email_of(resource: &Map<String, Value>) -> Option<&str> {
    text_in(first_choice(resource.get("emails")?), "value")
}

fn text_in<'a>(parts: &'a Value, name: &str) -> Option<&'a str> {
    let text = parts.get(name).and_then(Value::as_str)?.trim();
    (!text.is_empty()).then_some(text)
}

/// Returns the texts of the profile that differ; an empty one removes the value.
fn profile(before: &Map<String, Value>, after: &Map<String, Value>) -> ProfileEdit {
    let mut edit = ProfileEdit::default();
    for (field, pointer) in TEXTS {
        let (old, new) = match pointer.strip_prefix("/name/") {
            Some(part) => {
                let names = after.get("name");
                let old = before.get("name").and_then(|names| names.get(part));
                let new = match names {
                    // All of them are removed.
                    Some(Value::Null) => Some(&Value::Null),
                    names => names.and_then(|names| names.get(part)),
                };
                (old, new)
            }
            None => (before.get(&pointer[1..]), after.get(&pointer[1..])),
        };
        if let Some(new) = changed(old, new) {
            edit = edit.with(field, profile_text(field, new));
        }
    }
    if let Some(phones) = after.get("phoneNumbers") {
        let old = before.get("phoneNumbers").map(first_choice);
        let old = old.and_then(|old| text_in(old, "value"));
        let new = text_in(first_choice(phones), "value");
        if old != new {
            edit = edit.with(Field::PhoneNumber, new.unwrap_or_default());
        }
    }
    if let Some(addresses) = after.get("addresses") {
        let old = before.get("addresses").map_or(&Value::Null, first_choice);
        let new = first_choice(addresses);
        for (field, part) in ADDRESS {
            let (old, new) = (text_in(old, part), text_in(new, part));
            if old != new {
                edit = edit.with(field, new.unwrap_or_default());
            }
        }
    }
    edit
}

fn profile_text(field: Field, value: &Value) -> String {
    let text = value.as_str().unwrap_or_default();
    // Okta writes `en_US`.
    if field == Field::Locale {
        return text.replace('_', "-");
    }
    text.to_owned()
}

/// Returns the profile fields that differ.
fn own_fields(
    before: &Map<String, Value>,
    after: &Map<String, Value>,
    fields: &[ProfileField],
) -> FieldEdit {
    let mut edit = FieldEdit::new();
    for field in fields {
        let (schema, name) = place_of(field);
        let part = |resource: &Map<String, Value>| {
            let value = resource.get(schema)?.get(name)?;
            let is_user = schema == urn::ENTERPRISE && field.kind == FieldKind::User;
            Some(if is_user {
                value.get("value").cloned().unwrap_or_default()
            } else {
                value.clone()
            })
        };
        let (old, new) = (part(before), part(after));
        if let Some(new) = changed(old.as_ref(), new.as_ref()) {
            edit.insert(field.name.clone(), FieldInput::Json(new.clone()));
        }
    }
    edit
}

#[cfg(test)]
mod tests;
