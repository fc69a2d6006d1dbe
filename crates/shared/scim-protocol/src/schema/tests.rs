use rstest::rstest;
use serde_json::{Map, Value, json};

use super::{Attribute, Kind, Resource, Schema, group, user};
use crate::urn;

fn users() -> Resource {
    let department = Attribute::new("department", Kind::Text, "Department.");
    let manager = Attribute::new("manager", Kind::Complex, "Manager.").parts([Attribute::new(
        "value",
        Kind::Text,
        "Identifier.",
    )]);
    user(vec![Schema {
        id: urn::ENTERPRISE,
        name: "EnterpriseUser",
        description: "Enterprise user",
        attributes: vec![department, manager],
    }])
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

#[rstest]
#[case::names_in_any_case(json!({ "USERNAME": "a", "Name": { "GIVENNAME": "A" } }), json!({ "userName": "a", "name": { "givenName": "A" } }))]
#[case::boolean_as_text(json!({ "active": "False" }), json!({ "active": false }))]
#[case::boolean_in_part(json!({ "emails": [{ "value": "a@b.c", "primary": "True" }] }), json!({ "emails": [{ "value": "a@b.c", "primary": true }] }))]
#[case::one_value(json!({ "emails": { "value": "a@b.c" } }), json!({ "emails": [{ "value": "a@b.c" }] }))]
#[case::plain_values(json!({ "emails": ["a@b.c"] }), json!({ "emails": [{ "value": "a@b.c" }] }))]
#[case::null(json!({ "nickName": null, "emails": null, "name": { "givenName": null } }), json!({ "nickName": null, "emails": [], "name": { "givenName": null } }))]
#[case::null_members(json!({ "emails": [null, { "value": null }] }), json!({ "emails": [] }))]
#[case::read_only(json!({ "id": "x", "meta": {}, "groups": ["g"], "displayName": "A" }), json!({}))]
#[case::unknown(json!({ "title": "Boss", "urn:example:2.0:User": { "a": 1 } }), json!({}))]
#[case::extension(json!({ "URN:ietf:params:scim:schemas:extension:enterprise:2.0:user": { "Department": "Sales", "manager": "7" } }), json!({ (urn::ENTERPRISE): { "department": "Sales", "manager": { "value": "7" } } }))]
#[case::number_as_text(json!({ "externalId": 701 }), json!({ "externalId": "701" }))]
fn user_is_read(#[case] sent: Value, #[case] expected: Value) {
    assert_eq!(Value::from(users().read(&object(&sent)).unwrap()), expected);
}

#[rstest]
#[case(json!({ "active": "yes" }))]
#[case(json!({ "active": 1 }))]
#[case(json!({ "userName": ["a", "b"] }))]
#[case(json!({ "userName": true }))]
#[case(json!({ "name": "Alice" }))]
#[case(json!({ "userName": "a\u{0}" }))]
#[case(json!({ (urn::ENTERPRISE): "Sales" }))]
fn value_of_other_type_is_rejected(#[case] sent: Value) {
    let error = users().read(&object(&sent)).unwrap_err();
    assert_eq!(error.document()["scimType"], "invalidValue");
}

#[test]
fn documents_name_attributes() {
    let document = users().core.document("https://id.example.org/scim/v2");
    let names: Vec<_> = document["attributes"].as_array().unwrap().iter().collect();
    assert!(names.iter().any(|attribute| attribute["name"] == "userName"
        && attribute["uniqueness"] == "server"
        && attribute["required"] == true));
    assert_eq!(group().document("https://x")["schemaExtensions"], json!([]));
    let extensions = &users().document("https://x")["schemaExtensions"];
    assert_eq!(extensions[0]["schema"], urn::ENTERPRISE);
}
