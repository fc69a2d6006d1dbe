use rstest::rstest;
use serde_json::json;

use super::*;
use doorward_domain::model::sample::NOW;

const ISSUER: &str = "https://id.example";
const TOKEN: &str = "https://id.example/oauth2/token";

fn good() -> Value {
    json!({
        "iss": "app", "sub": "app", "aud": ISSUER, "jti": "j1",
        "iat": NOW, "nbf": NOW, "exp": NOW + 60,
    })
}

fn checked(claims: &Value) -> Result<Assertion, ClientAssertionError> {
    let accepted = audiences(AssertionAudience::Issuer, ISSUER, &[TOKEN.to_owned()]);
    check(claims.as_object().unwrap(), "app", &accepted, NOW)
}

#[test]
fn accepts_valid_assertion() {
    let assertion = checked(&good()).unwrap();
    assert_eq!((assertion.jti.as_str(), assertion.exp), ("j1", NOW + 60));
    let mut least = good();
    for name in ["iat", "nbf"] {
        least.as_object_mut().unwrap().remove(name);
    }
    assert!(checked(&least).is_ok());
}

#[rstest]
#[case("iss", json!(null), ClientAssertionError::Subject)]
#[case("iss", json!("other"), ClientAssertionError::Subject)]
#[case("iss", json!(["app"]), ClientAssertionError::Subject)]
#[case("iss", json!(ISSUER), ClientAssertionError::Subject)]
#[case("sub", json!(null), ClientAssertionError::Subject)]
#[case("sub", json!("APP"), ClientAssertionError::Subject)]
#[case("exp", json!(null), ClientAssertionError::Expired)]
#[case("exp", json!("soon"), ClientAssertionError::Expired)]
#[case("exp", json!(1e30), ClientAssertionError::Expired)]
#[case("exp", json!([]), ClientAssertionError::Expired)]
#[case("exp", json!(NOW - 1), ClientAssertionError::Expired)]
#[case("exp", json!(NOW), ClientAssertionError::Expired)]
#[case("exp", json!(NOW + 3661), ClientAssertionError::TooLong)]
#[case("exp", json!(i64::MAX), ClientAssertionError::TooLong)]
#[case("nbf", json!(NOW + 61), ClientAssertionError::Time)]
#[case("nbf", json!("now"), ClientAssertionError::Time)]
#[case("nbf", json!(null), ClientAssertionError::Time)]
#[case("iat", json!(NOW + 61), ClientAssertionError::Time)]
#[case("iat", json!(NOW - 3601), ClientAssertionError::Time)]
#[case("iat", json!(1.5), ClientAssertionError::Time)]
#[case("jti", json!(""), ClientAssertionError::Jti)]
#[case("jti", json!(7), ClientAssertionError::Jti)]
#[case("jti", json!("j".repeat(256)), ClientAssertionError::Jti)]
fn wrong_claim_is_reported(
    #[case] name: &str,
    #[case] value: Value,
    #[case] flaw: ClientAssertionError,
) {
    let mut claims = good();
    claims[name] = value;
    assert_eq!(checked(&claims), Err(flaw), "{claims}");
}

#[rstest]
#[case("exp", json!(NOW + 1))]
#[case("exp", json!(NOW + 300))]
#[case("exp", json!(NOW + 3660))]
#[case("nbf", json!(NOW + 60))]
#[case("nbf", json!(0))]
#[case("iat", json!(NOW + 60))]
#[case("iat", json!(NOW - 3600))]
#[case("jti", json!("j".repeat(255)))]
fn last_value_within_limit_is_accepted(#[case] name: &str, #[case] value: Value) {
    let mut claims = good();
    claims[name] = value;
    assert!(checked(&claims).is_ok(), "{claims}");
}

/// Authlib's default: `iat` is now, `exp` one hour later. It is accepted for five minutes.
#[rstest]
#[case::new(Some(NOW), NOW + 3600, true)]
#[case::clock_ahead(Some(NOW + 60), NOW + 3660, true)]
#[case::last_second(Some(NOW - 299), NOW + 3301, true)]
#[case::too_old(Some(NOW - 300), NOW + 3300, false)]
#[case::ends_soon(Some(NOW - 3300), NOW + 300, true)]
#[case::without_iat(None, NOW + 301, false)]
#[case::without_iat_ends_soon(None, NOW + 300, true)]
#[case::a_day(Some(NOW), NOW + 86_400, false)]
fn distant_expiry_requires_recent_assertion(
    #[case] iat: Option<i64>,
    #[case] exp: i64,
    #[case] accepted: bool,
) {
    let mut claims = good();
    claims["exp"] = json!(exp);
    match iat {
        Some(iat) => claims["iat"] = json!(iat),
        None => drop(claims.as_object_mut().unwrap().remove("iat")),
    }
    let expected = if accepted {
        Ok(exp)
    } else {
        Err(ClientAssertionError::TooLong)
    };
    assert_eq!(checked(&claims).map(|assertion| assertion.exp), expected);
}

#[rstest]
#[case("jti", ClientAssertionError::Jti)]
#[case("exp", ClientAssertionError::Expired)]
#[case("iss", ClientAssertionError::Subject)]
#[case("sub", ClientAssertionError::Subject)]
fn missing_claim_is_reported(#[case] name: &str, #[case] flaw: ClientAssertionError) {
    let mut claims = good();
    claims.as_object_mut().unwrap().remove(name);
    assert_eq!(checked(&claims), Err(flaw));
}

/// I2, C2: setting × audience (OIDC Core §9, draft-ietf-oauth-rfc7523bis).
#[rstest]
#[case::issuer(json!(ISSUER), true, true)]
#[case::token_endpoint(json!(TOKEN), true, false)]
#[case::array_of_issuer(json!([ISSUER]), false, false)]
#[case::array_of_two(json!([ISSUER, TOKEN]), false, false)]
#[case::array_with_other(json!([ISSUER, "https://other.example"]), false, false)]
#[case::issuer_with_slash(json!("https://id.example/"), false, false)]
#[case::path_below(json!("https://id.example/oauth2/token/x"), false, false)]
#[case::other(json!("https://other.example"), false, false)]
#[case::empty(json!(""), false, false)]
#[case::null(json!(null), false, false)]
fn audience_is_accepted_by_setting(
    #[case] aud: Value,
    #[case] by_default: bool,
    #[case] issuer_only: bool,
) {
    let mut claims = good();
    claims["aud"] = aud;
    let claims = claims.as_object().unwrap();
    for (setting, passes) in [
        (AssertionAudience::IssuerOrEndpoint, by_default),
        (AssertionAudience::Issuer, issuer_only),
    ] {
        let accepted = audiences(setting, ISSUER, &[TOKEN.to_owned()]);
        let result = check(claims, "app", &accepted, NOW);
        assert_eq!(result.is_ok(), passes, "{setting:?}");
    }
}

#[test]
fn rejected_audience_names_expected_and_received() {
    let mut claims = good();
    let told = |claims: &Value| checked(claims).unwrap_err().to_string();
    claims["aud"] = json!("https://other.example");
    assert_eq!(
        told(&claims),
        "'aud' of the assertion must be https://id.example, as a single string, got \
         https://other.example"
    );
    claims["aud"] = json!([ISSUER, TOKEN]);
    assert!(told(&claims).ends_with("got an array of 2"));
    claims.as_object_mut().unwrap().remove("aud");
    assert!(told(&claims).ends_with("got none"));
}
