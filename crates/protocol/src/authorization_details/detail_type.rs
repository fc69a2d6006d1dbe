//! The types of authorization details that an operator has registered: which members an object may
//! have, and what a person reads about it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

/// The member that names the type of an object (RFC 9396 §2).
pub(super) const TYPE: &str = "type";
/// The longest text in an object where the type says nothing else, in bytes.
const LONGEST_TEXT: usize = 200;
/// The most texts in one list.
const MAX_ITEMS: usize = 20;
/// The members that RFC 9396 §2.2 knows and that are lists.
const LISTS: [&str; 4] = ["locations", "actions", "datatypes", "privileges"];

/// A registered type.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the operator's file"
)]
pub struct DetailType {
    /// Its name.
    #[serde(rename = "type")]
    pub name: String,
    /// What it means, for people.
    pub sentence: String,
    /// The same in other languages, by their codes.
    #[serde(default)]
    pub sentences: BTreeMap<String, String>,
    /// Where it counts: identifiers of resources. Tokens with it are for these.
    #[serde(default)]
    pub locations: Vec<String>,
    /// The actions that may be asked for.
    #[serde(default)]
    pub actions: Vec<String>,
    /// The kinds of data that may be asked for.
    #[serde(default)]
    pub datatypes: Vec<String>,
    /// The privileges that may be asked for.
    #[serde(default)]
    pub privileges: Vec<String>,
    /// Whether one resource may, or has to, be named.
    #[serde(default)]
    pub identifier: Presence,
    /// What people read in place of a value of one of these lists.
    #[serde(default)]
    pub words: BTreeMap<String, String>,
    /// Its own members.
    #[serde(default, rename = "field")]
    pub fields: Vec<DetailField>,
    /// People are asked each time, whatever they allowed before, also for the operator's own apps.
    #[serde(default)]
    pub always_ask: bool,
    /// A client may have it in a token of its own (RFC 6749 §4.4).
    #[serde(default)]
    pub without_person: bool,
    /// Apps that no administrator has registered may ask for it.
    #[serde(default)]
    pub self_registered: bool,
    /// Switched off: as if it did not stand here.
    #[serde(default)]
    pub disabled: bool,
}

/// Whether a member may be there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// It must not.
    #[default]
    Absent,
    /// It may.
    Optional,
    /// It has to.
    Required,
}

/// A member of a type's own.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DetailField {
    /// Its path: `amount.currency` is the member `currency` of the object `amount`.
    pub name: String,
    /// What it holds.
    pub kind: FieldKind,
    /// What people read beside the value.
    pub label: String,
    /// The same in other languages, by their codes.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// Whether it has to be there.
    #[serde(default)]
    pub required: bool,
    /// The only values, where there are few.
    #[serde(default)]
    pub one_of: Vec<String>,
    /// The longest text, in bytes.
    pub max_length: Option<usize>,
    /// The smallest number.
    pub minimum: Option<i64>,
    /// The largest number.
    pub maximum: Option<i64>,
}

/// What a member holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// A text.
    Text,
    /// A list of texts.
    Texts,
    /// A decimal number written as a text, as money is: `123.50`.
    Decimal,
    /// A whole number.
    Whole,
    /// True or false.
    Flag,
}

/// The type of this name, if it is not switched off.
pub fn find<'a>(types: &'a [DetailType], name: &str) -> Option<&'a DetailType> {
    types.iter().find(|one| one.name == name && !one.disabled)
}

impl DetailType {
    /// What it means, in this language if the operator has said it, else in their own.
    pub fn sentence_in(&self, lang: &str) -> &str {
        self.sentences.get(lang).unwrap_or(&self.sentence)
    }

    /// The word for a value of one of its lists.
    pub fn word<'a>(&'a self, value: &'a str) -> &'a str {
        self.words.get(value).map_or(value, String::as_str)
    }

    /// What keeps an object from being one of this type.
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
        match first_left(&left) {
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
            if !known.iter().any(|one| one == item) {
                return Err(format!("'{name}' holds a value that is not served"));
            }
        }
        Ok(())
    }

    /// What is wrong with the registration itself, for the operator.
    pub fn validate(&self) -> Option<String> {
        let lists = [&self.actions, &self.datatypes, &self.privileges];
        let is_blank = |text: &String| text.trim().is_empty() || text.len() > LONGEST_TEXT;
        let is_place = |text: &String| {
            Url::parse(text).is_ok_and(|url| url.fragment().is_none() && !url.cannot_be_a_base())
        };
        let problem = if self.name.is_empty() || self.name.chars().any(char::is_control) {
            "'type' has to be a name"
        } else if is_blank(&self.sentence) || self.sentences.values().any(is_blank) {
            "'sentence' has to say what a person allows"
        } else if !self.locations.iter().all(is_place) {
            "'locations' have to be absolute addresses without a fragment"
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
    /// What people read beside the value, in this language if the operator has said it.
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
                    || self.maximum.is_some_and(|most| number > most);
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
        if self.one_of.is_empty() || self.one_of.iter().any(|one| one == text) {
            return Ok(());
        }
        Err(format!("'{}' holds a value that is not served", self.name))
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
            "is no name for a field"
        } else if earlier.iter().any(clashes) {
            "stands there twice, or under another field"
        } else if self.label.trim().is_empty() {
            "needs a 'label' for people"
        } else if self.kind == FieldKind::Flag && !self.one_of.is_empty() {
            "is true or false, and cannot be one of a list"
        } else {
            return None;
        };
        Some(format!("the field '{}' {problem}", self.name))
    }
}

/// Digits with at most one point between them, and perhaps a minus.
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
        // What could draw over the page is no text for a person.
        Value::String(text) if text.chars().any(is_hidden) => {
            Err(format!("'{name}' holds a character that cannot be shown"))
        }
        Value::String(_) => Ok(()),
        _ => Err(format!("'{name}' is not a text")),
    }
}

/// Control characters, and those that turn the direction of the text around them.
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The items of a list of texts. An empty one means nothing, or everything, so it is refused.
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

/// Takes the member at a path out, and with it an object that is empty then.
fn take(members: &mut Map<String, Value>, path: &str) -> Option<Value> {
    let Some((first, rest)) = path.split_once('.') else {
        return members.remove(path);
    };
    let inner = members.get_mut(first)?.as_object_mut()?;
    let taken = take(inner, rest)?;
    if inner.is_empty() {
        members.remove(first);
    }
    Some(taken)
}

/// The path of a member that no field has taken.
fn first_left(members: &Map<String, Value>) -> Option<String> {
    let (name, value) = members.iter().next()?;
    let inner = value.as_object().and_then(first_left);
    Some(inner.map_or_else(|| name.clone(), |inner| format!("{name}.{inner}")))
}

fn shorten(name: &str) -> String {
    name.chars().take(80).collect()
}
