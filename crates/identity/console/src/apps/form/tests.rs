//! Tests of the fields against the table of settings and the admin API.

use std::collections::BTreeSet;

use doorward_admin::clients::change_from_json;
use doorward_domain::model::{ClientId, ClientKind};
use doorward_i18n::Lang;
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

fn registered() -> Registered {
    Registered::none(PkcePolicy::Auto)
}

/// Returns the fields of all pages.
fn all<'c>(client: &'c Client, registered: &'c Registered) -> Vec<Field<'c>> {
    let pages = SettingsPage::ALL.into_iter();
    pages
        .flat_map(|page| fields(client, registered, page))
        .collect()
}

#[track_caller]
fn draft<'c>(fields: Vec<Field<'c>>, values: &[(&str, &str)]) -> Draft<Field<'c>> {
    let form = Params::from_pairs(values.iter().copied());
    let Ok(draft) = Draft::typed(fields, &form) else {
        panic!("no field is repeated");
    };
    draft
}

#[track_caller]
fn patch(client: &Client, values: &[(&str, &str)]) -> Result<Value, FieldError> {
    let registered = registered();
    super::patch(&draft(all(client, &registered), values)).map(Value::Object)
}

/// Returns the names of the shown fields of a page.
fn shown(client: &Client, page: SettingsPage, values: &[(&str, &str)]) -> Vec<&'static str> {
    let registered = registered();
    let draft = draft(fields(client, &registered, page), values);
    let usable = usable(&draft).into_iter();
    usable.map(|(field, _)| field.row.option).collect()
}

/// Returns a value that a new client does not have.
fn other_value(field: Field<'_>) -> &'static str {
    match field.input() {
        Input::Flag if field.text() == "yes" => "no",
        Input::Flag => "yes",
        Input::Words => "openid",
        Input::Lifetime => "10 min",
        Input::Keys => r#"{"keys":[]}"#,
        Input::Lines | Input::Subject => "https://other.example",
        Input::Line | Input::Choice => match field.row.option {
            "auth-method" => "private_key_jwt",
            "profile" => "fapi2",
            "access-token-format" => "opaque",
            "assertion-audience" => "issuer",
            "pkce" => "optional",
            id if id.ends_with("-alg") => "ES256",
            _ => "https://other.example",
        },
    }
}

/// Returns the client with another value of one setting.
#[track_caller]
fn changed(client: &Client, id: &str, value: &str) -> Client {
    let body = patch(client, &[(id, value)]).unwrap();
    let mut client = client.clone();
    change_from_json(body).unwrap().apply(&mut client, 5);
    client
}

#[test]
fn each_changeable_setting_has_field_with_label() {
    let (client, registered) = (client(), registered());
    let fields = all(&client, &registered);
    assert_eq!(fields.len(), ROWS.len());
    let ids: BTreeSet<&str> = fields.iter().map(|field| field.row.option).collect();
    assert_eq!(ids.len(), fields.len(), "each name is unique");
    for field in &fields {
        for key in [field.row.label, field.row.help] {
            let text = Lang::En.text(key);
            assert!(!text.is_empty() && text != key, "{key}");
        }
    }
    let members: BTreeSet<&str> = fields.iter().map(|field| field.member).collect();
    let changeable = client_settings::all().filter(|setting| setting.field != "kind");
    let expected: BTreeSet<&str> = changeable.flat_map(|it| it.members).copied().collect();
    assert_eq!(members, expected);
}

#[test]
fn page_shows_what_client_can_use() {
    use SettingsPage::{Advanced, Consent, Credentials, Scopes, SignIn, SignOut, Tokens};
    let mut web = client();
    web.grant_types = vec![GrantType::AuthorizationCode];
    let sign_in = ["grant", "redirect-uri", "pkce", "require-mfa", "origin"];
    assert_eq!(shown(&web, SignIn, &[]), sign_in);
    assert_eq!(
        shown(&web, Credentials, &[]),
        ["auth-method", "jwks", "jwks-uri"]
    );
    // The typed method decides.
    let typed = [("auth-method", "tls_client_auth")];
    let names = shown(&web, Credentials, &typed);
    assert!(names.contains(&"tls-san-dns") && !names.contains(&"assertion-audience"));
    let typed = [("auth-method", "private_key_jwt")];
    assert!(shown(&web, Credentials, &typed).contains(&"assertion-audience"));
    let mut service = client();
    service.redirect_uris.clear();
    service.consent.lifetime = None;
    service.grant_types = vec![GrantType::ClientCredentials];
    assert_eq!(shown(&service, SignIn, &[]), ["grant"]);
    let typed = [("grant", ""), ("grant", "authorization_code")];
    assert_eq!(shown(&service, SignIn, &typed), sign_in);
    assert_eq!(shown(&service, Consent, &[]), ["name"]);
    assert_eq!(shown(&service, Scopes, &[]), ["scope"]);
    let has_fields = |client: &Client, page| super::has_fields(client, &registered(), page);
    assert!(!has_fields(&service, SignOut) && has_fields(&service, Tokens));
    // A value that it cannot use is shown.
    service.logout.backchannel = Some("https://app.example/out".to_owned());
    assert_eq!(shown(&service, SignOut, &[]), ["backchannel-logout-uri"]);
    let mut phone = client();
    phone.kind = ClientKind::Public;
    phone.auth_method = ClientAuth::Only(ClientAuthMethod::None);
    assert!(!has_fields(&phone, Credentials));
    assert!(!shown(&phone, Advanced, &[]).contains(&"profile"));
}

/// Checks that a value that the client cannot use has a field, and that the form removes it.
#[test]
fn each_stored_value_is_shown_and_can_be_removed() {
    let kinds = [
        (ClientKind::Confidential, GrantType::AuthorizationCode),
        (ClientKind::Confidential, GrantType::ClientCredentials),
        (ClientKind::Confidential, GrantType::TokenExchange),
        (ClientKind::Public, GrantType::AuthorizationCode),
        (ClientKind::Public, GrantType::DeviceCode),
    ];
    let (registered, mut unused) = (registered(), BTreeSet::new());
    for (kind, grant) in kinds {
        let id = ClientId::parse("app").unwrap();
        let mut client = Client::new(id, "App".to_owned(), kind, 0);
        client.grant_types = vec![grant.clone()];
        for field in all(&client, &registered) {
            let (id, page) = (field.row.option, field.row.page);
            let name = format!("{id} of {kind:?} with {grant}");
            let stored = changed(&client, id, other_value(field));
            assert!(has_fields(&stored, &registered, page), "{name}");
            assert!(shown(&stored, page, &[]).contains(&id), "{name}");
            if field.row.need.is_met_by(&stored) {
                continue;
            }
            unused.insert(id);
            let draft = Draft::stored(fields(&stored, &registered, page));
            let usable = usable(&draft).into_iter();
            let marked = usable.filter(|(field, _)| field.is_unused);
            let marked: Vec<&str> = marked.map(|(field, _)| field.row.option).collect();
            // The admin API removes no keys.
            if ALTERNATIVES.concat().contains(&id) {
                assert!(marked.is_empty(), "{name}");
                continue;
            }
            assert_eq!(marked, [id], "{name}");
            let removed = changed(&stored, id, &field.text());
            assert!(!shown(&removed, page, &[]).contains(&id), "{name}");
        }
    }
    // Two flags and an algorithm, which are no texts to empty.
    for id in ["first-party", "require-par", "id-token-signed-response-alg"] {
        assert!(unused.contains(id), "{id}");
    }
}

/// Checks that the stored texts of all fields are no change.
#[test]
fn stored_values_are_no_change() {
    let mut client = client();
    client.jwks = Some(r#"{"keys":[]}"#.to_owned());
    client.certificate_subject = Some(CertificateSubject::Dns("app.example".to_owned()));
    let registered = registered();
    let values = Draft::stored(all(&client, &registered)).0;
    let texts: Vec<(&str, &str)> = values
        .iter()
        .map(|(field, text)| (field.row.option, text.as_str()))
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
    let registered = registered();
    for field in all(&before, &registered) {
        let (mut client, id) = (client(), field.row.option);
        let value = other_value(field);
        let body = patch(&client, &[(id, value)]).unwrap();
        let pointer = format!("/{}", field.member.replace('.', "/"));
        assert!(body.pointer(&pointer).is_some(), "{id}: {body}");
        let change = change_from_json(body).unwrap();
        let names = change.apply(&mut client, 5);
        assert_eq!(names, [field.setting.name], "{id}");
        let field = Field {
            client: &client,
            ..field
        };
        let stored: String = field.text().split_whitespace().collect();
        assert_eq!(stored, value.replace(' ', ""), "{id}");
    }
}

#[test]
fn values_of_checkboxes_and_units_are_one_text() {
    let client = client();
    let marked = |values: &[&'static str]| -> Vec<(&'static str, &'static str)> {
        let values = values.iter().map(|value| ("scope", *value));
        std::iter::once(("scope", "")).chain(values).collect()
    };
    let body = patch(&client, &marked(&["openid", "email"]));
    assert_eq!(body, Ok(json!({ "scope": "openid email" })));
    assert_eq!(
        patch(&client, &marked(&[])),
        Ok(json!({})),
        "none is stored"
    );
    let flag = [("require-dpop", ""), ("require-dpop", "yes")];
    let body = json!({ "dpop_bound_access_tokens": true });
    assert_eq!(patch(&client, &flag), Ok(body));
    assert_eq!(patch(&client, &flag[..1]), Ok(json!({})));
    let ttl = |number, unit| [("access-token-ttl", number), ("access-token-ttl", unit)];
    let body = json!({ "access_token_ttl": 600 });
    assert_eq!(patch(&client, &ttl("10", "min")), Ok(body));
    assert_eq!(patch(&client, &ttl("", "min")), Ok(json!({})));
    let invalid = Err(("access-token-ttl", "console-setting-number-invalid"));
    assert_eq!(patch(&client, &ttl("ten", "min")), invalid);
    // Another unit is no other lifetime; none removes it.
    let days = [("consent-lifetime", "60"), ("consent-lifetime", "min")];
    assert_eq!(patch(&client, &days), Ok(json!({})));
    let body = json!({ "consent": { "lifetime": 0 } });
    assert_eq!(
        patch(&client, &[("consent-lifetime", ""), days[1]]),
        Ok(body)
    );
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
        ("redirect_uris", Some("redirect-uri")),
        ("auth_method", Some("auth-method")),
        ("consent.lifetime", Some("consent-lifetime")),
        ("id", None),
        ("", None),
    ] {
        let (client, registered) = (client(), registered());
        let draft = Draft::stored(all(&client, &registered));
        assert_eq!(field_of(&draft, name), field, "{name}");
    }
}
