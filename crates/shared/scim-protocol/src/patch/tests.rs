use rstest::rstest;
use serde_json::{Map, Value, json};

use super::{MemberChange, apply, parse, split_members};
use crate::error::ScimError;
use crate::schema::{Attribute, Kind, Resource, Schema, user};
use crate::urn;

fn users() -> Resource {
    let manager = Attribute::new("manager", Kind::Complex, "Manager.").parts([Attribute::new(
        "value",
        Kind::Text,
        "Identifier.",
    )]);
    user(vec![Schema {
        id: urn::ENTERPRISE,
        name: "EnterpriseUser",
        description: "Enterprise user",
        attributes: vec![
            Attribute::new("department", Kind::Text, "Department."),
            manager,
        ],
    }])
}

fn patch(operations: &Value) -> Map<String, Value> {
    let body = json!({ "schemas": [urn::PATCH], "Operations": operations });
    body.as_object().unwrap().clone()
}

fn changed(operations: &Value) -> Result<Value, ScimError> {
    let resource = json!({
        "id": "7", "userName": "alice", "active": true,
        "name": { "givenName": "Alice", "familyName": "Smith" },
        "emails": [{ "value": "alice@example.com", "type": "work", "primary": true }],
        (urn::ENTERPRISE): { "department": "Sales" },
    });
    let mut resource = resource.as_object().unwrap().clone();
    apply(&users(), &mut resource, parse(&patch(operations))?)?;
    Ok(resource.into())
}

#[rstest]
#[case::replace(json!([{ "op": "replace", "path": "userName", "value": "bob" }]), "/userName", json!("bob"))]
#[case::case_of_op(json!([{ "op": "Replace", "path": "UserName", "value": "bob" }]), "/userName", json!("bob"))]
#[case::boolean(json!([{ "op": "Replace", "path": "active", "value": "False" }]), "/active", json!(false))]
#[case::without_path(json!([{ "op": "replace", "value": { "active": false } }]), "/active", json!(false))]
#[case::dotted_keys(json!([{ "op": "Add", "value": { "name.givenName": "Ann", "active": "True" } }]), "/name/givenName", json!("Ann"))]
#[case::path_as_key(json!([{ "op": "Add", "value": { "emails[type eq \"work\"].value": "a@b.c" } }]), "/emails/0/value", json!("a@b.c"))]
#[case::extension_key(json!([{ "op": "Add", "value": { "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department": "HR" } }]), "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/department", json!("HR"))]
#[case::whole_extension(json!([{ "op": "add", "value": { (urn::ENTERPRISE): { "department": "HR" } } }]), "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/department", json!("HR"))]
#[case::plain_manager(json!([{ "op": "Add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager", "value": "9" }]), "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/manager", json!({ "value": "9" }))]
#[case::part(json!([{ "op": "replace", "path": "name.familyName", "value": "Jones" }]), "/name", json!({ "givenName": "Alice", "familyName": "Jones" }))]
#[case::complex(json!([{ "op": "replace", "path": "name", "value": { "familyName": "Jones" } }]), "/name/givenName", json!("Alice"))]
#[case::removed(json!([{ "op": "remove", "path": "name.givenName" }]), "/name/givenName", json!(null))]
#[case::null(json!([{ "op": "replace", "path": "nickName", "value": null }]), "/nickName", json!(null))]
#[case::value_path(json!([{ "op": "replace", "path": "emails[type eq \"work\"].value", "value": "a@b.c" }]), "/emails/0/value", json!("a@b.c"))]
#[case::begun(json!([{ "op": "Add", "path": "phoneNumbers[type eq \"work\"].value", "value": "+491" }]), "/phoneNumbers", json!([{ "type": "work", "value": "+491" }]))]
#[case::all(json!([{ "op": "replace", "path": "emails", "value": [{ "value": "a@b.c" }] }]), "/emails", json!([{ "value": "a@b.c" }]))]
#[case::added(json!([{ "op": "add", "path": "emails", "value": [{ "value": "a@b.c", "primary": true }] }]), "/emails/0", json!({ "value": "alice@example.com", "type": "work" }))]
#[case::chosen(json!([{ "op": "remove", "path": "emails[type eq \"work\"]" }]), "/emails", json!([]))]
#[case::part_of_chosen(json!([{ "op": "remove", "path": "emails[type eq \"work\"].value" }]), "/emails", json!([]))]
#[case::unknown(json!([{ "op": "Add", "path": "title", "value": "Boss" }]), "/title", json!(null))]
#[case::read_only(json!([{ "op": "Replace", "path": "displayName", "value": "Boss" }]), "/displayName", json!(null))]
#[case::same_id(json!([{ "op": "Replace", "value": { "id": "7", "schemas": [], "active": false } }]), "/active", json!(false))]
fn operation_changes(#[case] operations: Value, #[case] pointer: &str, #[case] expected: Value) {
    let changed = changed(&operations).unwrap();
    let value = changed.pointer(pointer).cloned().unwrap_or_default();
    assert_eq!(value, expected, "{changed}");
}

#[rstest]
#[case(json!([]), "invalidSyntax")]
#[case(json!({}), "invalidSyntax")]
#[case(json!([7]), "invalidSyntax")]
#[case(json!([{ "op": "move", "path": "userName" }]), "invalidSyntax")]
#[case(json!([{ "op": "replace", "path": "emails[" }]), "invalidPath")]
#[case(json!([{ "op": "replace", "path": 7 }]), "invalidPath")]
#[case(json!([{ "op": "remove" }]), "noTarget")]
#[case(json!([{ "op": "replace", "value": "x" }]), "invalidValue")]
#[case(json!([{ "op": "add", "path": "userName" }]), "invalidValue")]
#[case(json!([{ "op": "replace", "path": "active", "value": "maybe" }]), "invalidValue")]
#[case(json!([{ "op": "replace", "path": "id", "value": "8" }]), "mutability")]
#[case(json!([{ "op": "replace", "path": "emails[type sw \"x\"].value", "value": "a@b.c" }]), "noTarget")]
#[case(json!([{ "op": "replace", "path": "name[type eq \"x\"]", "value": {} }]), "invalidPath")]
fn wrong_operation_is_rejected(#[case] operations: Value, #[case] expected: &str) {
    let error = changed(&operations).unwrap_err();
    assert_eq!(error.document()["scimType"], expected);
}

#[test]
fn request_names_its_schema() {
    let body = json!({ "Operations": [{ "op": "add", "path": "userName", "value": "x" }] });
    assert!(parse(body.as_object().unwrap()).is_err());
}

#[rstest]
#[case::entra(json!([{ "op": "Add", "path": "members", "value": [{ "$ref": null, "value": "a" }] }]), MemberChange::Add(vec!["a".into()]))]
#[case::plain(json!([{ "op": "add", "path": "members", "value": ["a", "b"] }]), MemberChange::Add(vec!["a".into(), "b".into()]))]
#[case::without_path(json!([{ "op": "add", "value": { "members": [{ "value": "a" }] } }]), MemberChange::Add(vec!["a".into()]))]
#[case::okta(json!([{ "op": "remove", "path": "members[value eq \"a\"]" }]), MemberChange::Remove(vec!["a".into()]))]
#[case::several(json!([{ "op": "remove", "path": "members[value eq \"a\" or value eq \"b\"]" }]), MemberChange::Remove(vec!["a".into(), "b".into()]))]
#[case::listed(json!([{ "op": "Remove", "path": "members", "value": [{ "value": "a" }] }]), MemberChange::Remove(vec!["a".into()]))]
#[case::all(json!([{ "op": "remove", "path": "members" }]), MemberChange::Replace(vec![]))]
#[case::replace(json!([{ "op": "replace", "path": "members", "value": [{ "value": "a" }] }]), MemberChange::Replace(vec!["a".into()]))]
#[case::null(json!([{ "op": "replace", "path": "members", "value": null }]), MemberChange::Replace(vec![]))]
fn members_are_changed(#[case] operations: Value, #[case] expected: MemberChange) {
    let (members, others) = split_members(parse(&patch(&operations)).unwrap()).unwrap();
    assert_eq!((members, others.len()), (vec![expected], 0));
}

#[rstest]
#[case(json!([{ "op": "replace", "path": "members[value eq \"a\"].display", "value": "x" }]))]
#[case(json!([{ "op": "remove", "path": "members[display eq \"a\"]" }]))]
#[case(json!([{ "op": "add", "path": "members", "value": [7] }]))]
fn other_changes_of_members_are_rejected(#[case] operations: Value) {
    assert!(split_members(parse(&patch(&operations)).unwrap()).is_err());
}
