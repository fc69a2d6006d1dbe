use rstest::rstest;
use serde_json::json;

use super::*;
use crate::fixtures::{ISSUER, NOW, ONE, TWO, key_set};

const RECEIVER: &str = "tasks-api";
const FORMER: &str = "https://former.example";
const T: u32 = 1_799_999_990;

fn caep(name: &str) -> String {
    format!("{CAEP}{name}")
}

fn risc(name: &str) -> String {
    format!("{RISC}{name}")
}

fn user() -> Value {
    json!({ "format": "iss_sub", "iss": ISSUER, "sub": "alice" })
}

fn opaque(id: &str) -> Value {
    json!({ "format": "opaque", "id": id })
}

fn claims(event: &str, subject: &Value) -> Value {
    json!({
        "iss": ISSUER, "aud": RECEIVER, "iat": NOW, "jti": "e1", "sub_id": subject,
        "events": { event: { "event_timestamp": T, "initiating_entity": "user" } },
    })
}

fn sign(claims: &Value) -> String {
    let header = json!({ "alg": "RS256", "typ": "secevent+jwt", "kid": "one" });
    ONE.sign(&header.to_string(), &claims.to_string())
}

fn read(token: &str) -> Result<SignedEvent, SetRejection> {
    let expected = Expected {
        issuer: ISSUER,
        former_issuers: &[FORMER.to_owned()],
        audience: RECEIVER,
    };
    verify(token, &key_set(&[&ONE]), &expected)
}

fn text(text: &str) -> String {
    text.to_owned()
}

#[rstest]
#[case(
    caep("session-revoked"),
    user(),
    Target::Subject(text("alice")),
    RevokedBecause::SessionsEnded
)]
#[case(
    caep("session-revoked"),
    json!({ "format": "complex", "user": user(), "session": opaque("s1") }),
    Target::Session(text("s1")),
    RevokedBecause::SessionEnded,
)]
#[case(
    caep("session-revoked"),
    json!({ "format": "complex", "session": opaque("s1") }),
    Target::Session(text("s1")),
    RevokedBecause::SessionEnded,
)]
#[case(
    caep("session-revoked"),
    json!({ "format": "complex", "user": user(), "application": opaque("web") }),
    Target::Grant { subject: text("alice"), client_id: text("web") },
    RevokedBecause::GrantRevoked,
)]
#[case(
    caep("session-revoked"),
    json!({ "format": "complex", "application": opaque("web") }),
    Target::Client(text("web")),
    RevokedBecause::ClientRevoked,
)]
#[case(
    caep("session-revoked"),
    json!({ "format": "complex", "tenant": opaque("acme") }),
    Target::Tenant(text("acme")),
    RevokedBecause::SessionsEnded,
)]
#[case(
    caep("session-revoked"),
    json!({ "format": "uri", "uri": ISSUER }),
    Target::All,
    RevokedBecause::AllRevoked,
)]
#[case(
    risc("sessions-revoked"),
    user(),
    Target::Subject(text("alice")),
    RevokedBecause::SessionsEnded
)]
#[case(
    risc("account-disabled"),
    json!({ "format": "complex", "user": user() }),
    Target::Subject(text("alice")),
    RevokedBecause::AccountDisabled,
)]
#[case(
    risc("account-purged"),
    user(),
    Target::Subject(text("alice")),
    RevokedBecause::AccountPurged
)]
#[case(
    risc("account-purged"),
    json!({ "format": "iss_sub", "iss": FORMER, "sub": "alice" }),
    Target::Subject(text("alice")),
    RevokedBecause::AccountPurged,
)]
fn revokes(
    #[case] event: String,
    #[case] subject: Value,
    #[case] target: Target,
    #[case] because: RevokedBecause,
) {
    let found = read(&sign(&claims(&event, &subject))).unwrap();
    assert_eq!(found.jti, "e1");
    let expected = Revocation {
        target,
        at: T,
        because,
        kept: None,
    };
    assert_eq!(found.revocation, Some(expected));
}

#[rstest]
#[case(user(), Target::Subject(text("alice")))]
#[case(
    json!({ "format": "complex", "group": opaque("role:manager") }),
    Target::Role(text("manager")),
)]
#[case(
    json!({ "format": "complex", "group": opaque("group:staff:eu") }),
    Target::Group(text("staff:eu")),
)]
#[case(
    json!({ "format": "complex", "group": opaque("permission:tasks:read") }),
    Target::Permission(text("tasks:read")),
)]
fn changed_claims(#[case] subject: Value, #[case] target: Target) {
    let mut claims = claims(&caep("token-claims-change"), &subject);
    claims["events"][caep("token-claims-change")]["claims"] =
        json!({ "roles": ["developer"], "email": "a@example.org" });
    let found = read(&sign(&claims)).unwrap().revocation.unwrap();
    assert_eq!(found.target, target);
    assert_eq!(found.because, RevokedBecause::RolesReduced);
    let kept = found.kept.unwrap();
    assert_eq!(kept.roles, ["developer".to_owned()].into());
    assert!(kept.groups.is_empty() && kept.entitlements.is_empty());
}

/// Known or not, an event without an effect is taken, whatever its subject is.
#[rstest]
#[case(risc("account-enabled"), user())]
#[case(caep("credential-change"), user())]
#[case(caep("assurance-level-change"), user())]
#[case(
    text("https://schemas.openid.net/secevent/ssf/event-type/verification"),
    opaque("stream")
)]
#[case(
    text("https://schemas.openid.net/secevent/ssf/event-type/stream-updated"),
    opaque("stream")
)]
#[case(text("https://example.org/other"), Value::Null)]
#[case(
    risc("account-purged"),
    json!({ "format": "iss_sub", "iss": "https://other.example", "sub": "alice" }),
)]
fn has_no_effect(#[case] event: String, #[case] subject: Value) {
    let found = read(&sign(&claims(&event, &subject))).unwrap();
    assert_eq!(found.revocation, None);
}

#[rstest]
#[case(json!({ "format": "email", "email": "alice@example.org" }))]
#[case(json!({ "format": "iss_sub", "iss": ISSUER }))]
#[case(json!({ "format": "iss_sub", "iss": ISSUER, "sub": "" }))]
#[case(json!({ "format": "iss_sub", "iss": ISSUER, "sub": 7 }))]
#[case(json!({ "format": "uri", "uri": "https://other.example" }))]
#[case(json!({ "format": "complex" }))]
#[case(json!({ "format": "complex", "user": opaque("alice") }))]
#[case(json!({ "format": "complex", "user": user(), "device": opaque("d1") }))]
#[case(json!({ "format": "complex", "session": { "format": "opaque" } }))]
#[case(json!({ "format": "complex", "group": opaque("manager") }))]
#[case(json!({ "format": "complex", "group": opaque("role:") }))]
#[case(json!({ "format": "complex", "tenant": "acme" }))]
#[case(json!({ "iss": ISSUER, "sub": "alice" }))]
#[case(Value::Null)]
fn subject_is_not_understood(#[case] subject: Value) {
    let found = read(&sign(&claims(&caep("session-revoked"), &subject)));
    assert_eq!(found, Err(SetRejection::Subject));
    assert_eq!(SetRejection::Subject.code().as_str(), "invalid_request");
}

#[rstest]
#[case("iss", json!("https://other.example"), "invalid_issuer")]
#[case("iss", Value::Null, "invalid_request")]
#[case("aud", json!("other"), "invalid_audience")]
#[case("aud", json!(["other", RECEIVER]), "")]
#[case("aud", Value::Null, "invalid_request")]
#[case("sub", json!("alice"), "invalid_request")]
#[case("exp", json!(NOW + 60), "invalid_request")]
#[case("jti", Value::Null, "invalid_request")]
#[case("jti", json!(""), "invalid_request")]
#[case("iat", Value::Null, "invalid_request")]
#[case("iat", json!("now"), "invalid_request")]
#[case("iat", json!(1), "")]
#[case("events", json!({}), "invalid_request")]
#[case("events", Value::Null, "invalid_request")]
#[case("events", json!([]), "invalid_request")]
#[case("events", json!({ "a": {}, "b": {} }), "invalid_request")]
#[case("events", json!({ "a": 1 }), "invalid_request")]
fn claims_are_checked(#[case] name: &str, #[case] value: Value, #[case] code: &str) {
    let mut claims = claims(&caep("session-revoked"), &user());
    claims[name] = value;
    let found = read(&sign(&claims));
    let rejected = found.err().map(|rejection| rejection.code().as_str());
    assert_eq!(rejected.unwrap_or_default(), code);
}

#[rstest]
#[case(json!({ "event_timestamp": 10 }), Some(10))]
#[case(json!({ "event_timestamp": 10.2 }), Some(11))]
#[case(json!({}), Some(1_800_000_000))]
#[case(json!({ "event_timestamp": -1 }), None)]
#[case(json!({ "event_timestamp": "10" }), None)]
#[case(json!({ "event_timestamp": 99_999_999_999_u64 }), None)]
#[case(json!({ "event_timestamp": 1e300 }), None)]
fn time_of_event(#[case] event: Value, #[case] at: Option<u32>) {
    let mut claims = claims(&caep("session-revoked"), &user());
    claims["events"][caep("session-revoked")] = event;
    let found = read(&sign(&claims)).map(|found| found.revocation.unwrap().at);
    assert_eq!(found.ok(), at);
}

#[rstest]
#[case(json!({}))]
#[case(json!({ "claims": [] }))]
#[case(json!({ "claims": { "roles": "admin" } }))]
#[case(json!({ "claims": { "groups": [1] } }))]
fn changed_claims_must_be_lists(#[case] event: Value) {
    let mut claims = claims(&caep("token-claims-change"), &user());
    claims["events"][caep("token-claims-change")] = event;
    assert_eq!(read(&sign(&claims)), Err(SetRejection::Event));
}

/// Another kind of token of the same issuer is no event, and an event is no other kind of token.
#[rstest]
#[case("at+jwt", "one", "invalid_request")]
#[case("JWT", "one", "invalid_request")]
#[case("secevent+jwt", "two", "invalid_key")]
#[case("application/secevent+jwt", "one", "")]
fn header_is_checked(#[case] typ: &str, #[case] kid: &str, #[case] code: &str) {
    let header = json!({ "alg": "RS256", "typ": typ, "kid": kid }).to_string();
    let found = read(&ONE.sign(
        &header,
        &claims(&caep("session-revoked"), &user()).to_string(),
    ));
    let rejected = found.err().map(|rejection| rejection.code().as_str());
    assert_eq!(rejected.unwrap_or_default(), code);
}

#[test]
fn signature_is_checked() {
    let claims = claims(&caep("session-revoked"), &user()).to_string();
    let header = json!({ "alg": "RS256", "typ": "secevent+jwt", "kid": "one" });
    let forged = read(&TWO.sign(&header.to_string(), &claims)).unwrap_err();
    assert_eq!(forged, SetRejection::Token(TokenRejection::Signature));
    assert_eq!(forged.code(), SetCode::InvalidKey);
    let malformed = read("e.e").unwrap_err();
    assert_eq!(malformed.code(), SetCode::InvalidRequest);
}
