use rstest::rstest;
use serde_json::{Map, Value, json};

use super::*;

fn object(value: Value) -> Map<String, Value> {
    serde_json::from_value(value).unwrap()
}

fn values(pairs: &[(&'static str, &str)]) -> Values {
    let pairs = pairs.iter();
    pairs
        .map(|(name, text)| (*name, (*text).to_owned()))
        .collect()
}

fn everything() -> Supported {
    ATTRIBUTES.into_iter().collect()
}

const ALICE: [(&str, &str); 6] = [
    ("userName", "alice"),
    ("externalId", "7"),
    ("active", "true"),
    ("displayName", "Alice Ada"),
    ("name.givenName", "Alice"),
    ("emails", "alice@example.org"),
];

#[test]
fn reads_what_it_writes() {
    let wanted = values(&ALICE);
    let document = object(document(&wanted, &everything()));
    assert_eq!(seen(&document), wanted);
    assert_eq!(document["emails"][0]["primary"], true);
}

#[rstest]
#[case::text(json!({ "active": "False" }), false)]
#[case::boolean(json!({ "Active": false }), false)]
#[case::missing(json!({}), true)]
#[case::null(json!({ "active": null }), true)]
fn reads_dialects_of_active(#[case] resource: Value, #[case] expected: bool) {
    assert_eq!(is_active(&object(resource)), expected);
}

#[rstest]
#[case::primary(json!([{ "value": "a" }, { "value": "b", "primary": true }]), Some("b"))]
#[case::first(json!([{ "value": "a" }, { "value": "b" }]), Some("a"))]
#[case::none(json!([]), None)]
#[case::other_form(json!("a"), None)]
fn reads_primary_address(#[case] emails: Value, #[case] expected: Option<&str>) {
    let seen = seen(&object(json!({ "emails": emails })));
    assert_eq!(seen.get("emails").map(String::as_str), expected);
}

#[rstest]
#[case::same(&[], &[])]
#[case::case_of_names(&[("userName", "Alice"), ("emails", "ALICE@example.org")], &[])]
#[case::case_of_others(&[("displayName", "alice ada")], &["displayName"])]
#[case::disabled(&[("active", "false")], &["active"])]
#[case::more(&[("name.familyName", "Ada")], &["name.familyName"])]
#[case::several(&[("userName", "bob"), ("externalId", "8")], &["externalId", "userName"])]
fn finds_differences(#[case] other: &[(&'static str, &str)], #[case] expected: &[&str]) {
    let (wanted, mut seen) = (values(&ALICE), values(&ALICE));
    seen.extend(values(other));
    let supported = everything();
    assert_eq!(differences(&wanted, &seen, &supported), expected);
    let is_same = digest(&wanted, &supported) == digest(&seen, &supported);
    assert_eq!(is_same, expected.is_empty());
}

#[test]
fn attributes_that_application_lacks_are_not_compared() {
    let schema = object(json!({
        "id": urn::USER,
        "attributes": [
            { "name": "userName" }, { "name": "active" },
            { "name": "name", "subAttributes": [{ "name": "familyName" }] },
        ],
    }));
    let supported = supported(&schema).unwrap();
    let expected = ["active", "externalId", "name.familyName", "userName"];
    assert_eq!(Vec::from_iter(supported.clone()), expected);
    let seen = values(&ALICE[..3]);
    assert!(differences(&values(&ALICE), &seen, &supported).is_empty());
    let document = object(document(&values(&ALICE), &supported));
    assert!(!document.contains_key("emails"));
    assert!(super::supported(&object(json!({ "id": urn::GROUP }))).is_none());
}

#[test]
fn patch_replaces_and_removes() {
    let body = patch(
        &values(&ALICE),
        &["active", "name.familyName", "name.givenName"],
    );
    let replaced = json!({ "active": true, "name": { "givenName": "Alice" } });
    let expected = json!([
        { "op": "replace", "value": replaced },
        { "op": "remove", "path": "name.familyName" },
    ]);
    assert_eq!(body["Operations"], expected);
}

#[test]
fn replacement_keeps_other_attributes() {
    let found = object(json!({
        "id": "1", "title": "Dr.", "meta": {}, "displayName": "old",
        "name": { "familyName": "Ada", "middleName": "B." },
    }));
    let body = replacement(found, &values(&ALICE), &["displayName", "name.familyName"]);
    let expected = json!({
        "id": "1", "title": "Dr.", "displayName": "Alice Ada", "name": { "middleName": "B." },
    });
    assert_eq!(body, expected);
}

#[rstest]
#[case::subject("0190c5a8-0000-7000-8000-000000000001", false, true)]
#[case::entra("2819c223-7f76-453a-919d-413861904646", false, false)]
#[case::name("alice", false, false)]
#[case::short("0190c5a8000070008000000000000001", false, false)]
#[case::pairwise("Zm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm8", true, true)]
#[case::subject_of_all("0190c5a8-0000-7000-8000-000000000001", true, false)]
fn tells_own_identifiers(#[case] external: &str, #[case] pairwise: bool, #[case] expected: bool) {
    assert_eq!(is_own(external, pairwise), expected);
}

#[test]
fn member_patch_quotes_identifiers() {
    let body = member_patch(&["1".to_owned()], &["a\"b".to_owned()]);
    assert_eq!(body["Operations"][0]["value"], json!([{ "value": "1" }]));
    assert_eq!(body["Operations"][1]["path"], r#"members[value eq "a\"b"]"#);
}
