//! Sign-outs that an identity provider reports (OIDC Back-Channel Logout 1.0 §2.6).

use doorward_domain::model::{ProviderCause, Unaccepted};
use doorward_domain::time::UnixSeconds;
use doorward_protocol::foreign_json::{has_value, numeric_date};
use serde_json::{Map, Value};

use crate::federation::{LEEWAY, read_identifier, read_subject};

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Maximum age of a logout token in seconds, also of one that expires later: its `jti` is kept for so long.
/// Providers are asked to let it expire within two minutes (§4), and may repeat a request.
const MAX_AGE: UnixSeconds = 600;

/// The user or session that ended at the provider: at least one of both is known (§2.4).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogoutStatement {
    pub subject: Option<String>,
    pub sid: Option<String>,
    pub jti: String,
    /// The time from which the token is too old, so that its `jti` need not be known any more.
    pub kept_until: UnixSeconds,
}

/// Reads the claims of a logout token whose signature, `iss`, `aud` and `exp` were checked.
///
/// # Errors
/// Returns what is not accepted.
pub fn read(claims: &Map<String, Value>, now: UnixSeconds) -> Result<LogoutStatement, Unaccepted> {
    let incomplete = |detail: &str| Unaccepted::new(ProviderCause::Incomplete, detail);
    let events = claims.get("events").and_then(Value::as_object);
    if !events.is_some_and(|events| events.get(EVENT).is_some_and(Value::is_object)) {
        return Err(incomplete("the token has no event of a logout"));
    }
    // §2.4: so that an ID token is never accepted as a logout token.
    if claims.contains_key("nonce") {
        let detail = "the token has a nonce, which no logout token has";
        return Err(Unaccepted::new(ProviderCause::Request, detail));
    }
    let issued = numeric_date(claims.get("iat"));
    let issued = issued.ok_or_else(|| incomplete("the token has no iat"))?;
    if issued > now + LEEWAY || issued < now - MAX_AGE {
        let detail = "the token was not issued within the last ten minutes; compare the clocks of both servers";
        return Err(Unaccepted::new(ProviderCause::Expired, detail));
    }
    let jti = read_identifier(claims, "jti").ok_or_else(|| incomplete("the token has no jti"))?;
    let (subject, sid) = (
        read_subject(claims.get("sub")),
        read_identifier(claims, "sid"),
    );
    // A claim that cannot be read does not mean more sessions.
    let is_unreadable = |name: &str, is_read: bool| has_value(claims, name) && !is_read;
    if is_unreadable("sub", subject.is_some()) || is_unreadable("sid", sid.is_some()) {
        return Err(incomplete("sub or sid of the token cannot be read"));
    }
    if subject.is_none() && sid.is_none() {
        return Err(incomplete("the token has neither sub nor sid"));
    }
    Ok(LogoutStatement {
        subject,
        sid,
        jti,
        kept_until: issued + MAX_AGE + 1,
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    const NOW: UnixSeconds = 1_700_000_000;

    fn claims(change: &Value) -> Map<String, Value> {
        let mut claims = json!({
            "iat": NOW, "jti": "j", "sub": "u", "sid": "s", "events": { EVENT: {} },
        });
        for (name, value) in change.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let mut claims = claims.as_object().unwrap().clone();
        claims.retain(|_, value| value != "absent");
        claims
    }

    #[rstest]
    #[case::both(json!({}), Some("u"), Some("s"))]
    #[case::only_user(json!({ "sid": "absent" }), Some("u"), None)]
    #[case::only_session(json!({ "sub": "absent" }), None, Some("s"))]
    #[case::null(json!({ "sub": null }), None, Some("s"))]
    #[case::other_claims(json!({ "trace": 1, "events": { EVENT: {}, "x": 1 } }), Some("u"), Some("s"))]
    #[case::clock_ahead(json!({ "iat": NOW + 60 }), Some("u"), Some("s"))]
    #[case::delayed(json!({ "iat": NOW - 600 }), Some("u"), Some("s"))]
    fn logout_is_read(
        #[case] change: Value,
        #[case] subject: Option<&str>,
        #[case] sid: Option<&str>,
    ) {
        let found = read(&claims(&change), NOW).unwrap();
        assert_eq!(found.subject.as_deref(), subject);
        assert_eq!(found.sid.as_deref(), sid);
        assert!(found.kept_until > NOW, "a replay within its time is known");
    }

    #[rstest]
    #[case::no_events(json!({ "events": "absent" }), ProviderCause::Incomplete)]
    #[case::other_event(json!({ "events": { "x": {} } }), ProviderCause::Incomplete)]
    #[case::event_of_other_type(json!({ "events": { EVENT: true } }), ProviderCause::Incomplete)]
    #[case::events_as_list(json!({ "events": [EVENT] }), ProviderCause::Incomplete)]
    #[case::nonce(json!({ "nonce": "n" }), ProviderCause::Request)]
    #[case::null_nonce(json!({ "nonce": null }), ProviderCause::Request)]
    #[case::no_iat(json!({ "iat": "absent" }), ProviderCause::Incomplete)]
    #[case::future(json!({ "iat": NOW + 61 }), ProviderCause::Expired)]
    #[case::old(json!({ "iat": NOW - 601 }), ProviderCause::Expired)]
    #[case::no_jti(json!({ "jti": "absent" }), ProviderCause::Incomplete)]
    #[case::empty_jti(json!({ "jti": "" }), ProviderCause::Incomplete)]
    #[case::nobody(json!({ "sub": "absent", "sid": "absent" }), ProviderCause::Incomplete)]
    #[case::unreadable_sid(json!({ "sid": 7 }), ProviderCause::Incomplete)]
    #[case::unreadable_sub(json!({ "sub": {} }), ProviderCause::Incomplete)]
    fn no_logout_is_refused(#[case] change: Value, #[case] cause: ProviderCause) {
        let found = read(&claims(&change), NOW).map_err(|error| error.cause);
        assert_eq!(found, Err(cause));
    }
}
