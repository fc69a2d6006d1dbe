use rstest::rstest;
use serde_json::json;

use super::*;
use crate::fixtures::{AUDIENCE, claims, claims_with};

#[test]
fn access_token_round_trips() {
    let value = claims();
    let parsed: AccessTokenClaims = serde_json::from_value(value.clone()).unwrap();
    assert!(parsed.aud.contains(AUDIENCE));
    assert_eq!(serde_json::to_value(&parsed).unwrap(), value);
}

#[test]
fn empty_claims_are_left_out() {
    let mut parsed: AccessTokenClaims = serde_json::from_value(claims()).unwrap();
    parsed.scope = Scope::default();
    parsed.roles = Vec::new();
    parsed.sid = None;
    let json = serde_json::to_value(&parsed).unwrap();
    for name in ["scope", "roles", "groups", "sid", "org", "acr"] {
        assert!(json.get(name).is_none(), "{name}");
    }
}

#[rstest]
#[case(json!("a"), &["a"])]
#[case(json!(["a"]), &["a"])]
#[case(json!(["a", "b"]), &["a", "b"])]
#[case(json!([]), &[])]
fn audience_is_string_or_list(#[case] value: serde_json::Value, #[case] expected: &[&str]) {
    let audience: Audience = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(audience.iter().collect::<Vec<_>>(), expected);
    assert_eq!(serde_json::to_value(&audience).unwrap(), value);
    assert!(!audience.contains("A"));
}

#[rstest]
#[case(json!({ "aud": 1 }))]
#[case(json!({ "aud": ["a", 1] }))]
#[case(json!({ "aud": { "a": 1 } }))]
#[case(json!({ "auth_time": "now" }))]
#[case(json!({ "amr": "pwd" }))]
#[case(json!({ "roles": [1] }))]
#[case(json!({ "scope": ["tasks:read"] }))]
#[case(json!({ "authorization_details": { "type": "payment" } }))]
#[case(json!({ "authorization_details": [{ "actions": ["initiate"] }] }))]
#[case(json!({ "authorization_details": ["payment"] }))]
fn types_are_strict(#[case] changes: serde_json::Value) {
    assert!(serde_json::from_value::<AccessTokenClaims>(claims_with(&changes)).is_err());
}

/// RFC 9396 §9.1: a service decides by these details.
#[test]
fn authorization_details_are_parsed() {
    let details = json!([{
        "type": "payment", "actions": ["initiate"], "amount": { "value": "123.50" },
    }]);
    let value = claims_with(&json!({ "authorization_details": details }));
    let parsed: AccessTokenClaims = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(serde_json::to_value(&parsed).unwrap(), value);
    let caller = crate::Principal::from(parsed);
    let allowed = &caller.authorization_details;
    assert!(allowed.allows("payment", "initiate") && !allowed.allows("payment", "cancel"));
    let one = allowed.of_type("payment").next().unwrap();
    assert_eq!(one.get("amount.value"), Some(&json!("123.50")));
    assert!(allowed.of_type("folders").next().is_none());
}

#[test]
fn access_token_keeps_custom_claims() {
    let value = claims_with(&json!({ "tier": "gold", "limits": { "day": 3 } }));
    let parsed: AccessTokenClaims = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(parsed.extra.len(), 2, "{:?}", parsed.extra);
    assert_eq!(serde_json::to_value(&parsed).unwrap(), value);
    let principal = crate::Principal::from(parsed);
    assert_eq!(principal.claims["tier"], "gold");
    assert_eq!(principal.claims["limits"], json!({ "day": 3 }));
}

#[test]
fn id_token_keeps_further_claims() {
    let value = json!({
        "iss": "https://id.example", "sub": "alice", "aud": "app", "exp": 2, "iat": 1,
        "nonce": "n", "email": "a@example.org", "address": { "country": "AT" },
    });
    let parsed: IdTokenClaims = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(parsed.extra.len(), 2);
    assert_eq!(serde_json::to_value(&parsed).unwrap(), value);
}
