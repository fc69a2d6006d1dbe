use rstest::rstest;
use serde_json::json;

use super::*;

const NOW: UnixSeconds = 1_700_000_000;
const ISSUER: &str = "https://acme.example";
const REVOKED: &str = "https://schemas.openid.net/secevent/caep/event-type/session-revoked";
const DISABLED: &str = "https://schemas.openid.net/secevent/risc/event-type/account-disabled";

fn claims(change: &Value) -> Map<String, Value> {
    let mut claims = json!({
        "iat": NOW, "jti": "j", "events": { DISABLED: {} },
        "sub_id": { "format": "iss_sub", "iss": ISSUER, "sub": "u" },
    });
    for (name, value) in change.as_object().unwrap() {
        claims[name] = value.clone();
    }
    let mut claims = claims.as_object().unwrap().clone();
    claims.retain(|_, value| value != "absent");
    claims
}

fn complex(user: &Value, session: &Value) -> Value {
    let mut subject = json!({ "format": "complex", "user": user, "session": session });
    subject
        .as_object_mut()
        .unwrap()
        .retain(|_, value| !value.is_null());
    json!({ "sub_id": subject, "events": { REVOKED: {} } })
}

fn of(issuer: &str) -> Value {
    json!({ "format": "iss_sub", "iss": issuer, "sub": "u" })
}

fn session(id: &str) -> Value {
    json!({ "format": "opaque", "id": id })
}

type Ended = Option<(Option<&'static str>, Option<&'static str>)>;

#[rstest]
#[case::disabled(json!({}), Some((Some("u"), None)))]
#[case::purged(
    json!({ "events": { "https://schemas.openid.net/secevent/risc/event-type/account-purged": {} } }),
    Some((Some("u"), None))
)]
#[case::sessions_revoked(
    json!({ "events": { "https://schemas.openid.net/secevent/risc/event-type/sessions-revoked": {} } }),
    Some((Some("u"), None))
)]
#[case::of_google(
    json!({ "sub_id": "absent", "events": { DISABLED: {
        "reason": "hijacking", "subject": { "subject_type": "iss-sub", "iss": ISSUER, "sub": "u" },
    } } }),
    Some((Some("u"), None))
)]
#[case::session_of_user(complex(&of(ISSUER), &session("s")), Some((Some("u"), Some("s"))))]
#[case::session_alone(complex(&Value::Null, &session("s")), Some((None, Some("s"))))]
#[case::user_alone(complex(&of(ISSUER), &Value::Null), Some((Some("u"), None)))]
#[case::without_name_of_format(
    json!({ "sub_id": { "user": of(ISSUER) }, "events": { REVOKED: {} } }),
    Some((Some("u"), None))
)]
#[case::enabled(
    json!({ "events": { "https://schemas.openid.net/secevent/risc/event-type/account-enabled": {} } }),
    None
)]
#[case::verification(
    json!({ "events": { "https://schemas.openid.net/secevent/ssf/event-type/verification": { "state": "x" } },
        "sub_id": { "format": "opaque", "id": "stream" } }),
    None
)]
#[case::unknown_event(json!({ "events": { "https://example.com/event": {} } }), None)]
#[case::other_issuer(json!({ "sub_id": of("https://other.example") }), None)]
#[case::session_of_other_issuer(complex(&of("https://other.example"), &session("s")), None)]
#[case::address(json!({ "sub_id": { "format": "email", "email": "jane@example.com" } }), None)]
#[case::session_by_address(complex(&of(ISSUER), &json!({ "format": "email", "email": "a@b.example" })), None)]
fn signal_is_read(#[case] change: Value, #[case] expected: Ended) {
    let found = read(&claims(&change), ISSUER, NOW).unwrap();
    let ended = found.ended.as_ref();
    let ended = ended.map(|ended| (ended.subject.as_deref(), ended.sid.as_deref()));
    assert_eq!(ended, expected);
    assert_eq!(found.jti, "j");
    assert!(found.kept_until > NOW);
}

#[rstest]
#[case::time_of_token(json!({ "iat": NOW - 100 }), NOW - 40)]
#[case::time_of_event(json!({ "events": { DISABLED: { "event_timestamp": NOW - 500 } } }), NOW - 440)]
#[case::never_later_than_now(json!({ "events": { DISABLED: { "event_timestamp": NOW + 500 } } }), NOW)]
fn later_sessions_stay(#[case] change: Value, #[case] until: UnixSeconds) {
    let found = read(&claims(&change), ISSUER, NOW).unwrap();
    assert_eq!(found.ended.unwrap().until, until);
}

#[rstest]
#[case::no_events(json!({ "events": "absent" }), ProviderCause::Incomplete)]
#[case::two_events(json!({ "events": { DISABLED: {}, REVOKED: {} } }), ProviderCause::Incomplete)]
#[case::event_of_other_type(json!({ "events": { DISABLED: true } }), ProviderCause::Incomplete)]
#[case::events_as_list(json!({ "events": [DISABLED] }), ProviderCause::Incomplete)]
#[case::id_token(json!({ "sub": "u" }), ProviderCause::Request)]
#[case::expiry(json!({ "exp": NOW + 60 }), ProviderCause::Request)]
#[case::nonce(json!({ "nonce": "n" }), ProviderCause::Request)]
#[case::no_iat(json!({ "iat": "absent" }), ProviderCause::Incomplete)]
#[case::future(json!({ "iat": NOW + 61 }), ProviderCause::Expired)]
#[case::old(json!({ "iat": NOW - MAX_AGE - 1 }), ProviderCause::Expired)]
#[case::no_jti(json!({ "jti": "absent" }), ProviderCause::Incomplete)]
#[case::nobody(json!({ "sub_id": "absent" }), ProviderCause::Incomplete)]
#[case::subject_of_other_type(json!({ "sub_id": "u" }), ProviderCause::Incomplete)]
#[case::no_format(json!({ "sub_id": { "iss": ISSUER, "sub": "u" } }), ProviderCause::Incomplete)]
#[case::unreadable_user(json!({ "sub_id": { "format": "iss_sub", "iss": ISSUER, "sub": {} } }), ProviderCause::Incomplete)]
#[case::unreadable_session(complex(&of(ISSUER), &json!({ "format": "opaque", "id": 7 })), ProviderCause::Incomplete)]
#[case::user_of_other_type(complex(&json!("u"), &session("s")), ProviderCause::Incomplete)]
#[case::time_of_other_type(json!({ "events": { DISABLED: { "event_timestamp": "now" } } }), ProviderCause::Incomplete)]
fn no_signal_is_refused(#[case] change: Value, #[case] cause: ProviderCause) {
    let found = read(&claims(&change), ISSUER, NOW).map_err(|error| error.cause);
    assert_eq!(found, Err(cause));
}
