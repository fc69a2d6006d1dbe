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
    /// Names separated by spaces.
    Names,
    /// Texts by name: `NAME=VALUE`, which may be repeated.
    Map,
    /// Text that no command line and no page contains.
    Secret,
    /// JSON object, which the command reads from a file.
    Document,
    /// Text such as CSV, XML or PEM, which the command reads from a file.
    Table,
    /// Picture as base64url text, which the command reads from a file.
    Picture,
}

#[derive(Clone, Debug)]
pub struct Member {
    /// Name; that of a member of an object is its path: `consent.publisher`.
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
    fn new(name: &str, schema: &Value, is_required: bool, usage: Option<&Usage>) -> Self {
        let plain = plain(schema);
        let is_list = has_type(plain, "array");
        let value = if is_list { &plain["items"] } else { plain };
        let words = value["enum"].as_array().into_iter().flatten();
        let words = words.filter_map(Value::as_str).map(str::to_owned);
        let default = schema["default"].as_str().map(str::to_owned);
        let default = default.or_else(|| schema["default"].as_i64().map(|it| it.to_string()));
        let kind = kind(value);
        let option = schema[OPTION].as_str();
        let default_name = option.map_or_else(|| name.replace(['_', '.'], "-"), str::to_owned);
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

    /// Returns true if the command line may repeat the option.
    pub fn is_repeatable(&self) -> bool {
        self.is_list || matches!(self.kind, MemberKind::Names | MemberKind::Map)
    }

    /// Returns the schema of a value that is not null.
    pub fn plain_schema(&self) -> &Value {
        plain(&self.schema)
    }

    /// Returns the value of the member in a body.
    pub fn of<'a>(&self, body: &'a Map<String, Value>) -> Option<&'a Value> {
        find(body, &self.name)
    }

    /// Returns the value of these texts; `None` if one has another type. A list of empty texts is empty.
    pub fn value(&self, texts: &[&str]) -> Option<Value> {
        if self.is_list {
            let texts = texts.iter().filter(|text| !text.is_empty());
            return texts.map(|text| self.single(text)).collect();
        }
        if self.kind == MemberKind::Names {
            return Some(texts.join(" ").trim().into());
        }
        if self.kind == MemberKind::Map {
            let pair = |text: &&str| {
                let (name, value) = text.split_once('=')?;
                Some((name.to_owned(), Value::from(value)))
            };
            let map: Map<_, _> = texts.iter().map(pair).collect::<Option<_>>()?;
            // A repeated name would replace the first value.
            return (map.len() == texts.len()).then_some(map.into());
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

/// Member of a schema with the name of the option, if it is not that of the member.
pub const OPTION: &str = "x-option";

/// Member of an operation whose call has a picture as its body.
pub const PICTURE: &str = "picture";
/// Name of its file in the texts of the console.
pub const PICTURE_FILE: &str = "logo.png";

/// Returns the value at a path of names, such as `consent.publisher`.
pub fn find<'a>(object: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    match path.split_once('.') {
        Some((name, rest)) => find(object.get(name)?.as_object()?, rest),
        None => object.get(path),
    }
}

/// Sets the value at a path of names.
pub fn put(object: &mut Map<String, Value>, path: &str, value: Value) {
    let Some((name, rest)) = path.split_once('.') else {
        object.insert(path.to_owned(), value);
        return;
    };
    let inner = object.entry(name).or_insert_with(|| Map::new().into());
    if let Value::Object(inner) = inner {
        put(inner, rest, value);
    }
}

fn value_name(kind: MemberKind, place: &Place) -> String {
    let name = match (place, kind) {
        (Place::Argument(name), _) => return name.clone(),
        (_, MemberKind::Uri) => "URI",
        (_, MemberKind::Time) => "TIME",
        (_, MemberKind::Duration) => "DURATION",
        (_, MemberKind::Flag) => "BOOL",
        (
            _,
            MemberKind::Secret | MemberKind::Document | MemberKind::Table | MemberKind::Picture,
        ) => "FILE",
        (_, MemberKind::Map) => "NAME=VALUE",
        (Place::Option(name), _) => name,
    };
    name.replace('-', "_").to_uppercase()
}

fn without_description(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Some(members) = schema.as_object_mut() {
        members.remove("description");
        members.remove(OPTION);
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
        Some("csv" | "xml" | "pem") => MemberKind::Table,
        Some("picture") => MemberKind::Picture,
        Some("uri") => MemberKind::Uri,
        Some("names") => MemberKind::Names,
        Some("json") => MemberKind::Document,
        _ if has_type(schema, "integer") => MemberKind::Number,
        _ if has_type(schema, "boolean") => MemberKind::Flag,
        _ if has_type(schema, "object") => MemberKind::Map,
        _ => MemberKind::Text,
    }
}

/// Returns the members of a schema: those that the command names, then the others.
pub(super) fn members(command: &'static str, schema: &RefOr<Schema>) -> Vec<Member> {
    let schema = serde_json::to_value(schema).unwrap_or_default();
    let usages = usages(command);
    let mut members = Vec::new();
    add_members(&schema, "", &usages, &mut members);
    let position = |name: &str| usages.iter().position(|usage| usage.member == name);
    members.sort_by_key(|member| position(&member.name).unwrap_or(usages.len()));
    members
}

/// Adds the members of an object, and those of the objects in it, which are optional.
fn add_members(schema: &Value, path: &str, usages: &[Usage], members: &mut Vec<Member>) {
    let required = schema["required"].as_array().into_iter().flatten();
    let required: Vec<&str> = required.filter_map(Value::as_str).collect();
    for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
        let full = format!("{path}{name}");
        if schema["properties"].is_object() {
            add_members(schema, &format!("{full}."), usages, members);
            continue;
        }
        let is_required = path.is_empty() && required.contains(&name.as_str());
        let usage = usages.iter().find(|usage| usage.member == full);
        members.push(Member::new(&full, schema, is_required, usage));
    }
}
