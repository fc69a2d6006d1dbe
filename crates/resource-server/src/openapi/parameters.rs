//! The parameters of operations.

use serde_json::{Value, json};

use super::schemas::{
    CONFIDENTIALITY, EVENT_KIND, PROJECT_STATUS, TASK_PRIORITY, TASK_STATUS, Words,
};

/// A query parameter.
pub(super) enum Parameter {
    /// A text.
    Text(&'static str),
    /// Words to search for.
    Search,
    /// A date.
    Date(&'static str),
    /// Words, separated by commas.
    Words(&'static str, Words),
    /// The sort key: one of these, with `-` in front for descending order.
    Ordering(&'static [&'static str]),
    /// Cursor of the previous page.
    Cursor,
    /// Maximum number of items.
    Limit,
}

/// The description of a search.
const SEARCH: &str = "Words that must all match, each also as the beginning of a longer word, without \
                      case and accents";

use Parameter::{Cursor, Date, Limit, Ordering, Search, Text};

pub(super) const TASKS: &[Parameter] = &[
    Text("assignee"),
    Cursor,
    Text("department"),
    Date("due_after"),
    Date("due_before"),
    Limit,
    Ordering(&["created_at", "updated_at", "due_date", "priority", "title"]),
    Text("owner"),
    Parameter::Words("priority", TASK_PRIORITY),
    Text("project"),
    Search,
    Parameter::Words("status", TASK_STATUS),
];

pub(super) const PROJECTS: &[Parameter] = &[
    Parameter::Words("confidentiality", CONFIDENTIALITY),
    Cursor,
    Text("department"),
    Limit,
    Ordering(&["created_at", "updated_at", "name"]),
    Text("owner"),
    Search,
    Parameter::Words("status", PROJECT_STATUS),
];

pub(super) const MEMBERS: &[Parameter] = &[Cursor, Limit];

pub(super) const ARTICLES: &[Parameter] = &[
    Text("author"),
    Text("category"),
    Parameter::Words("confidentiality", CONFIDENTIALITY),
    Cursor,
    Limit,
    Ordering(&["created_at", "updated_at", "title"]),
    Text("plan"),
    Parameter::Words("published", || vec!["true", "false"]),
    Search,
];

pub(super) const AUDIT: &[Parameter] = &[
    Cursor,
    Parameter::Words("kind", EVENT_KIND),
    Limit,
    Text("resource"),
    Text("subject"),
];

/// Returns the parameters of an operation: those of its path and its query, and `If-Match` if it
/// `expects_version`.
pub(super) fn of(path: &str, query: &[Parameter], expects_version: bool) -> Vec<Value> {
    let names = path.split('{').skip(1);
    let names = names.filter_map(|part| part.split('}').next());
    let mut found: Vec<Value> = names
        .map(|name| {
            let schema = match name {
                "id" => json!({"type": "string", "format": "uuid"}),
                _ => json!({"type": "string"}),
            };
            json!({"name": name, "in": "path", "required": true, "schema": schema})
        })
        .collect();
    found.extend(query.iter().map(Parameter::describe));
    if expects_version {
        found.push(json!({
            "name": "If-Match",
            "in": "header",
            "description": "Version of the object, from its `ETag`; 412 if it has another one",
            "schema": {"type": "string"},
        }));
    }
    found
}

impl Parameter {
    fn describe(&self) -> Value {
        let (name, schema) = match self {
            Self::Text(name) => (*name, json!({"type": "string"})),
            Self::Search => {
                let schema = json!({"type": "string", "maxLength": 200});
                ("search", schema)
            }
            Self::Date(name) => (*name, json!({"type": "string", "format": "date"})),
            Self::Words(name, words) => {
                let items = json!({"type": "string", "enum": words()});
                (*name, json!({"type": "array", "items": items}))
            }
            Self::Ordering(keys) => {
                let keys = keys.iter();
                let values: Vec<_> = keys
                    .flat_map(|key| [(*key).to_owned(), format!("-{key}")])
                    .collect();
                let schema = json!({"type": "string", "enum": values, "default": "-created_at"});
                ("ordering", schema)
            }
            Self::Cursor => ("cursor", json!({"type": "string"})),
            Self::Limit => {
                let schema =
                    json!({"type": "integer", "minimum": 1, "maximum": 200, "default": 50});
                ("limit", schema)
            }
        };
        let mut parameter = json!({"name": name, "in": "query", "schema": schema});
        if matches!(self, Self::Search) {
            parameter["description"] = SEARCH.into();
        }
        if matches!(self, Self::Words(..)) {
            parameter["style"] = "form".into();
            parameter["explode"] = false.into();
        }
        parameter
    }
}
