use doorward_domain::model::{FieldAudience, FieldEditor};
use rstest::rstest;

use super::*;

fn field(name: &str, kind: FieldKind) -> ProfileField {
    ProfileField {
        name: name.to_owned(),
        label: name.to_owned(),
        kind,
        editable_by: FieldEditor::Admin,
        visible_to: FieldAudience::Directory,
        created_at: 0,
        updated_at: 0,
    }
}

fn between(after: &Value) -> Result<Wanted> {
    let before = json!({
        "userName": "alice", "externalId": "7", "active": true,
        "name": { "givenName": "Alice", "familyName": "Smith" },
        "emails": [{ "value": "alice@example.com", "type": "work", "primary": true }],
        "addresses": [{ "locality": "Bonn", "type": "work", "primary": true }],
        (urn::ENTERPRISE): { "department": "Sales", "manager": { "value": "9", "$ref": "https://x" } },
    });
    let fields = [
        field("department", FieldKind::Text { max_length: 50 }),
        field("manager", FieldKind::User),
    ];
    Wanted::between(
        before.as_object().unwrap(),
        after.as_object().unwrap(),
        &fields,
    )
}

#[rstest]
#[case::nothing(json!({}))]
#[case::same(json!({ "userName": "alice", "active": true, "emails": [{ "value": "alice@example.com" }], "name": { "givenName": "Alice" } }))]
#[case::same_without_value(json!({ "nickName": null, "phoneNumbers": [] }))]
#[case::same_extension(json!({ (urn::ENTERPRISE): { "department": "Sales", "manager": { "value": "9" } } }))]
#[case::other_case(json!({ "emails": [{ "value": "Alice@Example.com" }] }))]
#[case::other_choice(json!({ "emails": [{ "value": "a@example.org", "type": "home" }, { "value": "alice@example.com", "type": "work" }] }))]
fn same_values_change_nothing(#[case] after: Value) {
    assert_eq!(between(&after).unwrap(), Wanted::default());
}

#[test]
fn differences_are_found() {
    let wanted = between(&json!({
        "userName": "ann", "externalId": null, "active": false, "locale": "en_US",
        "name": { "familyName": null },
        "emails": [{ "value": "ann@example.com" }],
        "phoneNumbers": [{ "value": "+49 1", "type": "work" }],
        "addresses": [],
        (urn::ENTERPRISE): { "department": null, "manager": { "value": "8" } },
    }))
    .unwrap();
    assert_eq!(wanted.user_name.as_deref(), Some("ann"));
    assert_eq!(wanted.external_id, Some(String::new()));
    assert_eq!(wanted.active, Some(false));
    assert_eq!(wanted.email.as_deref(), Some("ann@example.com"));
    let expected = ProfileEdit::default()
        .with(Field::Locale, "en-US")
        .with(Field::FamilyName, "")
        .with(Field::PhoneNumber, "+49 1")
        .with(Field::Locality, "");
    assert_eq!(wanted.profile, expected);
    let fields = FieldEdit::from([
        ("department".to_owned(), FieldInput::Json(Value::Null)),
        ("manager".to_owned(), FieldInput::Json("8".into())),
    ]);
    assert_eq!(wanted.fields, fields);
}

#[rstest]
#[case(json!({ "userName": null }))]
#[case(json!({ "userName": " " }))]
#[case(json!({ "userName": "x".repeat(300) }))]
#[case(json!({ "userName": "a\nb" }))]
#[case(json!({ "emails": [] }))]
#[case(json!({ "emails": [{ "type": "work" }] }))]
fn required_values_stay(#[case] after: Value) {
    assert!(between(&after).is_err());
}
