//! The members of a body, as its schema describes them.

use utoipa::openapi::{RefOr, Schema};

use super::usage::{Place, Usage, usages};
use crate::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberKind {
    Text,
    Uri,
    /// Time in RFC 3339.
    Time,
    /// Duration in seconds.
    Duration,
    Number,
    Flag,
    /// Texts by name: `NAME=VALUE`, which may be repeated.
    Map,
    /// Text that no command line and no page contains.
    Secret,
}

#[derive(Clone, Debug)]
pub struct Member {
    pub name: String,
    pub help: String,
    pub kind: MemberKind,
    /// Schema without the description.
    pub schema: Value,
    /// Words that the value may have; empty if it is free.
    pub words: Vec<String>,
    pub default: Option<String>,
    pub is_list: bool,
    pub is_required: bool,
    /// True if an empty text means null.
    pub is_removable: bool,
    pub place: Place,
    /// Name of its value in the help.
    pub value_name: String,
}

impl Member {
    pub(super) fn new(
        name: &str,
        schema: &Value,
        is_required: bool,
        usage: Option<&Usage>,
    ) -> Self {
        let plain = plain(schema);
        let is_list = has_type(plain, "array");
        let value = if is_list { &plain["items"] } else { plain };
        let words = value["enum"].as_array().into_iter().flatten();
        let words = words.filter_map(Value::as_str).map(str::to_owned);
        let default = schema["default"].as_str().map(str::to_owned);
        let default = default.or_else(|| schema["default"].as_i64().map(|it| it.to_string()));
        let (kind, default_name) = (kind(value), name.replace('_', "-"));
        let place = match usage.map(|usage| usage.place.clone()) {
            Some(place) => place,
            None if kind == MemberKind::Secret => Place::Option(format!("{default_name}-file")),
            None => Place::Option(default_name),
        };
        Self {
            name: name.to_owned(),
            help: schema["description"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
            kind,
            schema: without_description(schema),
            words: words.collect(),
            default,
            is_list,
            is_required,
            is_removable: usage.is_some_and(|usage| usage.is_removable),
            value_name: value_name(kind, &place),
            place,
        }
    }

    /// Returns the member as the command line writes it: `--permission`.
    pub fn shown(&self) -> String {
        match &self.place {
            Place::Argument(name) => name.clone(),
            Place::Option(name) => format!("--{name}"),
        }
    }

    /// Returns true if the command line may have several values.
    pub fn is_repeatable(&self) -> bool {
        self.is_list || self.kind == MemberKind::Map
    }

    /// Returns the value of these texts; `None` if one has another type. A list of empty texts is empty.
    pub fn value(&self, texts: &[&str]) -> Option<Value> {
        if self.is_list {
            let texts = texts.iter().filter(|text| !text.is_empty());
            return texts.map(|text| self.single(text)).collect();
        }
        if self.kind == MemberKind::Map {
            let pair = |text: &&str| {
                let (name, value) = text.split_once('=')?;
                Some((name.to_owned(), Value::from(value)))
            };
            return texts.iter().map(pair).collect();
        }
        match texts.last().copied().unwrap_or_default() {
            "" if self.is_removable => Some(Value::Null),
            text => self.single(text),
        }
    }

    fn single(&self, text: &str) -> Option<Value> {
        match self.kind {
            MemberKind::Number | MemberKind::Duration => text.parse::<i64>().ok().map(Value::from),
            MemberKind::Flag => text.parse::<bool>().ok().map(Value::from),
            _ => Some(Value::from(text)),
        }
    }
}

fn value_name(kind: MemberKind, place: &Place) -> String {
    let name = match (place, kind) {
        (Place::Argument(name), _) => return name.clone(),
        (_, MemberKind::Uri) => "URI",
        (_, MemberKind::Time) => "TIME",
        (_, MemberKind::Duration) => "DURATION",
        (_, MemberKind::Flag) => "BOOL",
        (_, MemberKind::Secret) => "FILE",
        (_, MemberKind::Map) => "NAME=VALUE",
        (Place::Option(name), _) => name,
    };
    name.replace('-', "_").to_uppercase()
}

fn without_description(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Some(members) = schema.as_object_mut() {
        members.remove("description");
    }
    schema
}

/// Returns the schema of a value that is not null.
fn plain(schema: &Value) -> &Value {
    let parts = schema["oneOf"]
        .as_array()
        .or_else(|| schema["allOf"].as_array());
    let mut parts = parts.into_iter().flatten();
    parts.find(|part| part["type"] != "null").unwrap_or(schema)
}

/// Returns true if the values of a schema may have this type.
fn has_type(schema: &Value, name: &str) -> bool {
    match &schema["type"] {
        Value::Array(types) => types.iter().any(|known| known == name),
        known => known == name,
    }
}

fn kind(schema: &Value) -> MemberKind {
    match schema["format"].as_str() {
        Some("date-time") => MemberKind::Time,
        Some("duration") => MemberKind::Duration,
        Some("password") => MemberKind::Secret,
        Some("uri") => MemberKind::Uri,
        _ if has_type(schema, "integer") => MemberKind::Number,
        _ if has_type(schema, "boolean") => MemberKind::Flag,
        _ if has_type(schema, "object") => MemberKind::Map,
        _ => MemberKind::Text,
    }
}

/// Returns the members of a schema: those that the command names, then the others.
pub(super) fn members(command: &'static str, schema: &RefOr<Schema>) -> Vec<Member> {
    let schema = serde_json::to_value(schema).unwrap_or_default();
    let (no_members, no_names) = (Map::new(), Vec::new());
    let members = schema["properties"].as_object().unwrap_or(&no_members);
    let required = schema["required"].as_array().unwrap_or(&no_names);
    let is_required = |name: &str| required.iter().any(|known| known == name);
    let usages = usages(command);
    let position = |name: &str| usages.iter().position(|usage| usage.member == name);
    let member = |(name, schema): (&String, &Value)| {
        let usage = position(name).map(|position| &usages[position]);
        Member::new(name, schema, is_required(name), usage)
    };
    let mut members: Vec<Member> = members.iter().map(member).collect();
    members.sort_by_key(|member| position(&member.name).unwrap_or(usages.len()));
    members
}
