//! The schemas of requests and responses: of a body from the function that reads it, of a response from
//! its type. Tests compare them with real responses.

use doorward_http_common::problem::FieldError;
use serde_json::{Map, Value, json};
use utoipa::PartialSchema;

use crate::articles::category::{self, CategoryView};
use crate::articles::model::{Article, ArticleView};
use crate::audit::Event;
use crate::decisions::Decision;
use crate::fields::Fields;
use crate::members::model::Member;
use crate::projects::member_http;
use crate::projects::model::{Project, ProjectView};
use crate::resource::Resource;
use crate::resource::http::read_fields;
use crate::tasks::model::Task;

pub(super) fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

pub(super) fn text() -> Value {
    json!({"type": "string"})
}

pub(super) fn list(items: &Value) -> Value {
    json!({"type": "array", "items": items})
}

pub(super) fn object(members: &Value, required: &[&str]) -> Value {
    json!({"type": "object", "properties": members, "required": required})
}

fn input<R: Resource>(is_whole: bool) -> Value {
    Fields::describe(|fields| read_fields::<R>(fields, 0, is_whole))
}

/// Returns the schema of a response. The members of a row and those that its view adds become one object.
fn schema<T: PartialSchema>() -> Value {
    let schema = json!(T::schema());
    let Some(parts) = schema["allOf"].as_array() else {
        return schema;
    };
    let properties = parts
        .iter()
        .map(|part| part["properties"].as_object().cloned());
    let properties: Map<_, _> = properties.flatten().flatten().collect();
    let required = parts.iter().filter_map(|part| part["required"].as_array());
    let required: Vec<_> = required.flatten().collect();
    json!({"type": "object", "properties": properties, "required": required})
}

pub(super) fn all() -> Map<String, Value> {
    let about = |about: &str| json!({"type": "object", "description": about});
    let schemas = [
        ("TaskInput", input::<Task>(true)),
        ("TaskChange", input::<Task>(false)),
        ("ProjectInput", input::<Project>(true)),
        ("ProjectChange", input::<Project>(false)),
        ("ArticleInput", input::<Article>(true)),
        ("ArticleChange", input::<Article>(false)),
        (
            "MemberInput",
            Fields::describe(|fields| member_http::read(fields, "")),
        ),
        (
            "CategoryInput",
            Fields::describe(|fields| category::read(fields, "")),
        ),
        ("Task", schema::<Task>()),
        ("Project", schema::<ProjectView<'_>>()),
        ("Member", schema::<Member>()),
        ("Article", schema::<ArticleView<'_>>()),
        ("Category", schema::<CategoryView<'_>>()),
        ("Event", schema::<Event>()),
        ("Decision", decision()),
        ("Problem", problem()),
        ("Status", object(&json!({"status": text()}), &["status"])),
        (
            "Metadata",
            about("Protected resource metadata (RFC 9728 §2)"),
        ),
        ("Document", about("OpenAPI 3.1")),
    ];
    let pages = ["Task", "Project", "Member", "Article", "Category", "Event"].map(|name| {
        let next = json!({"type": ["string", "null"], "description": "Cursor of the next page"});
        let members = json!({"items": list(&reference(name)), "next": next});
        (format!("{name}Page"), object(&members, &["items", "next"]))
    });
    let named = schemas.map(|(name, schema)| (name.to_owned(), schema));
    named.into_iter().chain(pages).collect()
}

/// Returns the schema of a stored decision with the members of its record.
fn decision() -> Value {
    let mut decision = schema::<Decision>();
    let members = &mut decision["properties"];
    for name in ["decided_by", "would_permit", "missing"] {
        members[name] = list(&json!({"type": "object"}));
    }
    members["inputs"] = json!({"type": "object"});
    members["grant"] = list(&text());
    decision
}

fn problem() -> Value {
    let reason = json!({
        "code": text(),
        "permission": text(),
        "scope": text(),
        "detail": text(),
    });
    let members = json!({
        "type": {"type": "string", "format": "uri"},
        "title": text(),
        "status": {"type": "integer"},
        "detail": text(),
        "errors": list(&schema::<FieldError>()),
        "reasons": list(&object(&reason, &["code", "detail"])),
        "decision_id": {"type": "string", "format": "uuid"},
    });
    object(&members, &["type", "title", "status", "detail"])
}
