use rstest::rstest;
use serde_json::json;

use super::*;
use doorward_domain::model::sample::NOW;

const ISSUER: &str = "https://id.example";

fn good() -> Value {
    json!({
        "iss": "app", "aud": ISSUER, "exp": NOW + 60, "nbf": NOW, "iat": NOW, "jti": "j",
        "client_id": "app", "response_type": "code", "scope": "openid", "max_age": 60,
        "claims": { "id_token": { "acr": null } },
        "resource": ["https://a.example", "https://b.example"],
    })
}

const EXPECTED: Expected<'_> = Expected {
    client_id: "app",
    profile: SecurityProfile::None,
    by_reference: false,
    issuer: ISSUER,
    now: NOW,
};

fn checked(claims: &Value) -> Result<Vec<(String, String)>, RequestObjectError> {
    check(claims.as_object().unwrap(), EXPECTED)
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
#[case("exp", json!(NOW + 3661), RequestObjectError::TooLong)]
#[case("exp", json!(i64::MAX), RequestObjectError::TooLong)]
#[case("nbf", json!(NOW + 61), RequestObjectError::Time)]
#[case("nbf", json!("x"), RequestObjectError::Time)]
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
#[case("exp")]
fn missing_claim_is_reported(#[case] name: &str) {
    let mut claims = good();
    claims.as_object_mut().unwrap().remove(name);
    assert!(checked(&claims).is_err());
}

#[rstest]
#[case("aud", json!([ISSUER, "https://other.example"]))]
#[case("sub", json!("alice"))]
#[case("exp", json!(NOW + 1))]
#[case("exp", json!(NOW + 3660))]
#[case("nbf", json!(NOW - 7200))]
#[case("nbf", json!(NOW + 60))]
#[case("unheard_of", json!([1, 2]))]
fn harmless_claims_are_accepted(#[case] name: &str, #[case] value: Value) {
    let mut claims = good();
    claims[name] = value;
    assert!(checked(&claims).is_ok(), "{claims}");
}

/// Times relative to now, with the expected result by value and by reference, without a profile and
/// with a FAPI profile.
#[rstest]
#[case::good(Some(60), Some(0), [None; 4])]
#[case::full_hour(Some(3600), Some(0), [None; 4])]
#[case::no_exp(None, Some(0), [
    Some(RequestObjectError::NoExpiry),
    None,
    Some(RequestObjectError::NoExpiry),
    Some(RequestObjectError::NoExpiry),
])]
#[case::no_nbf(Some(60), None, [
    None,
    None,
    Some(RequestObjectError::NotBefore),
    Some(RequestObjectError::NotBefore),
])]
#[case::no_times(None, None, [
    Some(RequestObjectError::NoExpiry),
    None,
    Some(RequestObjectError::NotBefore),
    Some(RequestObjectError::NotBefore),
])]
#[case::nbf_hour_ago(Some(0), Some(-3600), [Some(RequestObjectError::Time); 4])]
#[case::old_nbf(Some(60), Some(-3601), [
    None,
    None,
    Some(RequestObjectError::NotBefore),
    Some(RequestObjectError::NotBefore),
])]
#[case::long_after_nbf(Some(60), Some(-3580), [
    None,
    None,
    Some(RequestObjectError::TooLong),
    Some(RequestObjectError::TooLong),
])]
#[case::nbf_ahead(Some(3608), Some(8), [None; 4])]
#[case::seventy_minutes(Some(4200), Some(0), [Some(RequestObjectError::TooLong); 4])]
#[case::expired(Some(-1), Some(-60), [Some(RequestObjectError::Time); 4])]
fn times_are_bounded(
    #[case] exp: Option<i64>,
    #[case] nbf: Option<i64>,
    #[case] results: [Option<RequestObjectError>; 4],
) {
    let mut claims = good();
    let members = claims.as_object_mut().unwrap();
    for (name, time) in [("exp", exp), ("nbf", nbf)] {
        members.remove(name);
        if let Some(time) = time {
            members.insert(name.to_owned(), json!(NOW + time));
        }
    }
    let none = SecurityProfile::None;
    let fapi = SecurityProfile::Fapi2MessageSigning;
    let forms = [(none, false), (none, true), (fapi, false), (fapi, true)];
    for ((profile, by_reference), result) in forms.into_iter().zip(results) {
        let expected = Expected {
            profile,
            by_reference,
            ..EXPECTED
        };
        let checked = check(claims.as_object().unwrap(), expected);
        assert_eq!(checked.err(), result, "{profile:?} {by_reference}");
    }
}

/// A signed authentication request has all times and an ID; `client_id` may be left out.
#[rstest]
#[case::good("scope", json!("openid"), None)]
#[case::expiry_as_number("requested_expiry", json!(30), None)]
#[case::expiry_as_text("requested_expiry", json!("30"), None)]
#[case::client("client_id", json!("other"), Some(RequestObjectError::Client))]
#[case::issuer("iss", json!("other"), Some(RequestObjectError::Client))]
#[case::no_issuer("iss", json!(null), Some(RequestObjectError::Client))]
#[case::audience("aud", json!("https://other.example"), Some(RequestObjectError::Audience))]
#[case::no_audience("aud", json!(null), Some(RequestObjectError::Audience))]
#[case::expired("exp", json!(NOW), Some(RequestObjectError::Time))]
#[case::exp_70_minutes("exp", json!(NOW + 4200), Some(RequestObjectError::TooLong))]
#[case::nbf_10_minutes_ahead("nbf", json!(NOW + 600), Some(RequestObjectError::Time))]
#[case::nbf_70_minutes_ago("nbf", json!(NOW - 4200), Some(RequestObjectError::NotBefore))]
#[case::iat_ahead("iat", json!(NOW + 600), Some(RequestObjectError::Time))]
#[case::empty_id("jti", json!(""), Some(RequestObjectError::Incomplete))]
#[case::number_as_id("jti", json!(7), Some(RequestObjectError::Incomplete))]
#[case::nested("request", json!("x"), Some(RequestObjectError::Nested))]
#[case::list("login_hint", json!(["alice"]), Some(RequestObjectError::Parameter))]
#[case::flag("binding_message", json!(true), Some(RequestObjectError::Parameter))]
fn ciba_7_1_1_claims_are_checked(
    #[case] name: &str,
    #[case] value: Value,
    #[case] flaw: Option<RequestObjectError>,
) {
    let mut claims = json!({
        "iss": "app", "aud": ISSUER, "exp": NOW + 60, "nbf": NOW, "iat": NOW, "jti": "j",
        "scope": "openid", "login_hint": "alice",
    });
    claims[name] = value;
    let checked = check_backchannel(claims.as_object().unwrap(), EXPECTED);
    assert_eq!(checked.err(), flaw, "{claims}");
}

#[test]
fn ciba_7_1_1_every_time_and_the_id_are_required() {
    for name in ["exp", "nbf", "iat", "jti"] {
        let mut claims = good();
        claims.as_object_mut().unwrap().remove(name);
        let checked = check_backchannel(claims.as_object().unwrap(), EXPECTED);
        assert_eq!(
            checked.err(),
            Some(RequestObjectError::Incomplete),
            "{name}"
        );
    }
}
