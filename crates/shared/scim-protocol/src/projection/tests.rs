use rstest::rstest;
use serde_json::{Value, json};

use super::Selection;
use crate::schema::{Attribute, Kind, Schema, user};
use crate::urn;

#[rstest]
#[case(None, None, "id schemas userName name emails urn meta")]
#[case(Some("userName"), None, "id schemas userName")]
#[case(Some("USERNAME, emails.value"), None, "id schemas userName emails")]
#[case(
    Some("urn:ietf:params:scim:schemas:core:2.0:User:userName"),
    None,
    "id schemas userName"
)]
#[case(
    Some("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"),
    None,
    "id schemas urn"
)]
#[case(
    Some("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"),
    None,
    "id schemas urn"
)]
#[case(Some("department"), None, "id schemas")]
#[case(Some("meta"), None, "id schemas meta")]
#[case(None, Some("emails,meta,id"), "id schemas userName name urn")]
#[case(
    None,
    Some("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"),
    "id schemas userName name emails meta"
)]
fn attributes_are_chosen(
    #[case] only: Option<&str>,
    #[case] except: Option<&str>,
    #[case] expected: &str,
) {
    let kind = user(vec![Schema {
        id: urn::ENTERPRISE,
        name: "EnterpriseUser",
        description: "Enterprise user",
        attributes: vec![Attribute::new("department", Kind::Text, "Department.")],
    }]);
    let resource = json!({
        "id": "7", "schemas": [urn::USER], "userName": "a", "name": { "givenName": "A" },
        "emails": [{ "value": "a@b.c", "type": "work" }],
        (urn::ENTERPRISE): { "department": "Sales" },
        "meta": { "version": "x" },
    });
    let selection = Selection::parse(only, except).unwrap();
    let left = selection.apply(&kind, resource.as_object().unwrap().clone());
    let mut names: Vec<_> = left
        .keys()
        .map(|name| if name.starts_with("urn") { "urn" } else { name })
        .collect();
    names.sort_unstable();
    let mut expected: Vec<_> = expected.split(' ').collect();
    expected.sort_unstable();
    assert_eq!(names, expected);
}

#[test]
fn parts_are_chosen() {
    let kind = user(Vec::new());
    let resource = json!({ "id": "7", "emails": [{ "value": "a@b.c", "type": "work" }] });
    let resource = resource.as_object().unwrap();
    let of = |only, except| {
        let selection = Selection::parse(only, except).unwrap();
        Value::from(selection.apply(&kind, resource.clone()))["emails"].clone()
    };
    assert_eq!(
        of(Some("emails.value"), None),
        json!([{ "value": "a@b.c" }])
    );
    assert_eq!(of(None, Some("emails.value")), json!([{ "type": "work" }]));
}

#[rstest]
#[case(Some("a"), Some("b"))]
#[case(Some("a b"), None)]
#[case(None, Some("a["))]
fn malformed_lists_are_rejected(#[case] only: Option<&str>, #[case] except: Option<&str>) {
    assert!(Selection::parse(only, except).is_err());
}
