use serde_json::json;

use super::*;

fn of(names: AttributeNames) -> Vec<(String, Vec<String>)> {
    let claims = json!({
        "sub": "s", "email": "ada@example.com", "email_verified": true, "groups": ["a", "b"], "name": "",
        "department": "R&D", "address": {"locality": "X"}, "nothing": null, "roles": [],
    });
    let attributes = attributes(names, claims.as_object().unwrap());
    attributes
        .into_iter()
        .map(|own| (own.name, own.values))
        .collect()
}

fn rows(rows: &[(&str, &[&str])]) -> Vec<(String, Vec<String>)> {
    let texts = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
    rows.iter()
        .map(|(name, values)| ((*name).to_owned(), texts(values)))
        .collect()
}

#[test]
fn claims_have_names_of_set() {
    let expected = |email: &str, groups: &str| {
        rows(&[
            (email, &["ada@example.com"]),
            ("email_verified", &["true"]),
            (groups, &["a", "b"]),
            ("department", &["R&D"]),
        ])
    };
    let sorted = |mut found: Vec<(String, Vec<String>)>| {
        found.sort();
        found
    };
    for (names, email, groups) in [
        (AttributeNames::Claims, "email", "groups"),
        (AttributeNames::Basic, "mail", "isMemberOf"),
        (
            AttributeNames::Uri,
            "urn:oid:0.9.2342.19200300.100.1.3",
            "urn:oid:1.3.6.1.4.1.5923.1.5.1.1",
        ),
        (
            AttributeNames::Microsoft,
            "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
            "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups",
        ),
    ] {
        assert_eq!(
            sorted(of(names)),
            sorted(expected(email, groups)),
            "{names:?}"
        );
    }
}

#[test]
fn format_says_kind_of_name() {
    let claims = json!({"email": "a@b.example"});
    for (names, format, friendly_name) in [
        (AttributeNames::Uri, Some("uri"), Some("mail")),
        (AttributeNames::Basic, Some("basic"), None),
        (AttributeNames::Microsoft, None, None),
    ] {
        let email = &attributes(names, claims.as_object().unwrap())[0];
        assert_eq!((email.format, email.friendly_name), (format, friendly_name));
    }
}
