use serde_json::{Map, json};

use super::*;

const ISSUER: &str = "https://login.acme.example";

fn document() -> Map<String, Value> {
    let document = json!({
        "issuer": ISSUER,
        "authorization_endpoint": format!("{ISSUER}/authorize"),
        "token_endpoint": format!("{ISSUER}/token"),
        "jwks_uri": format!("{ISSUER}/jwks"),
        "userinfo_endpoint": format!("{ISSUER}/userinfo"),
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
        "authorization_response_iss_parameter_supported": true,
    });
    document.as_object().unwrap().clone()
}

fn read(members: &Map<String, Value>) -> Discovered {
    Discovered::read(Value::Object(members.clone()).to_string().as_bytes()).unwrap()
}

fn problem(change: impl FnOnce(&mut Map<String, Value>)) -> Option<String> {
    let mut members = document();
    change(&mut members);
    let urls = read(&members).urls(ISSUER);
    urls.err().map(|error| {
        assert_eq!(error.cause, ProviderCause::Settings);
        error.detail
    })
}

/// Values that a member may have by mistake.
fn unusable() -> [Value; 8] {
    [
        json!(""),
        json!("relative/path"),
        json!("true"),
        json!(true),
        json!(7),
        json!(null),
        json!([1, {}, "https://x.example"]),
        json!({ "a": "b" }),
    ]
}

/// Gluu writes `op_policy_uri: ""` (<https://github.com/GluuFederation/oxAuth/issues/1823>); AD FS has
/// further members, such as `access_token_issuer` and `as_access_token_token_binding_supported`
/// (<https://learn.microsoft.com/windows-server/identity/ad-fs/development/customize-id-token-ad-fs>).
#[test]
fn unused_members_have_any_type() {
    let usual = read(&document());
    for name in [
        "op_policy_uri",
        "op_tos_uri",
        "service_documentation",
        "registration_endpoint",
        "end_session_endpoint",
        "scopes_supported",
        "claims_supported",
        "claims_parameter_supported",
        "request_parameter_supported",
        "require_request_uri_registration",
        "subject_types_supported",
        "id_token_signing_alg_values_supported",
        "id_token_encryption_alg_values_supported",
        "grant_types_supported",
        "response_modes_supported",
        "display_values_supported",
        "ui_locales_supported",
        "acr_values_supported",
        "mtls_endpoint_aliases",
        "access_token_issuer",
        "http_logout_supported",
        "x",
    ] {
        for value in unusable() {
            let mut members = document();
            members.insert(name.to_owned(), value.clone());
            assert_eq!(read(&members), usual, "{name}: {value}");
        }
    }
}

#[test]
fn required_members_are_named_if_unusable() {
    assert_eq!(problem(|_| {}), None);
    for name in [
        "issuer",
        "authorization_endpoint",
        "token_endpoint",
        "jwks_uri",
    ] {
        for value in unusable() {
            let found = problem(|members| {
                members.insert(name.to_owned(), value.clone());
            });
            assert!(
                found.is_some_and(|text| text.contains(name)),
                "{name}: {value}"
            );
        }
        let found = problem(|members| {
            members.remove(name);
        });
        assert!(found.is_some_and(|text| text.contains(name)), "{name}");
    }
    // The issuer is compared byte by byte.
    for issuer in [
        "https://login.acme.example/",
        "https://LOGIN.acme.example",
        "http://login.acme.example",
    ] {
        let other = problem(|members| {
            members.insert("issuer".to_owned(), json!(issuer));
        });
        assert!(other.is_some(), "{issuer}");
    }
}

#[test]
fn optional_members_are_left_out_if_unusable() {
    let urls = |value: Value| {
        let mut members = document();
        members.insert("userinfo_endpoint".to_owned(), value);
        read(&members).urls(ISSUER).unwrap().userinfo
    };
    assert_eq!(
        urls(json!(format!("{ISSUER}/me"))),
        Some(format!("{ISSUER}/me"))
    );
    for value in unusable() {
        assert_eq!(urls(value.clone()), None, "{value}");
    }
    let basic = |value: Value| {
        let mut members = document();
        members.insert("token_endpoint_auth_methods_supported".to_owned(), value);
        read(&members).takes_basic()
    };
    assert!(!basic(json!(["client_secret_post"])));
    assert!(!basic(json!("client_secret_post")));
    assert!(basic(json!([
        "client_secret_post",
        "client_secret_basic",
        7
    ])));
    for value in [json!(null), json!([]), json!([1]), json!(true), json!({})] {
        assert!(basic(value.clone()), "{value}");
    }
    let promises = |value: Value| {
        let mut members = document();
        members.insert(
            "authorization_response_iss_parameter_supported".to_owned(),
            value,
        );
        read(&members).authorization_response_iss_parameter_supported
    };
    assert!(promises(json!(true)) && promises(json!("true")));
    for value in [
        json!(false),
        json!("false"),
        json!(null),
        json!(1),
        json!([]),
    ] {
        assert!(!promises(value.clone()), "{value}");
    }
}

#[test]
fn document_is_read_in_any_order_behind_byte_order_mark() {
    let members = document();
    let reversed: Vec<_> = members
        .iter()
        .rev()
        .map(|(name, value)| format!("{}:{value}", json!(name)))
        .collect();
    let text = format!("\u{feff}{{{}}}", reversed.join(","));
    assert_eq!(Discovered::read(text.as_bytes()).unwrap(), read(&members));
    for text in ["", "[]", "<html>", "null"] {
        assert!(Discovered::read(text.as_bytes()).is_none(), "{text}");
    }
}
