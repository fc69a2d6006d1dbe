//! The parameters of operations.

use sea_orm::ColumnTrait;
use serde_json::{Value, json};

use crate::audit::Kind;
use crate::resource::{Filter, Resource};
use crate::words::Word as _;

const SEARCH: &str = "Words that must all match, each also as the beginning of a longer word, without \
                      case and accents";

pub(super) fn of_list<R: Resource>() -> Vec<Value> {
    let keys = R::SORT_KEYS.iter();
    let keys: Vec<_> = keys
        .flat_map(|(key, _)| [(*key).to_owned(), format!("-{key}")])
        .collect();
    let ordering = json!({"type": "string", "enum": keys, "default": "-created_at"});
    let mut search = query("search", &json!({"type": "string", "maxLength": 200}));
    search["description"] = SEARCH.into();
    let mut all = vec![
        text("cursor"),
        limit(),
        query("ordering", &ordering),
        search,
    ];
    let own = R::PARAMETERS.iter();
    all.extend(own.map(|(name, filter)| describe(name, filter)));
    all.sort_by(|one, other| one["name"].as_str().cmp(&other["name"].as_str()));
    all
}

pub(super) fn of_members() -> Vec<Value> {
    vec![text("cursor"), limit()]
}

pub(super) fn of_audit() -> Vec<Value> {
    let kind = words("kind", Kind::WORDS);
    vec![
        text("cursor"),
        kind,
        limit(),
        text("resource"),
        text("subject"),
    ]
}

fn limit() -> Value {
    query(
        "limit",
        &json!({"type": "integer", "minimum": 1, "maximum": 200, "default": 50}),
    )
}

fn describe<C: ColumnTrait>(name: &str, filter: &Filter<C>) -> Value {
    match filter {
        Filter::Text(_) | Filter::Id(_) => text(name),
        Filter::Until(_) | Filter::From(_) => {
            query(name, &json!({"type": "string", "format": "date"}))
        }
        Filter::Words(_, known, _) => words(name, known),
        Filter::Presence(_) => words(name, &["true", "false"]),
    }
}

fn text(name: &str) -> Value {
    query(name, &json!({"type": "string"}))
}

fn words(name: &str, words: &[&str]) -> Value {
    let items = json!({"type": "string", "enum": words});
    let mut parameter = query(name, &json!({"type": "array", "items": items}));
    parameter["style"] = "form".into();
    parameter["explode"] = false.into();
    parameter
}

fn query(name: &str, schema: &Value) -> Value {
    json!({"name": name, "in": "query", "schema": schema})
}

/// Returns the parameters of an operation: those of its path and its query, and `If-Match` if it
/// `expects_version`.
pub(super) fn of(path: &str, query: Vec<Value>, expects_version: bool) -> Vec<Value> {
    let names = path.split('{').skip(1);
    let mut parameters: Vec<Value> = names
        .filter_map(|part| part.split('}').next())
        .map(|name| {
            let schema = match name {
                "id" => json!({"type": "string", "format": "uuid"}),
                _ => json!({"type": "string"}),
            };
            json!({"name": name, "in": "path", "required": true, "schema": schema})
        })
        .collect();
    parameters.extend(query);
    if expects_version {
        parameters.push(json!({
            "name": "If-Match",
            "in": "header",
            "description": "Version of the object, from its `ETag`; 412 if it has another one",
            "schema": {"type": "string"},
        }));
    }
    parameters
}
