use rstest::rstest;
use serde_json::json;

use super::*;

fn evaluation() -> Value {
    json!({
        "subject": {"type": "user", "id": "alice"},
        "action": {"name": "read"},
        "resource": {"type": "record", "id": "record-1"},
    })
}

#[rstest]
#[case::nothing("", json!(null))]
#[case::no_subject("subject", json!(null))]
#[case::no_action("action", json!(null))]
#[case::no_resource("resource", json!(null))]
#[case::text_as_subject("subject", json!("alice"))]
#[case::array_as_subject("subject", json!(["user", "alice"]))]
#[case::no_type("subject", json!({"id": "alice"}))]
#[case::no_id("resource", json!({"type": "record"}))]
#[case::empty_id("resource", json!({"type": "record", "id": ""}))]
#[case::no_name("action", json!({}))]
#[case::number_as_name("action", json!({"name": 123}))]
#[case::number_as_id("subject", json!({"type": "user", "id": 1}))]
#[case::text_as_properties("subject", json!({"type": "user", "id": "a", "properties": "x"}))]
#[case::array_as_context("context", json!([]))]
fn unreadable_evaluation_is_malformed(#[case] member: &str, #[case] value: Value) {
    let mut body = evaluation();
    match (member, value) {
        ("", _) => body = json!([body]),
        (member, Value::Null) => drop(body.as_object_mut().unwrap().remove(member)),
        (member, value) => body[member] = value,
    }
    assert!(
        Evaluation::parse(body.to_string().as_bytes()).is_err(),
        "{body}"
    );
}

#[rstest]
#[case::empty("")]
#[case::not_json("{")]
#[case::repeated(r#"{"subject":1,"subject":2}"#)]
#[case::nul(r#"{"subject":{"type":"user","id":"a\u0000"},"action":{"name":"read"},"resource":{"type":"record","id":"1"}}"#)]
fn ambiguous_body_is_malformed(#[case] body: &str) {
    assert!(Evaluation::parse(body.as_bytes()).is_err());
}

#[test]
fn unknown_members_and_null_are_ignored() {
    let mut body = evaluation();
    body["future"] = json!({"nested": true});
    body["context"] = json!(null);
    body["subject"]["email"] = json!(7);
    let read = Evaluation::parse(body.to_string().as_bytes()).unwrap();
    assert_eq!((read.subject.id.as_str(), read.context.len()), ("alice", 0));
}

/// The searched entity needs no ID, and an ID that it has does not matter; the others need theirs.
#[rstest]
#[case::subject(Target::Subject, &["subject"])]
#[case::resource(Target::Resource, &["resource"])]
#[case::action(Target::Action, &["action"])]
fn search_ignores_id_of_target(#[case] target: Target, #[case] optional: &[&str]) {
    for name in ["subject", "resource"] {
        let mut body = evaluation();
        body[name].as_object_mut().unwrap().remove("id");
        let read = Search::parse(body.to_string().as_bytes(), target);
        assert_eq!(read.is_ok(), optional.contains(&name), "{name}");
        body[name]["id"] = json!(7);
        let read = Search::parse(body.to_string().as_bytes(), target);
        assert_eq!(read.is_ok(), optional.contains(&name), "{name}");
    }
    let mut body = evaluation();
    body.as_object_mut().unwrap().remove("action");
    let read = Search::parse(body.to_string().as_bytes(), target);
    assert_eq!(read.is_ok(), target == Target::Action);
}

#[rstest]
#[case::limit(json!({"limit": 2}), Some((Some(2), "")))]
#[case::token(json!({"token": "x"}), Some((None, "x")))]
#[case::unknown(json!({"order": "id"}), Some((None, "")))]
#[case::negative(json!({"limit": -1}), None)]
#[case::fraction(json!({"limit": 1.5}), None)]
#[case::text(json!({"limit": "2"}), None)]
#[case::number(json!({"token": 2}), None)]
#[case::array(json!([]), None)]
fn page_is_read(#[case] page: Value, #[case] expected: Option<(Option<u64>, &str)>) {
    let mut body = evaluation();
    body["page"] = page;
    let read = Search::parse(body.to_string().as_bytes(), Target::Action).ok();
    let read = read.as_ref().map(|read| (read.limit, read.token.as_str()));
    assert_eq!(read, expected);
}

#[test]
fn responses_have_members_of_specification() {
    let entities = SearchResponse::of_entities("user", vec!["alice".to_owned()], "t".to_owned());
    assert_eq!(
        json!(entities),
        json!({
            "page": {"next_token": "t", "count": 1},
            "results": [{"type": "user", "id": "alice"}],
        })
    );
    let actions = SearchResponse::of_actions(vec!["read".to_owned()]);
    assert_eq!(json!(actions)["results"], json!([{"name": "read"}]));
    assert_eq!(json!(Decision::PERMIT), json!({"decision": true}));
}
