use std::task::{Context, Poll, Waker};

use rstest::rstest;
use serde_json::json;

use super::*;

fn batch(evaluations: Value, semantic: Option<&str>) -> Vec<u8> {
    let mut body = json!({
        "subject": {"type": "user", "id": "alice"},
        "action": {"name": "read"},
        "resource": {"type": "record", "id": "default", "properties": {"status": "active"}},
    });
    body["evaluations"] = evaluations;
    if let Some(semantic) = semantic {
        body["options"] = json!({"evaluations_semantic": semantic, "another": "value"});
    }
    body.to_string().into_bytes()
}

fn of(id: &str) -> Value {
    json!({"resource": {"type": "record", "id": id}})
}

/// Permits resources whose ID begins with `p`.
fn run(body: &[u8]) -> Vec<bool> {
    let Ok(Batch::Several(items, semantic)) = Batch::parse(body) else {
        panic!("not several");
    };
    let decide = async |evaluation: &Evaluation| {
        let is_permitted = evaluation.resource.id.starts_with('p');
        Ok::<_, ()>(if is_permitted {
            Decision::PERMIT
        } else {
            Decision::deny(json!({}))
        })
    };
    let future = std::pin::pin!(evaluate(&items, semantic, decide));
    let Poll::Ready(decisions) = future.poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("pending");
    };
    let decisions = decisions.unwrap();
    decisions.iter().map(|decision| decision.decision).collect()
}

#[rstest]
#[case::default(None, &[true, false, true])]
#[case::all(Some("execute_all"), &[true, false, true])]
#[case::first_deny(Some("deny_on_first_deny"), &[true, false])]
#[case::first_permit(Some("permit_on_first_permit"), &[true])]
fn semantic_decides_where_evaluation_stops(
    #[case] semantic: Option<&str>,
    #[case] expected: &[bool],
) {
    let body = batch(json!([of("p1"), of("d2"), of("p3")]), semantic);
    assert_eq!(run(&body), expected);
}

#[test]
fn unreadable_evaluation_is_denied_alone() {
    let mistyped = json!({"resource": "p2"});
    let body = batch(json!([of("p1"), mistyped, 7, of("p3")]), None);
    assert_eq!(run(&body), [true, false, false, true]);
    // An unreadable item is a denial also for the semantics.
    let body = batch(json!([of("p1"), 7, of("p3")]), Some("deny_on_first_deny"));
    assert_eq!(run(&body), [true, false]);
}

#[test]
fn default_is_replaced_as_a_whole() {
    let body = batch(json!([{}, of("p1")]), None);
    let Ok(Batch::Several(items, _)) = Batch::parse(&body) else {
        panic!("not several");
    };
    let [first, second] = &items[..] else {
        panic!("two items");
    };
    let resource = |item: &Result<Evaluation, Malformed>| item.clone().unwrap().resource;
    assert_eq!(resource(first).properties.len(), 1);
    assert_eq!(resource(second).properties.len(), 0);
}

/// Certification scenario, section 3.2.7.
#[test]
fn required_member_comes_from_default() {
    let items = json!([
        {"resource": {"id": "p1"}},
        {"action": {"properties": {"soft": true}}, "subject": {"type": "client"}},
        {"resource": {"id": null}},
    ]);
    let Ok(Batch::Several(items, _)) = Batch::parse(&batch(items, None)) else {
        panic!("not several");
    };
    let first = items[0].clone().unwrap();
    assert_eq!(
        (&*first.resource.kind, &*first.resource.id),
        ("record", "p1")
    );
    assert_eq!(first.resource.properties.len(), 0);
    let second = items[1].clone().unwrap();
    assert_eq!(
        (&*second.subject.kind, &*second.subject.id),
        ("client", "alice")
    );
    assert_eq!(second.action.name, "read");
    assert_eq!(second.action.properties.len(), 1);
    assert!(
        items[2].is_err(),
        "a member of another type is not replaced"
    );
}

#[rstest]
#[case::empty(json!([]))]
#[case::null(json!(null))]
fn without_evaluations_it_is_a_single_one(#[case] evaluations: Value) {
    let read = Batch::parse(&batch(evaluations, None));
    assert!(matches!(read, Ok(Batch::Single(_))), "{read:?}");
    assert!(Batch::parse(br#"{"evaluations":[]}"#).is_err());
}

#[rstest]
#[case::unknown_semantic(batch(json!([of("p1")]), Some("first")))]
#[case::not_array(batch(json!({"resource": {}}), None))]
#[case::mistyped_default(br#"{"subject":"alice","evaluations":[{}]}"#.to_vec())]
#[case::mistyped_options(br#"{"options":"all","evaluations":[{}]}"#.to_vec())]
#[case::too_many(batch(vec![of("p1"); MAX_EVALUATIONS + 1].into(), None))]
fn unreadable_request_is_malformed(#[case] body: Vec<u8>) {
    assert!(Batch::parse(&body).is_err());
}
