use proptest::prelude::*;
use rstest::rstest;
use serde_json::json;

use super::*;
use crate::fixtures::{AUDIENCE, ISSUER, NOW, ONE, TWO, claims, claims_with, key_set};

mod algorithms;
mod attacks;

fn verify(token: &str) -> Result<AccessTokenClaims, TokenRejection> {
    verify_access_token(
        token,
        &key_set(&[&ONE, &TWO]),
        &Expected::new(ISSUER, AUDIENCE),
        NOW,
    )
}

fn verify_claims(claims: &Value) -> Result<AccessTokenClaims, TokenRejection> {
    verify(&ONE.access_token(claims))
}

#[test]
fn valid_token_is_accepted() {
    let accepted = verify_claims(&claims()).unwrap();
    assert_eq!(
        (accepted.sub.as_str(), accepted.client_id.as_str()),
        ("alice", "tasks-web")
    );
    assert!(accepted.scope.contains("tasks:read"));
    assert_eq!(accepted.entitlements, ["tasks:read", "tasks:write"]);
    assert!(verify(&TWO.access_token(&claims())).is_ok());
}

#[rstest]
#[case(json!({ "aud": [AUDIENCE] }))]
#[case(json!({ "aud": ["https://other.example", AUDIENCE] }))]
#[case(json!({ "nbf": NOW }))]
#[case(json!({ "nbf": NOW + 60 }))]
#[case(json!({ "iat": NOW + 60 }))]
#[case(json!({ "exp": NOW - 59 }))]
#[case(json!({ "exp": i64::MAX }))]
#[case(json!({ "scope": null, "entitlements": null, "auth_time": null, "sid": null }))]
#[case(json!({ "unknown": { "a": [1] } }))]
#[case(json!({ "act": { "sub": "b", "act": { "sub": "c", "act": null }, "iss": "x" } }))]
fn rfc_9068_4_accepted_claims(#[case] changes: Value) {
    verify_claims(&claims_with(&changes)).unwrap();
}

#[rstest]
#[case::other_issuer(json!({ "iss": "https://evil.example" }), TokenRejection::Issuer)]
#[case::issuer_with_slash(json!({ "iss": "https://id.example/" }), TokenRejection::Issuer)]
#[case::issuer_case(json!({ "iss": "https://ID.example" }), TokenRejection::Issuer)]
#[case::other_audience(json!({ "aud": "https://other.example" }), TokenRejection::Audience)]
#[case::audience_prefix(json!({ "aud": "https://tasks.example" }), TokenRejection::Audience)]
#[case::audience_suffix(json!({ "aud": "https://tasks.example/api/" }), TokenRejection::Audience)]
#[case::no_recipient(json!({ "aud": [] }), TokenRejection::Audience)]
#[case::audience_is_client(json!({ "aud": "tasks-web" }), TokenRejection::Audience)]
#[case::expired(json!({ "exp": NOW - 60 }), TokenRejection::Expired)]
#[case::long_expired(json!({ "exp": 0 }), TokenRejection::Expired)]
#[case::negative_expiry(json!({ "exp": i64::MIN }), TokenRejection::Expired)]
#[case::not_before(json!({ "nbf": NOW + 61 }), TokenRejection::NotYetValid)]
#[case::future(json!({ "iat": NOW + 61 }), TokenRejection::NotYetValid)]
#[case::far_future(json!({ "iat": i64::MAX }), TokenRejection::NotYetValid)]
#[case::empty_subject(json!({ "sub": "" }), TokenRejection::Claims)]
#[case::empty_client(json!({ "client_id": "" }), TokenRejection::Claims)]
#[case::empty_jti(json!({ "jti": "" }), TokenRejection::Claims)]
// RFC 8693 §4.1: an actor is an object. Found by fuzzing.
#[case::actor_as_a_list(json!({ "act": ["mona"] }), TokenRejection::Claims)]
#[case::former_actor_as_a_list(json!({ "act": { "sub": "b", "act": ["c"] } }), TokenRejection::Claims)]
#[case::actor_without_a_name(json!({ "act": {} }), TokenRejection::Claims)]
fn rfc_6750_5_2_rejects_wrong_claims(#[case] changes: Value, #[case] rejection: TokenRejection) {
    assert_eq!(verify_claims(&claims_with(&changes)), Err(rejection));
}

#[rstest]
fn required_claims(#[values("iss", "sub", "aud", "client_id", "exp", "iat", "jti")] name: &str) {
    let missing = claims_with(&json!({ name: null }));
    assert_eq!(verify_claims(&missing), Err(TokenRejection::Claims));
}

/// CVE-2026-25537: a claim of the wrong type is not an absent claim.
#[rstest]
fn wrongly_typed_times(
    #[values("exp", "nbf", "iat", "auth_time")] name: &str,
    #[values(
        "\"x\"",
        "\"1900000000\"",
        "[]",
        "[1900000000]",
        "{}",
        "true",
        "1900000000.5",
        "1e400",
        "1e10",
        "99999999999999999999"
    )]
    value: &str,
) {
    let placeholder = claims_with(&json!({ name: "PLACEHOLDER" })).to_string();
    let payload = placeholder.replace("\"PLACEHOLDER\"", value);
    let header = crate::fixtures::access_header("one");
    assert!(verify(&ONE.sign(&header, &payload)).is_err());
}

#[rstest]
fn null_times(#[values("exp", "nbf", "iat")] name: &str) {
    let mut claims = claims();
    claims[name] = Value::Null;
    assert_eq!(verify_claims(&claims), Err(TokenRejection::Claims));
}

#[rstest]
fn wrongly_typed_texts(
    #[values("iss", "sub", "client_id", "jti", "aud", "scope", "acr", "sid")] name: &str,
    #[values(json!(1), json!(true), json!({}), json!([1]), json!([["a"]]))] value: Value,
) {
    assert_eq!(
        verify_claims(&claims_with(&json!({ name: value }))),
        Err(TokenRejection::Claims)
    );
}

/// Times one second before, at and after the expiry.
#[rstest]
#[case(0, NOW - 1, Err(TokenRejection::Expired))]
#[case(0, NOW, Err(TokenRejection::Expired))]
#[case(0, NOW + 1, Ok(()))]
#[case(60, NOW - 60, Err(TokenRejection::Expired))]
#[case(60, NOW - 59, Ok(()))]
#[case(3600, NOW - 60, Err(TokenRejection::Expired))]
#[case(-5, NOW, Err(TokenRejection::Expired))]
fn leeway_is_at_most_one_minute(
    #[case] leeway: i64,
    #[case] exp: i64,
    #[case] expected: Result<(), TokenRejection>,
) {
    let rules = Expected {
        leeway,
        ..Expected::new(ISSUER, AUDIENCE)
    };
    let token = ONE.access_token(&claims_with(&json!({ "exp": exp })));
    let result = verify_access_token(&token, &key_set(&[&ONE]), &rules, NOW);
    assert_eq!(result.map(|_| ()), expected);
}

#[rstest]
#[case("https://old.example", Ok(()))]
#[case("https://old.example/", Err(TokenRejection::Issuer))]
#[case("https://evil.example", Err(TokenRejection::Issuer))]
fn former_issuer_is_accepted(#[case] iss: &str, #[case] expected: Result<(), TokenRejection>) {
    let rules = Expected {
        former_issuers: vec!["https://old.example".to_owned()],
        ..Expected::new(ISSUER, AUDIENCE)
    };
    let token = ONE.access_token(&claims_with(&json!({ "iss": iss })));
    let result = verify_access_token(&token, &key_set(&[&ONE]), &rules, NOW);
    assert_eq!(result.map(|_| ()), expected);
}

/// RFC 9068 §4: the type is required, unless the resource is registered for another one.
#[rstest]
#[case("at+jwt", false, Ok(()))]
#[case("at+jwt", true, Ok(()))]
#[case("JWT", false, Err(TokenRejection::Type))]
#[case("JWT", true, Ok(()))]
#[case("logout+jwt", true, Err(TokenRejection::Type))]
fn plain_jwt_is_accepted_only_on_demand(
    #[case] typ: &str,
    #[case] plain_jwt: bool,
    #[case] expected: Result<(), TokenRejection>,
) {
    let rules = Expected {
        plain_jwt,
        ..Expected::new(ISSUER, AUDIENCE)
    };
    let header = json!({ "alg": "RS256", "kid": "one", "typ": typ });
    let token = ONE.sign(&header.to_string(), &claims().to_string());
    let result = verify_access_token(&token, &key_set(&[&ONE]), &rules, NOW);
    assert_eq!(result.map(|_| ()), expected);
}

/// Incomplete lists must never be read as "no rule forbids it".
#[rstest]
#[case(json!(["roles"]), Err(TokenRejection::Overage))]
#[case(json!(["groups"]), Err(TokenRejection::Overage))]
#[case(json!(["entitlements", "roles"]), Err(TokenRejection::Overage))]
#[case(json!(["something new"]), Err(TokenRejection::Overage))]
#[case(json!(["entitlements"]), Ok(()))]
#[case(json!([]), Ok(()))]
fn rejects_truncated_token(#[case] overage: Value, #[case] expected: Result<(), TokenRejection>) {
    let claims = claims_with(&json!({ "overage": overage }));
    assert_eq!(verify_claims(&claims).map(drop), expected);
}

#[test]
fn audience_must_be_expected() {
    let token = ONE.access_token(&claims_with(&json!({ "aud": "" })));
    let rules = Expected::new(ISSUER, "");
    let result = verify_access_token(&token, &key_set(&[&ONE]), &rules, NOW);
    assert_eq!(result, Err(TokenRejection::Audience));
}

#[rstest]
#[case(Some("JWT"), ID_TOKEN_TYPES, true)]
#[case(Some("jwt"), ID_TOKEN_TYPES, true)]
#[case(None, ID_TOKEN_TYPES, true)]
#[case(Some(""), ID_TOKEN_TYPES, true)]
#[case(Some("application/"), ID_TOKEN_TYPES, false)]
#[case(Some("at+jwt"), ID_TOKEN_TYPES, false)]
#[case(Some("logout+jwt"), ID_TOKEN_TYPES, false)]
#[case(Some("at+jwt"), ACCESS_TOKEN_TYPES, true)]
#[case(Some("AT+JWT"), ACCESS_TOKEN_TYPES, true)]
#[case(Some("application/at+jwt"), ACCESS_TOKEN_TYPES, true)]
#[case(Some("Application/AT+jwt"), ACCESS_TOKEN_TYPES, true)]
#[case(Some("application/application/at+jwt"), ACCESS_TOKEN_TYPES, false)]
#[case(Some("JWT"), ACCESS_TOKEN_TYPES, false)]
#[case(Some("at+jwt "), ACCESS_TOKEN_TYPES, false)]
#[case(None, ACCESS_TOKEN_TYPES, false)]
fn type_must_be_expected(
    #[case] typ: Option<&str>,
    #[case] allowed: &[&str],
    #[case] accepted: bool,
) {
    let mut header = json!({ "alg": "RS256", "kid": "one" });
    if let Some(typ) = typ {
        header["typ"] = typ.into();
    }
    // Expired long ago: the caller decides about that.
    let token = ONE.sign(&header.to_string(), r#"{"sub":"alice","exp":1}"#);
    let result = verify_jws(&token, &key_set(&[&ONE]), allowed);
    match result {
        Ok((header, payload)) => {
            assert!(accepted);
            assert_eq!((header.kid.as_str(), header.typ.as_deref()), ("one", typ));
            assert_eq!(payload["sub"], "alice");
        }
        Err(rejection) => {
            assert!(!accepted);
            assert_eq!(rejection, TokenRejection::Type);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// No other spelling of a valid token is accepted: neither its JSON nor its base64 is
    /// malleable.
    #[test]
    fn every_byte_counts(at in any::<prop::sample::Index>(), byte in any::<char>()) {
        let good = ONE.access_token(&claims());
        let at = at.index(good.len());
        let changed = format!("{}{byte}{}", &good[..at], &good[at + 1..]);
        prop_assert_eq!(verify(&changed).is_ok(), changed == good);
        let inserted = format!("{}{byte}{}", &good[..at], &good[at..]);
        prop_assert!(verify(&inserted).is_err());
        prop_assert!(verify(&good[..at]).is_err());
    }

    #[test]
    fn arbitrary_token_is_rejected_without_panic(token in "[A-Za-z0-9._=-]{0,200}") {
        prop_assert!(verify(&token).is_err());
    }
}
