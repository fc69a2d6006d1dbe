//! The schemas of requests and responses. Tests compare them with real responses.

use serde_json::{Map, Value, json};

use crate::articles::model as articles;
use crate::audit::Kind;
use crate::projects::model::{self as projects, Confidentiality, Permission, Role};
use crate::tasks::model::{self as tasks, Priority};
use crate::words::Word;

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

fn formatted(format: &str) -> Value {
    json!({"type": "string", "format": format})
}

fn formatted_or_null(format: &str) -> Value {
    json!({"type": ["string", "null"], "format": format})
}

fn word<W: Word>() -> Value {
    json!({"type": "string", "enum": W::WORDS})
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

/// Returns an object with these members, all of which are present but the `optional` ones.
fn object(members: &Value, optional: &[&str]) -> Value {
    let names = members.as_object().into_iter().flat_map(Map::keys);
    let required: Vec<&str> = names
        .map(String::as_str)
        .filter(|name| !optional.contains(name))
        .collect();
    json!({"type": "object", "properties": members, "required": required})
}

/// Returns the body of a request, with at most one required member: other members are rejected.
fn input(members: &Value, required: Option<&str>) -> Value {
    json!({
        "type": "object",
        "properties": members,
        "required": required.as_slice(),
        "additionalProperties": false,
    })
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
        add(&format!("{name}Input"), input(&members, Some(required)));
        add(&format!("{name}Change"), input(&members, None));
    }
    let member = json!({
        "role": word::<Role>(),
        "permissions": list(&word::<Permission>()),
        "email": or_null(),
        "phone": or_null(),
    });
    add("MemberInput", input(&member, None));
    let category = json!({"name": text(), "editors": list(&text())});
    add("CategoryInput", input(&category, Some("name")));
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
        add(&format!("{name}Page"), object(&members, &[]));
    }
    add("Problem", problem());
    add("Status", object(&json!({"status": text()}), &[]));
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
        "status": word::<tasks::Status>(),
        "priority": word::<Priority>(),
        "due_date": formatted_or_null("date"),
        "project": formatted_or_null("uuid"),
        "assignee": or_null(),
        "department": or_null(),
    })
}

fn task() -> Value {
    let members = json!({
        "id": formatted("uuid"),
        "title": text(),
        "description": text(),
        "status": word::<tasks::Status>(),
        "priority": word::<Priority>(),
        "due_date": formatted_or_null("date"),
        "owner_subject": text(),
        "project": formatted("uuid"),
        "assignee": text(),
        "department": text(),
        "created_at": formatted("date-time"),
        "updated_at": formatted("date-time"),
    });
    object(&members, &["project", "assignee", "department"])
}

fn project_input() -> Value {
    json!({
        "name": text_of(projects::MAX_NAME),
        "description": text_of(projects::MAX_TEXT),
        "department": or_null(),
        "confidentiality": word::<Confidentiality>(),
        "status": word::<projects::Status>(),
        "budget": budget(),
        "internal_notes": text_of(projects::MAX_TEXT),
    })
}

fn project() -> Value {
    let members = json!({
        "id": formatted("uuid"),
        "name": text(),
        "description": text(),
        "department": or_null(),
        "confidentiality": word::<Confidentiality>(),
        "status": word::<projects::Status>(),
        "owner_subject": text(),
        "budget": budget(),
        "internal_notes": text(),
        "member_count": {"type": "integer", "description": "Absent in lists"},
        "members_url": {
            "type": "string",
            "description": "Path of the list; absent in lists, and for callers who may not read it",
        },
        "created_at": formatted("date-time"),
        "updated_at": formatted("date-time"),
    });
    object(
        &members,
        &["budget", "internal_notes", "member_count", "members_url"],
    )
}

fn member_view() -> Value {
    let members = json!({
        "subject": text(),
        "role": word::<Role>(),
        "permissions": list(&word::<Permission>()),
        "joined_at": formatted_or_null("date-time"),
        "email": text(),
        "phone": text(),
    });
    object(&members, &["email", "phone"])
}

fn article_input() -> Value {
    json!({
        "title": text_of(articles::MAX_TITLE),
        "body": text_of(articles::MAX_BODY),
        "category": or_null(),
        "department": or_null(),
        "manager": or_null(),
        "confidentiality": word::<Confidentiality>(),
        "plan": or_null(),
        "published": {"type": "boolean"},
    })
}

fn article() -> Value {
    let members = json!({
        "id": formatted("uuid"),
        "title": text(),
        "body": {"type": "string", "description": "Absent in lists"},
        "category": or_null(),
        "department": or_null(),
        "manager": or_null(),
        "confidentiality": word::<Confidentiality>(),
        "plan": or_null(),
        "author_subject": text(),
        "published": {"type": "boolean"},
        "published_at": formatted_or_null("date-time"),
        "created_at": formatted("date-time"),
        "updated_at": formatted("date-time"),
    });
    object(&members, &["body"])
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
    object(&members, &["editors"])
}

fn event() -> Value {
    let members = json!({
        "id": formatted("uuid"),
        "created_at": formatted("date-time"),
        "kind": word::<Kind>(),
        "subject": or_null(),
        "client_id": or_null(),
        "ip": or_null(),
        "user_agent": or_null(),
        "action": text(),
        "resource": or_null(),
        "decision_id": formatted_or_null("uuid"),
        "detail": {"type": "object"},
    });
    object(&members, &[])
}

fn decision() -> Value {
    let members = json!({
        "id": formatted("uuid"),
        "created_at": formatted("date-time"),
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
    let required = ["id", "created_at", "method", "path", "action", "status"];
    json!({"type": "object", "properties": members, "required": required})
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
        "type": formatted("uri"),
        "title": text(),
        "status": {"type": "integer"},
        "detail": text(),
        "errors": list(&object(&error, &["pointer"])),
        "reasons": list(&object(&reason, &["permission", "scope"])),
        "decision_id": formatted("uuid"),
    });
    object(&members, &["errors", "reasons", "decision_id"])
}
