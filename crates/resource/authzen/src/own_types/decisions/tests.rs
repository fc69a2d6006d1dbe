use std::path::Path;
use std::sync::Arc;

use rstest::rstest;

use super::*;
use crate::own_types::{LoadError, WatchedTypes};

fn load(directory: &Path) -> Result<Arc<OwnTypes>, LoadError> {
    WatchedTypes::load(directory, &["task"]).map(|types| types.current())
}

fn records() -> Arc<OwnTypes> {
    load(Path::new("records")).unwrap()
}

fn members(value: Value) -> Members {
    match value {
        Value::Object(members) => members,
        _ => Members::new(),
    }
}

fn entity(kind: &str, id: &str, properties: Value) -> Entity {
    Entity {
        kind: kind.to_owned(),
        id: id.to_owned(),
        properties: members(properties),
    }
}

fn action(name: &str, properties: Value) -> Action {
    Action {
        name: name.to_owned(),
        properties: members(properties),
    }
}

fn decide(subject: &Entity, action: &Action, resource: &Entity) -> OwnDecision {
    let types = records();
    let context = json!({"time": "2025-06-27T18:03-07:00", "load": 0.5, "no": null});
    let scene = types.scene(&[subject, resource], context.as_object().unwrap());
    scene.unwrap().decide(subject, action, resource)
}

/// The decisions of the certification scenario (section 3.4), and some beside them.
#[rstest]
#[case::rule_1("alice", json!(null), "read", json!(null), "record-1", json!(null), true)]
#[case::rule_2("alice", json!(null), "write", json!(null), "record-1", json!(null), true)]
#[case::rule_3("bob", json!(null), "read", json!(null), "record-1", json!(null), true)]
#[case::rule_4("bob", json!(null), "write", json!(null), "record-1", json!(null), false)]
#[case::rule_5("alice", json!(null), "write", json!(null), "record-2", json!({"status": "archived"}), false)]
#[case::rule_5_by_property("alice", json!(null), "write", json!(null), "record-1", json!({"status": "archived"}), false)]
#[case::rule_6("bob", json!({"role": "admin"}), "write", json!(null), "record-2", json!({"status": "archived"}), true)]
#[case::rule_6_by_property("eve", json!({"role": "admin"}), "write", json!(null), "record-9", json!({"status": "archived"}), true)]
#[case::rule_7("alice", json!(null), "delete", json!({"soft": true}), "record-1", json!(null), true)]
#[case::rule_8("alice", json!(null), "delete", json!({"soft": false}), "record-1", json!(null), false)]
#[case::no_property("alice", json!(null), "delete", json!(null), "record-1", json!(null), false)]
#[case::unknown_action("alice", json!(null), "share", json!(null), "record-1", json!(null), false)]
#[case::unknown_subject("eve", json!(null), "read", json!(null), "record-1", json!(null), false)]
#[case::additional("alice", json!({"department": "Sales", "role": "manager", "age": 1.5}), "read", json!({"method": "GET"}), "record-1", json!({"status": "active", "owner": "bob"}), true)]
fn properties_and_rules_decide(
    #[case] subject: &str,
    #[case] claims: Value,
    #[case] name: &str,
    #[case] options: Value,
    #[case] resource: &str,
    #[case] properties: Value,
    #[case] expected: bool,
) {
    let subject = entity("user", subject, claims);
    let resource = entity("record", resource, properties);
    let decision = decide(&subject, &action(name, options), &resource);
    assert_eq!(decision.allowed, expected, "{decision:?}");
}

/// A rule that forbids and fails denies, and is named: the record has no status.
#[test]
fn failed_forbid_denies() {
    let resource = entity("record", "record-9", json!(null));
    let subject = entity("user", "alice", json!(null));
    let decision = decide(&subject, &action("write", json!(null)), &resource);
    assert_eq!((decision.allowed, decision.failed), (false, true));
    assert_eq!(decision.decided_by, ["record.archived"]);
}

#[test]
fn other_types_are_denied() {
    let types = records();
    for (subject, resource) in [
        ("record", "record"),
        ("user", "user"),
        ("spaceship", "record"),
        ("user :: x", "record"),
    ] {
        let subject = entity(subject, "alice", json!(null));
        let resource = entity(resource, "record-1", json!(null));
        let scene = types
            .scene(&[&subject, &resource], &Members::new())
            .unwrap();
        assert_eq!(
            scene.decide(&subject, &action("read", json!(null)), &resource),
            OwnDecision::default()
        );
    }
    assert!(
        types.has_resource("record") && !types.has_resource("user") && !types.has_resource("task")
    );
}

#[test]
fn searches_find_what_decisions_permit() {
    let types = records();
    let (alice, bob) = (
        entity("user", "alice", json!(null)),
        entity("user", "bob", json!(null)),
    );
    let record = entity("record", "record-1", json!(null));
    let scene = types.scene(&[], &Members::new()).unwrap();
    assert_eq!(scene.actions(&alice, &record), ["read", "write"]);
    assert_eq!(scene.actions(&bob, &record), ["read"]);
    assert!(
        scene
            .actions(&entity("user", "eve", json!(null)), &record)
            .is_empty()
    );
    let read = action("read", json!(null));
    let may = |subject: &Entity| scene.decide(subject, &read, &record).allowed;
    let all = scene.find("user", "", 10, may);
    assert_eq!(all, (vec!["alice".to_owned(), "bob".to_owned()], None));
    let first = scene.find("user", "", 1, may);
    assert_eq!(first, (vec!["alice".to_owned()], Some("alice".to_owned())));
    assert_eq!(
        scene.find("user", "alice", 1, may),
        (vec!["bob".to_owned()], None)
    );
    assert_eq!(scene.find("spaceship", "", 1, may), (vec![], None));
}

/// A property is data: an escape of Cedar in it makes no member of a group.
#[test]
fn property_with_escape_is_no_membership() {
    let staff = json!({"__entity": {"type": "group", "id": "staff"}});
    for properties in [
        json!({"role": staff}),
        json!({"parents": [staff], "uid": {"type": "user", "id": "alice"}}),
        json!({"role": {"__extn": {"fn": "ip", "arg": "x"}}}),
        json!({"role": {"__expr": "\"admin\""}}),
    ] {
        let subject = entity("user", "eve", properties);
        let resource = entity("record", "record-1", json!(null));
        let types = records();
        let scene = types.scene(&[&subject, &resource], &Members::new());
        let read = action("read", json!(null));
        let decision = scene.map(|scene| scene.decide(&subject, &read, &resource));
        assert!(decision.is_none_or(|decision| !decision.allowed));
    }
}

#[rstest]
#[case::no_schema("schema.cedarschema", None, "schema.cedarschema")]
#[case::reserved(
    "schema.cedarschema",
    Some(
        "entity user; entity task; action read appliesTo { principal: [user], resource: [task] };"
    ),
    "belongs to this server"
)]
#[case::unknown_attribute(
    "rules.cedar",
    Some("permit (principal, action, resource) when { resource.statsu == \"x\" };"),
    "statsu"
)]
#[case::not_cedar("rules.cedar", Some("permit (principal"), "rules.cedar")]
#[case::entity_of_other_type(
    "entities.json",
    Some(r#"[{"uid": {"type": "x", "id": "1"}, "attrs": {}, "parents": []}]"#),
    "entities.json"
)]
#[case::no_list("entities.json", Some("{}"), "list")]
fn invalid_directory_is_rejected(
    #[case] file: &str,
    #[case] text: Option<&str>,
    #[case] expected: &str,
) {
    let directory = tempfile::tempdir().unwrap();
    for name in ["schema.cedarschema", "rules.cedar", "entities.json"] {
        std::fs::copy(Path::new("records").join(name), directory.path().join(name)).unwrap();
    }
    let path = directory.path().join(file);
    match text {
        Some(text) => std::fs::write(path, text).unwrap(),
        None => std::fs::remove_file(path).unwrap(),
    }
    let error = load(directory.path()).unwrap_err().to_string();
    assert!(error.contains(expected), "{error}");
}
