use rstest::rstest;
use serde_json::json;

use super::*;
use crate::model::sample::NOW;

const ISSUER: &str = "https://id.example";

fn good() -> Value {
    json!({
        "iss": "app", "aud": ISSUER, "exp": NOW + 60, "nbf": NOW, "iat": NOW, "jti": "j",
        "client_id": "app", "response_type": "code", "scope": "openid", "max_age": 60,
        "claims": { "id_token": { "acr": null } },
        "resource": ["https://a.example", "https://b.example"],
    })
}

fn checked(claims: &Value) -> Result<Vec<(String, String)>, RequestObjectError> {
    check(claims.as_object().unwrap(), "app", ISSUER, NOW)
}

#[test]
fn rfc_9101_4_object_parameters_equal_form_parameters() {
    let mut pairs = checked(&good()).unwrap();
    pairs.sort();
    let expected = [
        ("claims", "{\"id_token\":{\"acr\":null}}"),
        ("client_id", "app"),
        ("max_age", "60"),
        ("resource", "https://a.example"),
        ("resource", "https://b.example"),
        ("response_type", "code"),
        ("scope", "openid"),
    ];
    let expected: Vec<_> = expected
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
    assert_eq!(pairs, expected);
}

#[rstest]
#[case("iss", json!("other"), RequestObjectError::Client)]
#[case("iss", json!(null), RequestObjectError::Client)]
#[case("client_id", json!("other"), RequestObjectError::Client)]
#[case("client_id", json!(["app"]), RequestObjectError::Client)]
#[case("aud", json!("https://id.example/"), RequestObjectError::Audience)]
#[case("aud", json!([]), RequestObjectError::Audience)]
#[case("aud", json!(null), RequestObjectError::Audience)]
#[case("sub", json!("app"), RequestObjectError::Subject)]
#[case("exp", json!(NOW), RequestObjectError::Time)]
#[case("exp", json!("x"), RequestObjectError::Time)]
#[case("exp", json!(null), RequestObjectError::Time)]
#[case("nbf", json!(NOW + 61), RequestObjectError::Time)]
#[case("iat", json!(NOW + 61), RequestObjectError::Time)]
#[case("request", json!("x"), RequestObjectError::Nested)]
#[case("request_uri", json!("x"), RequestObjectError::Nested)]
#[case("scope", json!(["openid"]), RequestObjectError::Parameter)]
#[case("scope", json!(null), RequestObjectError::Parameter)]
#[case("prompt", json!(true), RequestObjectError::Parameter)]
#[case("resource", json!([1]), RequestObjectError::Parameter)]
#[case("state", json!("a\0b"), RequestObjectError::Parameter)]
fn wrong_claim_is_reported(
    #[case] name: &str,
    #[case] value: Value,
    #[case] flaw: RequestObjectError,
) {
    let mut claims = good();
    claims[name] = value;
    assert_eq!(checked(&claims), Err(flaw), "{claims}");
}

#[rstest]
#[case("iss")]
#[case("client_id")]
#[case("aud")]
fn missing_claim_is_reported(#[case] name: &str) {
    let mut claims = good();
    claims.as_object_mut().unwrap().remove(name);
    assert!(checked(&claims).is_err());
}

#[rstest]
#[case("aud", json!([ISSUER, "https://other.example"]))]
#[case("sub", json!("alice"))]
#[case("exp", json!(NOW + 1))]
#[case("nbf", json!(NOW + 60))]
#[case("unheard_of", json!([1, 2]))]
fn harmless_claims_are_accepted(#[case] name: &str, #[case] value: Value) {
    let mut claims = good();
    claims[name] = value;
    assert!(checked(&claims).is_ok(), "{claims}");
}
