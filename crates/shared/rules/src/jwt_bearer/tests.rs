use rstest::rstest;
use serde_json::json;

use super::*;
use doorward_domain::model::sample::{ISSUER, NOW};

const ENDPOINT: &str = "https://id.example/oauth2/token";
const LIFE: i64 = 300;

fn good() -> Map<String, Value> {
    let claims = json!({
        "iss": "https://ci.example", "sub": "job:1", "aud": ISSUER, "jti": "a1",
        "iat": NOW - 1, "nbf": NOW - 1, "exp": NOW + 60,
    });
    claims.as_object().unwrap().clone()
}

fn check_claim(claim: &str, value: Option<Value>) -> Result<Assertion, AssertionGrantError> {
    let mut claims = good();
    match value {
        Some(value) => claims.insert(claim.to_owned(), value),
        None => claims.remove(claim),
    };
    check(&claims, [ISSUER, ENDPOINT], LIFE, NOW)
}

#[rstest]
#[case("aud", Some(json!(ISSUER)))]
#[case("aud", Some(json!(ENDPOINT)))]
#[case("aud", Some(json!([ENDPOINT])))]
#[case("exp", Some(json!(NOW + LIFE)))]
#[case("nbf", None)]
#[case("nbf", Some(json!(NOW + 60)))]
#[case("iat", None)]
#[case("iat", Some(json!(NOW - LIFE)))]
fn section_3_valid_claims_are_accepted(#[case] claim: &str, #[case] value: Option<Value>) {
    let held = check_claim(claim, value).unwrap();
    assert_eq!((held.sub.as_str(), held.jti.as_str()), ("job:1", "a1"));
    assert!(held.exp > NOW);
}

#[rstest]
#[case("sub", None, AssertionGrantError::Subject)]
#[case("sub", Some(json!("")), AssertionGrantError::Subject)]
#[case("sub", Some(json!(1)), AssertionGrantError::Subject)]
#[case("sub", Some(json!("x".repeat(256))), AssertionGrantError::Subject)]
#[case("aud", None, AssertionGrantError::Audience)]
#[case("aud", Some(json!("https://other.example")), AssertionGrantError::Audience)]
#[case("aud", Some(json!(format!("{ISSUER}/"))), AssertionGrantError::Audience)]
#[case("aud", Some(json!([])), AssertionGrantError::Audience)]
#[case("aud", Some(json!([ISSUER, "https://other.example"])), AssertionGrantError::Audience)]
#[case("aud", Some(json!([ISSUER, ENDPOINT])), AssertionGrantError::Audience)]
#[case("exp", None, AssertionGrantError::Expired)]
#[case("exp", Some(json!("soon")), AssertionGrantError::Expired)]
#[case("exp", Some(json!(NOW)), AssertionGrantError::Expired)]
#[case("exp", Some(json!(NOW - 1)), AssertionGrantError::Expired)]
#[case("exp", Some(json!(NOW + LIFE + 1)), AssertionGrantError::TooLong)]
#[case("exp", Some(json!(i64::MAX)), AssertionGrantError::TooLong)]
#[case("nbf", Some(json!(NOW + 61)), AssertionGrantError::NotYet)]
#[case("nbf", Some(json!("now")), AssertionGrantError::NotYet)]
#[case("iat", Some(json!(NOW + 61)), AssertionGrantError::IssuedAt)]
#[case("iat", Some(json!(NOW - LIFE - 1)), AssertionGrantError::IssuedAt)]
#[case("iat", Some(json!(null)), AssertionGrantError::IssuedAt)]
#[case("jti", None, AssertionGrantError::Jti)]
#[case("jti", Some(json!("")), AssertionGrantError::Jti)]
#[case("jti", Some(json!("x".repeat(256))), AssertionGrantError::Jti)]
fn section_3_invalid_claims_are_rejected(
    #[case] claim: &str,
    #[case] value: Option<Value>,
    #[case] flaw: AssertionGrantError,
) {
    assert_eq!(check_claim(claim, value), Err(flaw));
}
