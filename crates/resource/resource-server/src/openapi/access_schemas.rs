//! The schemas of the `AuthZEN` Authorization API 1.0.

use serde_json::{Value, json};

use super::schemas::{list, object, text};

fn properties() -> Value {
    json!({"type": "object"})
}

fn entity() -> Value {
    object(&members(), &["type", "id"])
}

/// Returns the entity that a search looks for.
fn target() -> Value {
    object(&members(), &["type"])
}

fn members() -> Value {
    json!({"type": text(), "id": text(), "properties": properties()})
}

fn action() -> Value {
    object(
        &json!({"name": text(), "properties": properties()}),
        &["name"],
    )
}

fn search(subject: &Value, resource: &Value) -> Value {
    let page = json!({"limit": {"type": "integer", "minimum": 0}, "token": text()});
    json!({
        "subject": subject,
        "resource": resource,
        "context": properties(),
        "page": object(&page, &[]),
    })
}

fn page(items: &Value) -> Value {
    let page = json!({"next_token": text(), "count": {"type": "integer"}});
    let members = json!({"page": object(&page, &["next_token"]), "results": list(items)});
    object(&members, &["page", "results"])
}

fn metadata() -> Value {
    let names = [
        "policy_decision_point",
        "access_evaluation_endpoint",
        "access_evaluations_endpoint",
        "search_subject_endpoint",
        "search_resource_endpoint",
        "search_action_endpoint",
    ];
    let members: Value = names.map(|name| (name, text())).into_iter().collect();
    object(&members, &names)
}

pub(super) fn all() -> [(String, Value); 10] {
    let all = ["subject", "action", "resource"];
    let evaluation = json!({
        "subject": entity(),
        "action": action(),
        "resource": entity(),
        "context": properties(),
    });
    let mut evaluations = evaluation.clone();
    evaluations["evaluations"] = list(&object(&evaluation, &[]));
    evaluations["options"] = properties();
    let decision = object(
        &json!({"decision": {"type": "boolean"}, "context": properties()}),
        &["decision"],
    );
    let mut decisions = json!({"evaluations": list(&decision)});
    decisions["decision"] = json!({"type": "boolean"});
    decisions["context"] = properties();
    let with_action = |mut search: Value| {
        search["action"] = action();
        object(&search, &all)
    };
    [
        ("AccessMetadata", metadata()),
        ("AccessEvaluation", object(&evaluation, &all)),
        ("AccessEvaluations", object(&evaluations, &[])),
        ("AccessDecision", decision),
        ("AccessDecisions", object(&decisions, &[])),
        ("SubjectSearch", with_action(search(&target(), &entity()))),
        ("ResourceSearch", with_action(search(&entity(), &target()))),
        (
            "ActionSearch",
            object(&search(&entity(), &entity()), &["subject", "resource"]),
        ),
        (
            "EntityPage",
            page(&object(
                &json!({"type": text(), "id": text()}),
                &["type", "id"],
            )),
        ),
        (
            "ActionPage",
            page(&object(&json!({"name": text()}), &["name"])),
        ),
    ]
    .map(|(name, schema)| (name.to_owned(), schema))
}
