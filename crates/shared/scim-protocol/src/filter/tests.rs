use rstest::rstest;
use serde_json::{Map, Value, json};

use super::{MAX_DEPTH, MAX_LENGTH, MAX_TERMS, matches, parse, parse_path};

fn alice() -> Map<String, Value> {
    let resource = json!({
        "id": "7a", "externalId": "X1", "userName": "Alice", "active": true, "logins": 7,
        "name": { "givenName": "Alice", "familyName": "Árnason" },
        "emails": [
            { "value": "alice@example.com", "type": "work", "primary": true },
            { "value": "a@example.org", "type": "home" },
        ],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "Sales" },
        "meta": { "lastModified": "2026-01-31T10:00:00Z" },
    });
    resource.as_object().unwrap().clone()
}

#[rstest]
#[case(r#"userName eq "alice""#, true)]
#[case(r#"USERNAME EQ "ALICE""#, true)]
#[case(r#"urn:ietf:params:scim:schemas:core:2.0:User:userName sw "al""#, true)]
#[case(r#"externalId eq "x1""#, false)]
#[case(r#"externalId eq "X1""#, true)]
#[case(r#"id ne "7a""#, false)]
#[case(r#"userName co "lic" and name.familyName ew "SON""#, true)]
#[case(r#"userName eq "bob" or userName eq "carol""#, false)]
#[case(r#"not (userName eq "bob") and active eq true"#, true)]
#[case("not(active eq false)", true)]
#[case(r#"active eq "True""#, true)]
#[case("active eq False", false)]
#[case(
    r#"userName eq "bob" or userName eq "alice" and active eq false"#,
    false
)]
#[case(
    r#"(userName eq "bob" or userName eq "alice") and active eq true"#,
    true
)]
#[case(r#"emails eq "ALICE@example.com""#, true)]
#[case(r#"emails.value ew ".org""#, true)]
#[case(r#"emails.type eq "other""#, false)]
#[case(r#"emails[type eq "work" and value co "@example.com"]"#, true)]
#[case(r#"emails[type eq "home" and primary eq true]"#, false)]
#[case(r#"emails[type eq "work"].value eq "alice@example.com""#, true)]
#[case(r#"emails[type eq "home"].value eq "alice@example.com""#, false)]
#[case("title pr", false)]
#[case("emails pr", true)]
#[case("title eq null", true)]
#[case(r#"meta.lastModified gt "2026-01-01T00:00:00Z""#, true)]
#[case(r#"meta.lastModified lt "2026-01-01T00:00:00Z""#, false)]
#[case("logins ge 7", true)]
#[case("logins lt 7", false)]
#[case(
    r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "sales""#,
    true
)]
fn filter_selects(#[case] text: &str, #[case] expected: bool) {
    let filter = parse(text).unwrap();
    assert_eq!(matches(&filter, &alice()), expected);
    // The written form means the same.
    assert_eq!(parse(&filter.to_string()).unwrap(), filter);
}

#[rstest]
#[case("")]
#[case("userName")]
#[case("userName eq")]
#[case("userName eq alice")]
#[case(r#"userName is "alice""#)]
#[case(r#"userName eq "alice"#)]
#[case(r#"userName eq "alice" userName eq "bob""#)]
#[case(r#"(userName eq "alice""#)]
#[case(r#"userName eq "alice")"#)]
#[case(r#"emails[type eq "work""#)]
#[case(r#"emails[members[value eq "a"]]"#)]
#[case(r#"emails[type eq "work"].a.b eq "x""#)]
#[case(r#"1name eq "x""#)]
#[case(r#"a:b eq "x""#)]
#[case(r#"a.b.c eq "x""#)]
#[case(r#"name eq {"a":1}"#)]
#[case("active gt true")]
#[case("not userName pr")]
#[case("and")]
#[case("ünicode pr")]
fn malformed_filter_is_rejected(#[case] text: &str) {
    let error = parse(text).unwrap_err();
    assert_eq!(error.document()["scimType"], "invalidFilter", "{error:?}");
}

#[test]
fn limits_hold() {
    let nested = |depth: usize| format!("{}a pr{}", "(".repeat(depth), ")".repeat(depth));
    assert!(parse(&nested(MAX_DEPTH)).is_ok());
    assert!(parse(&nested(MAX_DEPTH + 1)).is_err());
    let terms = |count: usize| vec!["a pr"; count].join(" and ");
    assert!(parse(&terms(MAX_TERMS)).is_ok());
    assert!(parse(&terms(MAX_TERMS + 1)).is_err());
    let long = format!("a eq \"{}\"", "x".repeat(MAX_LENGTH));
    assert!(parse(&long).is_err());
}

#[rstest]
#[case("userName", Some(("userName", false, None)))]
#[case("name.givenName", Some(("name", false, Some("givenName"))))]
#[case(r#"emails[type eq "work"].value"#, Some(("emails", true, Some("value"))))]
#[case(r#"members[value eq "a"]"#, Some(("members", true, None)))]
#[case("urn:ietf:params:scim:schemas:core:2.0:User:name.familyName", Some(("name", false, Some("familyName"))))]
#[case("members[", None)]
#[case("members[value eq \"a\"] x", None)]
#[case("", None)]
#[case("a..b", None)]
fn path_is_parsed(#[case] text: &str, #[case] expected: Option<(&str, bool, Option<&str>)>) {
    let path = parse_path(text).ok();
    let parts = path.as_ref().map(|path| {
        let name = path.attribute.name.as_str();
        (name, path.filter.is_some(), path.sub.as_deref())
    });
    assert_eq!(parts, expected);
}
