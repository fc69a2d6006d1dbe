//! Tests of the fields against the table of settings and the admin API.

use std::collections::BTreeSet;

use doorward_admin::clients::change_from_json;
use doorward_domain::model::client_settings::all;
use doorward_domain::model::{ClientId, ClientKind};
use doorward_protocol::certificate::CertificateSubject;
use doorward_protocol::params::Params;

use super::*;

fn client() -> Client {
    let id = ClientId::parse("web").unwrap();
    let mut client = Client::new(id, "Web".to_owned(), ClientKind::Confidential, 0);
    client.redirect_uris = vec!["https://app.example/cb".to_owned()];
    client.consent.lifetime = Some(3_600);
    client
}

#[track_caller]
fn patch(client: &Client, fields: &[(&str, &str)]) -> Result<Value, FieldError> {
    let form = Params::from_pairs(fields.iter().copied());
    let Ok(draft) = Draft::typed(super::fields(client), &form) else {
        panic!("no field is repeated");
    };
    super::patch(&draft).map(Value::Object)
}

#[test]
fn each_changeable_setting_has_field_with_label() {
    let client = client();
    let fields = fields(&client);
    let ids: BTreeSet<&str> = fields.iter().map(|field| field.id).collect();
    assert_eq!(ids.len(), fields.len(), "each name is unique");
    for field in &fields {
        assert!(labels::key(field.id).is_some(), "{} has no label", field.id);
    }
    let members: BTreeSet<&str> = fields.iter().map(|field| field.member).collect();
    let changeable = all().filter(|setting| setting.field != "kind");
    let expected: BTreeSet<&str> = changeable.flat_map(|it| it.members).copied().collect();
    assert_eq!(members, expected);
}

/// Checks that the stored texts of all fields are no change.
#[test]
fn stored_values_are_no_change() {
    let mut client = client();
    client.jwks = Some(r#"{"keys":[]}"#.to_owned());
    client.certificate_subject = Some(CertificateSubject::Dns("app.example".to_owned()));
    let values = Draft::stored(fields(&client)).0;
    let texts: Vec<(&str, &str)> = values
        .iter()
        .map(|(field, text)| (field.id, text.as_str()))
        .collect();
    assert_eq!(patch(&client, &texts), Ok(json!({})));
    // Text areas change the ends of lines.
    let uris = "\r\n https://app.example/cb\r\n";
    assert_eq!(patch(&client, &[("redirect-uri", uris)]), Ok(json!({})));
}

/// Checks that the admin API reads a changed value of each field, and that it is then stored.
#[test]
fn each_field_changes_its_member() {
    let before = client();
    for field in fields(&before) {
        let mut client = client();
        let value = match field.input() {
            Input::Flag if field.text() == "yes" => "no",
            Input::Flag => "yes",
            Input::Words => "openid",
            Input::Days => "30",
            Input::Seconds => "600",
            Input::Keys => r#"{"keys":[]}"#,
            Input::Lines | Input::Subject => "https://other.example",
            Input::Line => match field.id {
                "auth-method" => "private_key_jwt",
                "profile" => "fapi2",
                "access-token-format" => "opaque",
                "assertion-audience" => "issuer",
                "pkce" => "optional",
                id if id.ends_with("-alg") => "ES256",
                _ => "https://other.example",
            },
        };
        let body = patch(&client, &[(field.id, value)]).unwrap();
        let pointer = format!("/{}", field.member.replace('.', "/"));
        assert!(body.pointer(&pointer).is_some(), "{}: {body}", field.id);
        let change = change_from_json(body).unwrap();
        let names = change.apply(&mut client, 5);
        assert_eq!(names, [field.setting.name], "{}", field.id);
        let field = Field {
            client: &client,
            ..field
        };
        let stored: String = field.text().split_whitespace().collect();
        assert_eq!(stored, value, "{}", field.id);
    }
}

#[test]
fn alternatives_replace_each_other() {
    let mut client = client();
    client.jwks_uri = Some("https://app.example/keys".to_owned());
    client.certificate_subject = Some(CertificateSubject::Dns("app.example".to_owned()));
    let keys = ("jwks", r#"{"keys":[]}"#);
    let body = patch(&client, &[keys, ("jwks-uri", "")]);
    assert_eq!(body, Ok(json!({ "jwks": { "keys": [] } })));
    let one = Err(("jwks", "console-setting-one"));
    assert_eq!(patch(&client, &[keys]), one);
    let required = Err(("jwks-uri", "console-setting-required"));
    assert_eq!(patch(&client, &[("jwks-uri", "")]), required);
    let fields = [("tls-san-dns", ""), ("tls-subject-dn", "CN=app")];
    let body = json!({ "tls_client_auth_subject_dn": "CN=app" });
    assert_eq!(patch(&client, &fields), Ok(body));
    let required = Err(("tls-san-dns", "console-setting-required"));
    assert_eq!(patch(&client, &fields[..1]), required);
    // Another method removes the subject.
    let fields = [("tls-san-dns", ""), ("auth-method", "private_key_jwt")];
    let body = json!({ "auth_method": "private_key_jwt" });
    assert_eq!(patch(&client, &fields), Ok(body));
}

#[test]
fn errors_name_fields() {
    for (name, field) in [
        ("redirect-uri", Some("redirect-uri")),
        ("redirect_uris", Some("redirect-uri")),
        ("auth_method", Some("auth-method")),
        ("consent-lifetime", Some("consent-days")),
        ("lifetime", Some("consent-days")),
        ("id", None),
        ("", None),
    ] {
        assert_eq!(field_of(&client(), name), field, "{name}");
    }
}
