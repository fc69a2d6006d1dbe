//! Types of authorization details that the operator registered: the allowed members of an object,
//! and their texts on the consent page.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::displayed_text::check_text as check_shown;
use crate::setting_url;

/// The member that names the type of an object (RFC 9396 §2).
pub(super) const TYPE: &str = "type";
/// The maximum length of a text in an object, in bytes, unless the type sets another one.
const LONGEST_TEXT: usize = 200;
/// The maximum number of texts in one list.
const MAX_ITEMS: usize = 20;
/// The list members of RFC 9396 §2.2.
const LISTS: [&str; 4] = ["locations", "actions", "datatypes", "privileges"];

/// A registered type of authorization details.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent settings of the operator's file"
)]
pub struct DetailType {
    /// The name of the type.
    #[serde(rename = "type")]
    pub name: String,
    /// The description for users.
    pub sentence: String,
    /// The description in other languages, by language code.
    #[serde(default)]
    pub sentences: BTreeMap<String, String>,
    /// The identifiers of the resources where it applies. Tokens with it are for these.
    #[serde(default)]
    pub locations: Vec<String>,
    /// The actions that may be requested.
    #[serde(default)]
    pub actions: Vec<String>,
    /// The kinds of data that may be requested.
    #[serde(default)]
    pub datatypes: Vec<String>,
    /// The privileges that may be requested.
    #[serde(default)]
    pub privileges: Vec<String>,
    /// The presence of `identifier`, which names one resource.
    #[serde(default)]
    pub identifier: Presence,
    /// The texts for users in place of values of these lists.
    #[serde(default)]
    pub words: BTreeMap<String, String>,
    /// The type-specific members.
    #[serde(default, rename = "field")]
    pub fields: Vec<DetailField>,
    /// Requires consent each time, whatever the user consented to before, also for clients of the
    /// operator.
    #[serde(default)]
    pub always_ask: bool,
    /// Allows it in a client's own token (RFC 6749 §4.4).
    #[serde(default)]
    pub without_person: bool,
    /// Allows it for clients that no administrator registered.
    #[serde(default)]
    pub self_registered: bool,
    /// Disables the type, as if it were not registered.
    #[serde(default)]
    pub disabled: bool,
}

/// The presence of a member.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Forbidden.
    #[default]
    Absent,
    /// Optional.
    Optional,
    /// Required.
    Required,
}

/// A type-specific member.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DetailField {
    /// The path: `amount.currency` is the member `currency` of the object `amount`.
    pub name: String,
    /// The kind of value.
    pub kind: FieldKind,
    /// The label for users.
    pub label: String,
    /// The label in other languages, by language code.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// Requires the member.
    #[serde(default)]
    pub required: bool,
    /// The allowed values; empty for any.
    #[serde(default)]
    pub one_of: Vec<String>,
    /// The maximum length of a text, in bytes.
    pub max_length: Option<usize>,
    /// The minimum of a number.
    pub minimum: Option<i64>,
    /// The maximum of a number.
    pub maximum: Option<i64>,
}

/// The kind of value of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// A text.
    Text,
    /// A list of texts.
    Texts,
    /// A decimal number written as a text, as for money: `123.50`.
    Decimal,
    /// A whole number.
    Whole,
    /// True or false.
    Flag,
}

/// Returns the type of this name, unless it is disabled.
pub fn find<'a>(types: &'a [DetailType], name: &str) -> Option<&'a DetailType> {
    types
        .iter()
        .find(|item| item.name == name && !item.disabled)
}

impl DetailType {
    /// Returns the description in this language if there is one, otherwise the default one.
    pub fn sentence_in(&self, lang: &str) -> &str {
        self.sentences.get(lang).unwrap_or(&self.sentence)
    }

    /// Returns the text for a value of one of its lists.
    pub fn label<'a>(&'a self, value: &'a str) -> &'a str {
        self.words.get(value).map_or(value, String::as_str)
    }

    /// Checks the members of an object against this type.
    ///
    /// # Errors
    /// Returns a description of the first invalid member.
    pub(super) fn check(&self, members: &Map<String, Value>) -> Result<(), String> {
        let mut left = members.clone();
        left.remove(TYPE);
        for name in LISTS {
            if let Some(value) = left.remove(name) {
                self.check_list(name, &value)?;
            }
        }
        match (self.identifier, left.remove("identifier")) {
            (Presence::Absent, Some(_)) => return Err("'identifier' is unknown here".to_owned()),
            (Presence::Required, None) => return Err("'identifier' is missing".to_owned()),
            (_, Some(value)) => check_text("identifier", &value, LONGEST_TEXT)?,
            (_, None) => {}
        }
        for field in &self.fields {
            match take(&mut left, &field.name) {
                Some(value) => field.check(&value)?,
                None if field.required => return Err(format!("'{}' is missing", field.name)),
                None => {}
            }
        }
        match first_unknown_member(&left) {
            Some(name) => Err(format!("'{}' is unknown here", shorten(&name))),
            None => Ok(()),
        }
    }

    fn check_list(&self, name: &str, value: &Value) -> Result<(), String> {
        let known = match name {
            "locations" => &self.locations,
            "actions" => &self.actions,
            "datatypes" => &self.datatypes,
            _ => &self.privileges,
        };
        if known.is_empty() {
            return Err(format!("'{name}' is unknown here"));
        }
        for item in texts(name, value)? {
            if !known.iter().any(|known| known == item) {
                return Err(format!("'{name}' holds a value that is not allowed"));
            }
        }
        Ok(())
    }

    /// Returns the first error of the registration, for the operator.
    pub fn validate(&self) -> Option<String> {
        let lists = [&self.actions, &self.datatypes, &self.privileges];
        let is_blank = |text: &String| text.trim().is_empty() || text.len() > LONGEST_TEXT;
        let is_place = |text: &String| {
            setting_url::parse_resource(text).is_ok_and(|url| !url.cannot_be_a_base())
        };
        let problem = if self.name.is_empty() || check_shown(&self.name, false).is_err() {
            "'type' must be a name without control and invisible characters"
        } else if is_blank(&self.sentence) || self.sentences.values().any(is_blank) {
            "'sentence' must describe what the user allows"
        } else if !self.locations.iter().all(is_place) {
            "'locations' must be absolute URIs without a fragment"
        } else if lists.into_iter().any(|list| list.iter().any(is_blank)) {
            "a value must not be empty"
        } else {
            return self.fields.iter().enumerate().find_map(|(at, field)| {
                let earlier = &self.fields[..at];
                field
                    .validate(earlier)
                    .map(|flaw| format!("{}: {flaw}", self.name))
            });
        };
        Some(format!("{}: {problem}", self.name))
    }
}

impl DetailField {
    /// Returns the label in this language if there is one, otherwise the default one.
    pub fn label_in(&self, lang: &str) -> &str {
        self.labels.get(lang).unwrap_or(&self.label)
    }

    fn check(&self, value: &Value) -> Result<(), String> {
        let name = &self.name;
        let longest = self.max_length.unwrap_or(LONGEST_TEXT);
        match self.kind {
            FieldKind::Text => check_text(name, value, longest)?,
            FieldKind::Decimal => {
                check_text(name, value, longest)?;
                if !value.as_str().is_some_and(is_decimal) {
                    return Err(format!("'{name}' is not a number in digits"));
                }
            }
            FieldKind::Texts => {
                for item in texts(name, value)? {
                    self.check_choice(item)?;
                    if item.len() > longest {
                        return Err(format!("'{name}' holds a text that is too long"));
                    }
                }
            }
            FieldKind::Whole => {
                let number = value.as_i64();
                let number = number.ok_or_else(|| format!("'{name}' is not a whole number"))?;
                let is_out = self.minimum.is_some_and(|least| number < least)
                    || self.maximum.is_some_and(|max| number > max);
                if is_out {
                    return Err(format!("'{name}' is out of its range"));
                }
            }
            FieldKind::Flag if value.is_boolean() => {}
            FieldKind::Flag => return Err(format!("'{name}' is not true or false")),
        }
        value
            .as_str()
            .map_or(Ok(()), |text| self.check_choice(text))
    }

    fn check_choice(&self, text: &str) -> Result<(), String> {
        if self.one_of.is_empty() || self.one_of.iter().any(|one_of| one_of == text) {
            return Ok(());
        }
        Err(format!("'{}' holds a value that is not allowed", self.name))
    }

    fn validate(&self, earlier: &[Self]) -> Option<String> {
        let first = self.name.split('.').next().unwrap_or_default();
        let is_own = first != TYPE && first != "identifier" && !LISTS.contains(&first);
        let is_path = self.name.split('.').all(|step| !step.is_empty());
        let clashes = |other: &Self| {
            let under = |a: &str, b: &str| a == b || a.starts_with(&format!("{b}."));
            under(&self.name, &other.name) || under(&other.name, &self.name)
        };
        let problem = if !is_path || !is_own {
            "is not a valid field name"
        } else if earlier.iter().any(clashes) {
            "is defined twice, or below another field"
        } else if self.label.trim().is_empty() {
            "requires a 'label'"
        } else if self.kind == FieldKind::Flag && !self.one_of.is_empty() {
            "is true or false, and cannot be one of a list"
        } else {
            return None;
        };
        Some(format!("the field '{}' {problem}", self.name))
    }
}

/// Returns true for digits with an optional minus and at most one decimal point between them.
fn is_decimal(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && digits(part)
}

fn check_text(name: &str, value: &Value, longest: usize) -> Result<(), String> {
    match value {
        Value::String(text) if text.is_empty() => Err(format!("'{name}' is empty")),
        Value::String(text) if text.len() > longest => Err(format!("'{name}' is too long")),
        // Hidden characters could disguise other text on the page.
        Value::String(text) if check_shown(text, false).is_err() => {
            Err(format!("'{name}' holds a character that cannot be shown"))
        }
        Value::String(_) => Ok(()),
        _ => Err(format!("'{name}' is not a text")),
    }
}

/// Returns the items of a list of texts. An empty list is ambiguous, so it is rejected.
fn texts<'a>(name: &str, value: &'a Value) -> Result<Vec<&'a str>, String> {
    let wrong = || format!("'{name}' is not a list of 1 to {MAX_ITEMS} texts");
    let items = value.as_array().ok_or_else(wrong)?;
    if items.is_empty() || items.len() > MAX_ITEMS {
        return Err(wrong());
    }
    let mut read = Vec::with_capacity(items.len());
    for item in items {
        check_text(name, item, LONGEST_TEXT)?;
        read.push(item.as_str().ok_or_else(wrong)?);
    }
    Ok(read)
}

/// Removes the member at a path, and its parent object if that is empty then.
fn take(members: &mut Map<String, Value>, path: &str) -> Option<Value> {
    let Some((first, rest)) = path.split_once('.') else {
        return members.remove(path);
    };
    let inner = members.get_mut(first)?.as_object_mut()?;
    let existing = take(inner, rest)?;
    if inner.is_empty() {
        members.remove(first);
    }
    Some(existing)
}

/// Returns the path of a remaining member, which no field describes.
fn first_unknown_member(members: &Map<String, Value>) -> Option<String> {
    let (name, value) = members.iter().next()?;
    let inner = value.as_object().and_then(first_unknown_member);
    Some(inner.map_or_else(|| name.clone(), |inner| format!("{name}.{inner}")))
}

fn shorten(name: &str) -> String {
    name.chars().take(80).collect()
}
