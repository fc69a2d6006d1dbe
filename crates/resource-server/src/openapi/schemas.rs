//! The schemas of requests and responses. Tests compare them with real responses.

use serde_json::{Map, Value, json};

use crate::articles::model as articles;
use crate::audit::Kind;
use crate::projects::model as projects;
use crate::tasks::model as tasks;

/// The words of an enumeration.
type Words = fn() -> Vec<&'static str>;

const TASK_STATUS: Words = tasks::Status::words;
const TASK_PRIORITY: Words = tasks::Priority::words;
const PROJECT_STATUS: Words = projects::Status::words;
const CONFIDENTIALITY: Words = projects::Confidentiality::words;
const EVENT_KIND: Words = Kind::words;
const ROLE: Words = projects::Role::words;
const PERMISSION: Words = projects::Permission::words;

pub(super) fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn text() -> Value {
    json!({"type": "string"})
}

fn text_of(max: usize) -> Value {
    json!({"type": "string", "maxLength": max})
}

fn or_null() -> Value {
    json!({"type": ["string", "null"]})
}

fn id() -> Value {
    json!({"type": "string", "format": "uuid"})
}

fn time() -> Value {
    json!({"type": "string", "format": "date-time"})
}

fn time_or_null() -> Value {
    json!({"type": ["string", "null"], "format": "date-time"})
}

fn date_or_null() -> Value {
    json!({"type": ["string", "null"], "format": "date"})
}

fn word(words: Words) -> Value {
    json!({"type": "string", "enum": words()})
}

fn list(items: &Value) -> Value {
    json!({"type": "array", "items": items})
}

fn budget() -> Value {
    json!({
        "type": ["integer", "null"],
        "minimum": 0,
        "description": "In the smallest unit of the currency",
    })
}

/// Returns an object with these members, of which those in `required` are always present.
fn object(members: &Value, required: &[&str]) -> Value {
    json!({"type": "object", "properties": members, "required": required})
}

/// Returns the body of a request: other members are rejected.
fn input(members: &Value, required: &[&str]) -> Value {
    let mut schema = object(members, required);
    schema["additionalProperties"] = false.into();
    schema
}

pub(super) fn all() -> Map<String, Value> {
    let mut all = Map::new();
    let mut add = |name: &str, schema: Value| {
        all.insert(name.to_owned(), schema);
    };
    for (name, members) in [
        ("Task", task_input()),
        ("Project", project_input()),
        ("Article", article_input()),
    ] {
        let required = if name == "Project" { "name" } else { "title" };
        add(&format!("{name}Input"), input(&members, &[required]));
        add(&format!("{name}Change"), input(&members, &[]));
    }
    let member = json!({
        "role": word(ROLE),
        "permissions": list(&word(PERMISSION)),
        "email": or_null(),
        "phone": or_null(),
    });
    add("MemberInput", input(&member, &[]));
    let category = json!({"name": text(), "editors": list(&text())});
    add("CategoryInput", input(&category, &["name"]));
    add("Task", task());
    add("Project", project());
    add("Member", member_view());
    add("Article", article());
    add("Category", category_view());
    add("Event", event());
    add("Decision", decision());
    for name in ["Task", "Project", "Member", "Article", "Category", "Event"] {
        let members = json!({"items": list(&reference(name)), "next": {
            "type": ["string", "null"],
            "description": "Cursor of the next page",
        }});
        add(&format!("{name}Page"), object(&members, &["items", "next"]));
    }
    add("Problem", problem());
    add("Status", object(&json!({"status": text()}), &["status"]));
    for (name, about) in [
        ("Metadata", "Protected resource metadata (RFC 9728 §2)"),
        ("Document", "OpenAPI 3.1"),
    ] {
        add(name, json!({"type": "object", "description": about}));
    }
    all
}

fn task_input() -> Value {
    json!({
        "title": text_of(tasks::MAX_TITLE),
        "description": text_of(tasks::MAX_DESCRIPTION),
        "status": word(TASK_STATUS),
        "priority": word(TASK_PRIORITY),
        "due_date": date_or_null(),
        "project": {"type": ["string", "null"], "format": "uuid"},
        "assignee": or_null(),
        "department": or_null(),
    })
}

fn task() -> Value {
    let members = json!({
        "id": id(),
        "title": text(),
        "description": text(),
        "status": word(TASK_STATUS),
        "priority": word(TASK_PRIORITY),
        "due_date": date_or_null(),
        "owner_subject": text(),
        "project": id(),
        "assignee": text(),
        "department": text(),
        "created_at": time(),
        "updated_at": time(),
    });
    let required = [
        "id",
        "title",
        "description",
        "status",
        "priority",
        "due_date",
        "owner_subject",
        "created_at",
        "updated_at",
    ];
    object(&members, &required)
}

fn project_input() -> Value {
    json!({
        "name": text_of(projects::MAX_NAME),
        "description": text_of(projects::MAX_TEXT),
        "department": or_null(),
        "confidentiality": word(CONFIDENTIALITY),
        "status": word(PROJECT_STATUS),
        "budget": budget(),
        "internal_notes": text_of(projects::MAX_TEXT),
    })
}

fn project() -> Value {
    let members = json!({
        "id": id(),
        "name": text(),
        "description": text(),
        "department": or_null(),
        "confidentiality": word(CONFIDENTIALITY),
        "status": word(PROJECT_STATUS),
        "owner_subject": text(),
        "budget": budget(),
        "internal_notes": text(),
        "member_count": {"type": "integer", "description": "Absent in lists"},
        "members_url": {
            "type": "string",
            "description": "Path of the list; absent in lists, and for callers who may not read it",
        },
        "created_at": time(),
        "updated_at": time(),
    });
    let required = [
        "id",
        "name",
        "description",
        "department",
        "confidentiality",
        "status",
        "owner_subject",
        "created_at",
        "updated_at",
    ];
    object(&members, &required)
}

fn member_view() -> Value {
    let members = json!({
        "subject": text(),
        "role": word(ROLE),
        "permissions": list(&word(PERMISSION)),
        "joined_at": time_or_null(),
        "email": text(),
        "phone": text(),
    });
    object(&members, &["subject", "role", "permissions", "joined_at"])
}

fn article_input() -> Value {
    json!({
        "title": text_of(articles::MAX_TITLE),
        "body": text_of(articles::MAX_BODY),
        "category": or_null(),
        "department": or_null(),
        "manager": or_null(),
        "confidentiality": word(CONFIDENTIALITY),
        "plan": or_null(),
        "published": {"type": "boolean"},
    })
}

fn article() -> Value {
    let members = json!({
        "id": id(),
        "title": text(),
        "body": {"type": "string", "description": "Absent in lists"},
        "category": or_null(),
        "department": or_null(),
        "manager": or_null(),
        "confidentiality": word(CONFIDENTIALITY),
        "plan": or_null(),
        "author_subject": text(),
        "published": {"type": "boolean"},
        "published_at": time_or_null(),
        "created_at": time(),
        "updated_at": time(),
    });
    let required = [
        "id",
        "title",
        "category",
        "department",
        "manager",
        "confidentiality",
        "plan",
        "author_subject",
        "published",
        "published_at",
        "created_at",
        "updated_at",
    ];
    object(&members, &required)
}

fn category_view() -> Value {
    let members = json!({
        "code": text(),
        "name": text(),
        "editors": {
            "type": "array",
            "items": text(),
            "description": "Absent for callers who may not change categories",
        },
    });
    object(&members, &["code", "name"])
}

fn event() -> Value {
    let members = json!({
        "id": id(),
        "created_at": time(),
        "kind": word(EVENT_KIND),
        "subject": or_null(),
        "client_id": or_null(),
        "ip": or_null(),
        "user_agent": or_null(),
        "action": text(),
        "resource": or_null(),
        "decision_id": {"type": ["string", "null"], "format": "uuid"},
        "detail": {"type": "object"},
    });
    let required = [
        "id",
        "created_at",
        "kind",
        "subject",
        "client_id",
        "ip",
        "user_agent",
        "action",
        "resource",
        "decision_id",
        "detail",
    ];
    object(&members, &required)
}

fn decision() -> Value {
    let members = json!({
        "id": id(),
        "created_at": time(),
        "subject": or_null(),
        "client_id": or_null(),
        "ip": or_null(),
        "user_agent": or_null(),
        "organization": text(),
        "method": text(),
        "path": text(),
        "action": text(),
        "status": {"type": "integer"},
        "resource": or_null(),
        "decided_by": list(&json!({"type": "object"})),
        "would_permit": list(&json!({"type": "object"})),
        "inputs": {"type": "object"},
        "missing": list(&json!({"type": "object"})),
        "grant": list(&text()),
    });
    object(
        &members,
        &["id", "created_at", "method", "path", "action", "status"],
    )
}

fn problem() -> Value {
    let error = json!({
        "field": text(),
        "pointer": {"type": "string", "description": "JSON Pointer into the body (RFC 6901)"},
        "code": text(),
        "detail": text(),
    });
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
        "errors": list(&object(&error, &["field", "code", "detail"])),
        "reasons": list(&object(&reason, &["code", "detail"])),
        "decision_id": id(),
    });
    object(&members, &["type", "title", "status", "detail"])
}
