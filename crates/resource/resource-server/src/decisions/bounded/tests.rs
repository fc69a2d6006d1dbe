use serde_json::{Value, json};
use uuid::Uuid;

use super::{MAX_RECORD, bounded};

fn ids(number: usize) -> Vec<String> {
    let ids = (0..number).map(|n| Uuid::from_u128(n as u128 + 1).to_string());
    ids.collect()
}

/// A record with the members that records of policies have.
fn record(person: &Value, object: &Value) -> Value {
    let rule = json!({"rule": "task.write_all", "file": "tasks.cedar", "effect": "permit",
        "needs": "tasks:write_all", "because": null});
    json!({
        "decided_by": [], "would_permit": [rule],
        "inputs": {"person": person, "situation": {"now": 1, "hour": 2, "method": "GET"}, "object": object},
        "missing": [{"code": "missing_entitlement", "permission": "tasks:write_all", "detail": "…"}],
        "grant": ["doorward role assign"],
    })
}

fn object() -> Value {
    json!({"kind": "Task", "id": Uuid::max(), "related": [],
        "attributes": {"owner": "alice", "project": ids(4000)[3999]}})
}

#[test]
fn usual_record_is_kept_as_it_is() {
    let person = json!({"subject": "mona", "roles": ["manager"], "entitlements": ["tasks:read"]});
    let record = record(&person, &object());
    assert_eq!(bounded(record.clone()), record.to_string());
}

#[test]
fn only_named_items_of_caller_are_kept() {
    let mut entitlements: Vec<_> = (0..100).map(|n| format!("other:{n:03}")).collect();
    entitlements.push("tasks:write_all".to_owned());
    let person = json!({"subject": "mona", "projects": ids(5000), "leads": ids(5000),
        "entitlements": entitlements});
    let text = bounded(record(&person, &object()));
    let stored: Value = serde_json::from_str(&text).unwrap();
    let inputs = &stored["inputs"];
    assert_eq!(inputs["person"]["projects"], json!([ids(4000)[3999]]));
    assert_eq!(inputs["person"]["entitlements"][0], "tasks:write_all");
    assert_eq!(inputs["omitted"]["projects"], 4999);
    let shown = inputs["person"]["entitlements"].as_array().unwrap().len();
    assert_eq!(inputs["omitted"]["entitlements"], 101 - shown);
    assert_eq!(inputs["object"], object());
}

#[test]
fn every_record_has_bounded_size() {
    let many = |text: &str| vec![text.to_owned(); 5000];
    let long = "ä".repeat(10_000);
    let sets = |item: &str| {
        let names = [
            "roles",
            "groups",
            "departments",
            "manages",
            "entitlements",
            "scope",
            "subscriptions",
            "projects",
            "leads",
            "reviews",
            "may_edit",
            "may_change_tasks",
            "may_see_budget",
        ];
        let mut person: serde_json::Map<_, _> = names
            .iter()
            .map(|name| ((*name).to_owned(), json!(many(item))))
            .collect();
        person.insert("subject".to_owned(), item.into());
        person.insert("org".to_owned(), item.into());
        Value::Object(person)
    };
    let objects = |text: &str| {
        let attributes = json!({"owner": text, "org": text, "department": text, "assignee": text,
            "category": text, "plan": text, "status": text, "manager": text});
        let related = json!({"kind": "Project", "id": text, "attributes": attributes});
        json!({"kind": "Task", "id": text, "attributes": attributes, "related": [related, related]})
    };
    for text in [
        "short",
        &"x".repeat(255),
        &long,
        "\u{1}\u{2}\"\\",
        &"\u{1}".repeat(300),
    ] {
        let mut record = record(&sets(text), &objects(text));
        for member in ["decided_by", "would_permit", "missing"] {
            let rule = json!({"rule": text, "file": text, "effect": "permit", "needs": text,
                "because": text, "code": text, "permission": text, "detail": text});
            record[member] = json!(vec![rule; 200]);
        }
        record["grant"] = json!(many(text));
        let stored = bounded(record);
        assert!(stored.len() <= MAX_RECORD, "{}", stored.len());
        let stored: Value = serde_json::from_str(&stored).unwrap();
        assert_ne!(stored["inputs"]["person"]["subject"], Value::Null);
    }
}
