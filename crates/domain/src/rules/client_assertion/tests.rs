use rstest::rstest;
use serde_json::json;

use super::*;
use crate::model::sample::NOW;

const ISSUER: &str = "https://id.example";

fn good() -> Value {
    json!({
        "iss": "app", "sub": "app", "aud": ISSUER, "jti": "j1",
        "iat": NOW, "nbf": NOW, "exp": NOW + 60,
    })
}

fn checked(claims: &Value) -> Result<Assertion, Flaw> {
    check(claims.as_object().unwrap(), "app", ISSUER, NOW)
}

#[test]
fn a_good_one_holds() {
    let assertion = checked(&good()).unwrap();
    assert_eq!((assertion.jti.as_str(), assertion.exp), ("j1", NOW + 60));
    let mut least = good();
    for name in ["iat", "nbf"] {
        least.as_object_mut().unwrap().remove(name);
    }
    assert!(checked(&least).is_ok());
}

#[rstest]
#[case("iss", json!(null), Flaw::Subject)]
#[case("iss", json!("other"), Flaw::Subject)]
#[case("iss", json!(["app"]), Flaw::Subject)]
#[case("iss", json!(ISSUER), Flaw::Subject)]
#[case("sub", json!(null), Flaw::Subject)]
#[case("sub", json!("APP"), Flaw::Subject)]
#[case("aud", json!(null), Flaw::Audience)]
#[case("aud", json!([ISSUER]), Flaw::Audience)]
#[case("aud", json!([ISSUER, "https://other.example"]), Flaw::Audience)]
#[case("aud", json!("https://id.example/"), Flaw::Audience)]
#[case("aud", json!("https://id.example/oauth2/token"), Flaw::Audience)]
#[case("aud", json!("https://other.example"), Flaw::Audience)]
#[case("exp", json!(null), Flaw::Expired)]
#[case("exp", json!("soon"), Flaw::Expired)]
#[case("exp", json!(1e30), Flaw::Expired)]
#[case("exp", json!([]), Flaw::Expired)]
#[case("exp", json!(NOW - 1), Flaw::Expired)]
#[case("exp", json!(NOW), Flaw::Expired)]
#[case("exp", json!(NOW + 301), Flaw::TooLong)]
#[case("exp", json!(i64::MAX), Flaw::TooLong)]
#[case("nbf", json!(NOW + 61), Flaw::Time)]
#[case("nbf", json!("now"), Flaw::Time)]
#[case("nbf", json!(null), Flaw::Time)]
#[case("iat", json!(NOW + 61), Flaw::Time)]
#[case("iat", json!(NOW - 3601), Flaw::Time)]
#[case("iat", json!(1.5), Flaw::Time)]
#[case("jti", json!(""), Flaw::Jti)]
#[case("jti", json!(7), Flaw::Jti)]
#[case("jti", json!("j".repeat(256)), Flaw::Jti)]
fn a_claim_that_is_wrong_is_told(#[case] name: &str, #[case] value: Value, #[case] flaw: Flaw) {
    let mut claims = good();
    claims[name] = value;
    assert_eq!(checked(&claims), Err(flaw), "{claims}");
}

#[rstest]
#[case("exp", json!(NOW + 1))]
#[case("exp", json!(NOW + 300))]
#[case("nbf", json!(NOW + 60))]
#[case("nbf", json!(0))]
#[case("iat", json!(NOW + 60))]
#[case("iat", json!(NOW - 3600))]
#[case("jti", json!("j".repeat(255)))]
fn the_last_value_within_a_limit_holds(#[case] name: &str, #[case] value: Value) {
    let mut claims = good();
    claims[name] = value;
    assert!(checked(&claims).is_ok(), "{claims}");
}

#[rstest]
#[case("jti", Flaw::Jti)]
#[case("exp", Flaw::Expired)]
#[case("aud", Flaw::Audience)]
#[case("iss", Flaw::Subject)]
#[case("sub", Flaw::Subject)]
fn what_is_required_is_required(#[case] name: &str, #[case] flaw: Flaw) {
    let mut claims = good();
    claims.as_object_mut().unwrap().remove(name);
    assert_eq!(checked(&claims), Err(flaw));
}
