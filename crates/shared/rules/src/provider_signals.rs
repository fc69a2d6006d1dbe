//! Signals of an identity provider about its users (OpenID Shared Signals Framework 1.0, CAEP 1.0, RISC 1.0).

use doorward_domain::model::{ProviderCause, Unaccepted};
use doorward_domain::time::UnixSeconds;
use doorward_protocol::foreign_json::{has_value, numeric_date};
use serde_json::{Map, Value};

use crate::federation::{LEEWAY, read_identifier, read_subject};

const CAEP: &str = "https://schemas.openid.net/secevent/caep/event-type/";
const RISC: &str = "https://schemas.openid.net/secevent/risc/event-type/";

/// Maximum age of a token in seconds: a transmitter repeats what was not acknowledged. Its `jti` is kept for so long.
const MAX_AGE: UnixSeconds = 7 * 24 * 60 * 60;

/// The statement of a security event token of a provider.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProviderSignal {
    pub jti: String,
    /// The time from which the token is too old, so that its `jti` need not be known any more.
    pub kept_until: UnixSeconds,
    /// The sessions that ended; `None` for an event without an effect here.
    pub ended: Option<EndedThere>,
}

/// The sessions that came from a user or a session at the provider: at least one of both is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EndedThere {
    pub subject: Option<String>,
    pub sid: Option<String>,
    /// Sessions that began later are others. Includes the tolerated difference of the clocks.
    pub until: UnixSeconds,
}

/// Reads the claims of a security event token whose signature, `iss` and `aud` were checked.
///
/// # Errors
/// Returns what is not accepted.
pub fn read(
    claims: &Map<String, Value>,
    issuer: &str,
    now: UnixSeconds,
) -> Result<ProviderSignal, Unaccepted> {
    let incomplete = |detail: &str| Unaccepted::new(ProviderCause::Incomplete, detail);
    // SSF 1.0 §4.1 and RFC 8417 §2.2: so that no other token is accepted as an event.
    for other in ["sub", "exp", "nonce"] {
        if claims.contains_key(other) {
            let detail = format!("the token has {other}, which no security event token has");
            return Err(Unaccepted::new(ProviderCause::Request, detail));
        }
    }
    let issued = numeric_date(claims.get("iat"));
    let issued = issued.ok_or_else(|| incomplete("the token has no iat"))?;
    if issued > now + LEEWAY || issued < now - MAX_AGE {
        let detail = "the token was not issued within the last seven days; compare the clocks of both servers";
        return Err(Unaccepted::new(ProviderCause::Expired, detail));
    }
    let jti = read_identifier(claims, "jti").ok_or_else(|| incomplete("the token has no jti"))?;
    let events = claims.get("events").and_then(Value::as_object);
    let mut events = events.into_iter().flatten();
    let (Some((name, Value::Object(event))), None) = (events.next(), events.next()) else {
        return Err(incomplete("the token does not have exactly one event"));
    };
    let mut signal = ProviderSignal {
        jti,
        kept_until: issued + MAX_AGE + 1,
        ended: None,
    };
    if !ends_sessions(name) {
        return Ok(signal);
    }
    let at = match event.get("event_timestamp") {
        None => issued,
        time => numeric_date(time).ok_or_else(|| incomplete("event_timestamp is no time"))?,
    };
    let subject = claims.get("sub_id").or_else(|| event.get("subject"));
    let subject = subject.and_then(Value::as_object);
    let subject = subject.ok_or_else(|| incomplete("the event has no sub_id"))?;
    signal.ended = ended(subject, issuer, at.saturating_add(LEEWAY).min(now))?;
    Ok(signal)
}

/// Returns true for an event after which the sessions that came from the subject must end. Others, such as a changed
/// credential, leave the sessions at the provider.
fn ends_sessions(name: &str) -> bool {
    match (name.strip_prefix(CAEP), name.strip_prefix(RISC)) {
        (Some(event), _) => event == "session-revoked",
        (_, Some(event)) => {
            ["sessions-revoked", "account-disabled", "account-purged"].contains(&event)
        }
        _ => false,
    }
}

/// Reads a subject (RFC 9493 §3, SSF 1.0 §3). Returns `None` for a user of another issuer, or one that is named by an
/// address or a number alone, which never leads to an account here.
fn ended(
    subject: &Map<String, Value>,
    issuer: &str,
    until: UnixSeconds,
) -> Result<Option<EndedThere>, Unaccepted> {
    let unreadable = || {
        let detail = "the subject of the event cannot be read";
        Unaccepted::new(ProviderCause::Incomplete, detail)
    };
    let user = |subject: &Map<String, Value>| -> Result<Option<String>, Unaccepted> {
        if format_of(subject)? != "iss_sub" || subject.get("iss") != Some(&Value::from(issuer)) {
            return Ok(None);
        }
        read_subject(subject.get("sub"))
            .map(Some)
            .ok_or_else(unreadable)
    };
    if format_of(subject)? != "complex" {
        let subject = user(subject)?;
        return Ok(subject.map(|subject| EndedThere {
            subject: Some(subject),
            sid: None,
            until,
        }));
    }
    let member = |name: &str| match subject.get(name) {
        None => Ok(None),
        Some(Value::Object(member)) => Ok(Some(member)),
        Some(_) => Err(unreadable()),
    };
    let session = match member("session")? {
        Some(session) if has_value(session, "id") => {
            Some(read_identifier(session, "id").ok_or_else(unreadable)?)
        }
        // A session in another form is no reason to end them all.
        Some(_) => return Ok(None),
        None => None,
    };
    let is_of_user = member("user")?.map(user).transpose()?;
    Ok(match (is_of_user, session) {
        // A user of another issuer, or none.
        (Some(None), _) | (None, None) => None,
        (subject, sid) => Some(EndedThere {
            subject: subject.flatten(),
            sid,
            until,
        }),
    })
}

/// Returns the format of a subject, also of one without its name: `complex` has members that are subjects. Google writes
/// `subject_type`, with a hyphen.
fn format_of(subject: &Map<String, Value>) -> Result<String, Unaccepted> {
    let format = subject
        .get("format")
        .or_else(|| subject.get("subject_type"));
    match format {
        Some(Value::String(format)) => Ok(format.replace('-', "_")),
        None if subject.values().all(Value::is_object) && !subject.is_empty() => {
            Ok("complex".to_owned())
        }
        _ => {
            let detail = "the subject of the event has no format";
            Err(Unaccepted::new(ProviderCause::Incomplete, detail))
        }
    }
}

#[cfg(test)]
mod tests;
