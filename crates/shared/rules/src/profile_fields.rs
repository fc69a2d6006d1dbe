//! Custom profile fields: checks of the definitions and of the values.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde_json::{Number, Value};

use super::custom_claims::{DefinitionError, error, is_reserved};
use super::displayed_name;
use super::profile::{Field, web_address};
use doorward_domain::model::profile_field::{MAX_DIGITS, MAX_URL};
use doorward_domain::model::{
    FieldEdit, FieldEditor, FieldInput, FieldKind, FieldValues, ProfileField, UserId,
};

pub const MAX_FIELDS: usize = 50;
/// The maximum length of a name, in bytes.
pub const MAX_NAME: usize = 40;
/// The maximum length of a label, in characters.
pub const MAX_LABEL: usize = 80;
/// The maximum length of a text, in characters.
pub const MAX_TEXT: u16 = 1000;
/// The maximum length of a text without another one, so that a claim may contain it.
const DEFAULT_TEXT: u16 = 255;
pub const MAX_CHOICES: usize = 50;
/// The maximum length of a choice, in characters.
pub const MAX_CHOICE: usize = 100;
/// The maximum size of all values of a user with their names, as JSON, in bytes.
pub const MAX_TOTAL: usize = 8 * 1024;
/// The largest integer that every JSON parser keeps exactly (RFC 8259 §6).
const MAX_NUMBER: f64 = 9_007_199_254_740_991.0;

/// Members of an account in the APIs that are neither claims nor profile members.
const RESERVED: &[&str] = &[
    "id",
    "first_name",
    "last_name",
    "avatar",
    "email_preferences",
    "product_news",
    "newsletter",
    "password",
    "disabled",
    "created_at",
    "date_joined",
    "last_login",
    "fields",
];

pub fn check(field: &ProfileField) -> Result<(), DefinitionError> {
    let name = field.name.as_str();
    let is_plain_name = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && !name.bytes().any(|b| b.is_ascii_uppercase())
        && name.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
    if !is_plain_name || name.len() > MAX_NAME {
        let problem = "write 1 to 40 of a-z, 0-9 and _, beginning with a letter";
        return Err(error("name", problem));
    }
    if is_reserved(name) || Field::parse(name).is_some() || RESERVED.contains(&name) {
        let problem = "is a member of every account or a reserved claim; choose another name";
        return Err(error("name", problem));
    }
    if !is_line(&field.label, MAX_LABEL) {
        let problem = "write 1 to 80 characters, no control characters";
        return Err(error("label", problem));
    }
    check_kind(&field.kind)?;
    if field.editable_by == FieldEditor::User {
        if !field.is_visible_to_user() {
            let problem = "a field that only administrators see cannot be edited by users";
            return Err(error("editable_by", problem));
        }
        if field.kind == FieldKind::User {
            // A user could test which accounts exist.
            let problem = "only administrators can edit a field that refers to a user";
            return Err(error("editable_by", problem));
        }
    }
    Ok(())
}

fn check_kind(kind: &FieldKind) -> Result<(), DefinitionError> {
    match kind {
        FieldKind::Text { max_length } if !(1..=MAX_TEXT).contains(max_length) => {
            Err(error("max_length", "write a number from 1 to 1000"))
        }
        FieldKind::Choice { choices } => {
            let different: BTreeSet<&String> = choices.iter().collect();
            let has_count = (1..=MAX_CHOICES).contains(&choices.len());
            let are_lines = choices.iter().all(|choice| is_line(choice, MAX_CHOICE));
            if has_count && are_lines && different.len() == choices.len() {
                return Ok(());
            }
            let problem = "list 1 to 50 different texts of at most 100 characters";
            Err(error("choices", problem))
        }
        _ => Ok(()),
    }
}

/// Builds a type from its word and limits. A text without a maximum length has 255 characters.
pub fn kind(
    word: &str,
    max_length: Option<u16>,
    choices: Option<Vec<String>>,
) -> Result<FieldKind, DefinitionError> {
    if max_length.is_some() && word != "text" {
        let problem = "only the type text has a maximum length";
        return Err(error("max_length", problem));
    }
    if choices.is_some() && word != "choice" {
        return Err(error("choices", "only the type choice has choices"));
    }
    match word {
        "text" => Ok(FieldKind::Text {
            max_length: max_length.unwrap_or(DEFAULT_TEXT),
        }),
        "number" => Ok(FieldKind::Number),
        "boolean" => Ok(FieldKind::Boolean),
        "date" => Ok(FieldKind::Date),
        "url" => Ok(FieldKind::Url),
        "choice" => Ok(FieldKind::Choice {
            choices: choices.unwrap_or_default(),
        }),
        "user" => Ok(FieldKind::User),
        _ => {
            let problem = "write text, number, boolean, date, url, choice or user";
            Err(error("type", problem))
        }
    }
}

/// Checks a changed definition. Its type remains, because values of it are stored.
pub fn check_change(before: &ProfileField, after: &ProfileField) -> Result<(), DefinitionError> {
    if before.kind.as_str() != after.kind.as_str() {
        let problem = "the type of a field cannot change; delete the field and create another";
        return Err(error("type", problem));
    }
    check(after)
}

fn is_line(text: &str, max: usize) -> bool {
    !text.is_empty() && text.trim() == text && displayed_name::check_administered(text, max).is_ok()
}

/// The role in which a user changes values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Editing {
    Own,
    Administration,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FieldValueError {
    /// No such field, or one that the user does not see.
    Unknown,
    /// A field that only administrators change.
    ReadOnly,
    /// A JSON value of another type.
    WrongType,
    TooLong {
        /// The maximum length, in characters.
        max: usize,
    },
    /// Control characters, or bidirectional control characters.
    Characters,
    /// A malformed number, date or URL.
    Form,
    /// A text that is not among the choices.
    Choice,
    NoUser,
    /// Together with the other values larger than [`MAX_TOTAL`].
    TooLarge,
}

impl FieldValueError {
    /// Returns the stable word in machine-readable errors.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::ReadOnly => "read_only",
            Self::WrongType => "wrong_type",
            Self::TooLong { .. } => "too_long",
            Self::Characters => "characters",
            Self::Form => "invalid",
            Self::Choice => "choice",
            Self::NoUser => "no_user",
            Self::TooLarge => "too_large",
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FieldValueProblem {
    pub field: String,
    /// The type of the field; none if it is unknown.
    pub kind: Option<FieldKind>,
    pub problem: FieldValueError,
}

/// Returns the texts of an edit that refer to users, to be looked up before [`changes`].
pub fn user_texts<'a>(fields: &[ProfileField], edit: &'a FieldEdit) -> BTreeSet<&'a str> {
    let users = fields.iter().filter(|field| field.kind == FieldKind::User);
    users
        .filter_map(|field| text_in(edit.get(&field.name)?))
        .filter(|text| !text.is_empty())
        .collect()
}

fn text_in(input: &FieldInput) -> Option<&str> {
    match input {
        FieldInput::Text(text) | FieldInput::Json(Value::String(text)) => Some(text.trim()),
        FieldInput::Json(_) => None,
    }
}

/// Returns the changes that an edit makes to the stored values, by name; `None` removes a value.
/// `users` are the users that the texts of [`user_texts`] name. A value that equals the stored one
/// is accepted even if the definition no longer allows it.
///
/// # Errors
/// Returns a problem for each rejected value, in the order of the names.
pub fn changes(
    fields: &[ProfileField],
    stored: &FieldValues,
    edit: &FieldEdit,
    users: &BTreeMap<String, UserId>,
    editing: Editing,
) -> Result<BTreeMap<String, Option<Value>>, Vec<FieldValueProblem>> {
    let mut changes = BTreeMap::new();
    let mut problems = Vec::new();
    for (name, input) in edit {
        let field = fields.iter().find(|field| field.name == *name);
        let visible =
            field.filter(|field| editing == Editing::Administration || field.is_visible_to_user());
        let mut reject = |problem| {
            problems.push(FieldValueProblem {
                field: name.clone(),
                kind: visible.map(|field| field.kind.clone()),
                problem,
            });
        };
        let Some(field) = visible else {
            reject(FieldValueError::Unknown);
            continue;
        };
        if is_unchanged(input, stored.get(name)) {
            continue;
        }
        if editing == Editing::Own && !field.is_editable_by_user() {
            reject(FieldValueError::ReadOnly);
            continue;
        }
        match read(&field.kind, input, users) {
            Ok(value) if value.as_ref() == stored.get(name) => {}
            Ok(value) => {
                changes.insert(name.clone(), value);
            }
            Err(problem) => reject(problem),
        }
    }
    let mut after = stored.clone();
    for (name, value) in &changes {
        match value {
            Some(value) => after.insert(name.clone(), value.clone()),
            None => after.remove(name),
        };
    }
    if let Some(name) = changes
        .keys()
        .next_back()
        .filter(|_| size(&after) > MAX_TOTAL)
    {
        problems.push(FieldValueProblem {
            field: name.clone(),
            kind: None,
            problem: FieldValueError::TooLarge,
        });
    }
    if problems.is_empty() {
        Ok(changes)
    } else {
        Err(problems)
    }
}

fn is_unchanged(input: &FieldInput, stored: Option<&Value>) -> bool {
    match input {
        FieldInput::Text(text) => text == &stored.map_or_else(String::new, text_of),
        FieldInput::Json(value) => stored.unwrap_or(&Value::Null) == value,
    }
}

fn size(values: &FieldValues) -> usize {
    values
        .iter()
        .map(|(name, value)| name.len() + value.to_string().len() + r#""":,"#.len())
        .sum()
}

/// Returns a value as the text of a form.
pub fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// Returns the values of the fields that `is_visible` accepts, with null for those without a value.
pub fn visible_values(
    fields: &[ProfileField],
    stored: &FieldValues,
    is_visible: impl Fn(&ProfileField) -> bool,
) -> FieldValues {
    let value = |name: &String| stored.get(name).cloned().unwrap_or_default();
    fields
        .iter()
        .filter(|field| is_visible(field))
        .map(|field| (field.name.clone(), value(&field.name)))
        .collect()
}

/// Converts an input to the stored form of a value; `None` for no value.
fn read(
    kind: &FieldKind,
    input: &FieldInput,
    users: &BTreeMap<String, UserId>,
) -> Result<Option<Value>, FieldValueError> {
    let text = match input {
        FieldInput::Json(Value::Null) => return Ok(None),
        FieldInput::Json(Value::Bool(value)) if *kind == FieldKind::Boolean => {
            return Ok(Some(Value::Bool(*value)));
        }
        FieldInput::Json(Value::Number(value)) if *kind == FieldKind::Number => {
            return number(&value.to_string()).map(Some);
        }
        FieldInput::Json(Value::String(text)) => {
            let is_typed = matches!(kind, FieldKind::Boolean | FieldKind::Number);
            if is_typed && !text.trim().is_empty() {
                return Err(FieldValueError::WrongType);
            }
            text.trim()
        }
        FieldInput::Json(_) => return Err(FieldValueError::WrongType),
        FieldInput::Text(text) => text.trim(),
    };
    if text.is_empty() {
        return Ok(None);
    }
    if displayed_name::check_text(text, false).is_err() {
        return Err(FieldValueError::Characters);
    }
    read_text(kind, text, users).map(Some)
}

fn read_text(
    kind: &FieldKind,
    text: &str,
    users: &BTreeMap<String, UserId>,
) -> Result<Value, FieldValueError> {
    match kind {
        FieldKind::Text { max_length } => {
            let max = usize::from(*max_length);
            if text.chars().count() > max {
                return Err(FieldValueError::TooLong { max });
            }
            Ok(Value::from(text))
        }
        FieldKind::Number => number(text),
        FieldKind::Boolean => match text {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => Err(FieldValueError::Form),
        },
        FieldKind::Date => {
            let date: Date = text.parse().map_err(|_| FieldValueError::Form)?;
            // The parser also accepts times and the basic format of ISO 8601.
            let is_canonical = date.to_string() == text && text.len() == "YYYY-MM-DD".len();
            is_canonical
                .then(|| Value::from(text))
                .ok_or(FieldValueError::Form)
        }
        FieldKind::Url if text.chars().count() > MAX_URL => {
            Err(FieldValueError::TooLong { max: MAX_URL })
        }
        FieldKind::Url => web_address(text)
            .map(Value::from)
            .map_err(|_| FieldValueError::Form),
        FieldKind::Choice { choices } => choices
            .iter()
            .find(|choice| *choice == text)
            .map(|choice| Value::from(choice.as_str()))
            .ok_or(FieldValueError::Choice),
        FieldKind::User => users
            .get(text)
            .map(|id| Value::from(id.to_string()))
            .ok_or(FieldValueError::NoUser),
    }
}

/// Reads a number in the syntax of JSON. Numbers that parsers would round are rejected.
fn number(text: &str) -> Result<Value, FieldValueError> {
    let number: Number = serde_json::from_str(text).map_err(|_| FieldValueError::Form)?;
    let is_exact = number
        .as_f64()
        .is_some_and(|value| value.abs() <= MAX_NUMBER);
    let is_short = number.to_string().len() <= MAX_DIGITS;
    (is_exact && is_short)
        .then_some(Value::Number(number))
        .ok_or(FieldValueError::Form)
}

#[cfg(test)]
mod tests;
