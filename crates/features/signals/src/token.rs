//! Security event tokens (RFC 8417) of signals.

use doorward_domain::model::signals::{Signal, SignalStream, SignalSubject};
use doorward_domain::time::UnixSeconds;
use doorward_rules::subject::SubjectKey;
use serde_json::{Value, json};

/// Returns the ID of the token about a signal. It is the same at each delivery, also by another server.
pub fn token_id(signal: &Signal) -> String {
    format!("{}.{}", signal.id.as_uuid().simple(), signal.position)
}

/// Returns the `sub` by which the token about a signal names its user.
fn sub(key: &SubjectKey, signal: &Signal) -> Option<String> {
    let user = signal.subject.user()?;
    Some(key.in_sector(user.sector.as_deref(), user.id))
}

/// Returns true if the receiver has removed the subject of a signal.
pub fn is_removed(key: &SubjectKey, stream: &SignalStream, signal: &Signal) -> bool {
    let removed = &stream.settings.removed;
    !removed.is_empty() && sub(key, signal).is_some_and(|sub| removed.contains(&sub))
}

/// Returns the claims of the token about a signal for a stream.
pub fn claims(
    issuer: &str,
    key: &SubjectKey,
    stream: &SignalStream,
    signal: &Signal,
    now: UnixSeconds,
) -> Value {
    let sub = sub(key, signal).unwrap_or_default();
    let mut members = signal.detail.members.clone();
    if !matches!(signal.subject, SignalSubject::Stream(_)) {
        members.insert("event_timestamp".to_owned(), signal.at.into());
    }
    let mut claims = json!({
        "iss": issuer,
        "aud": stream.client_id.as_str(),
        "iat": now,
        "jti": token_id(signal),
        "sub_id": subject(issuer, &signal.subject, &sub),
        "events": { signal.event.as_str(): members },
    });
    if let Some(txn) = &signal.detail.txn {
        claims["txn"] = txn.as_str().into();
    }
    claims
}

/// Returns the subject (RFC 9493, SSF 1.0 §3.3).
fn subject(issuer: &str, subject: &SignalSubject, sub: &str) -> Value {
    let opaque = |id: &str| json!({ "format": "opaque", "id": id });
    let user = json!({ "format": "iss_sub", "iss": issuer, "sub": sub });
    match subject {
        SignalSubject::User(_) => user,
        SignalSubject::Session { session, .. } => {
            let session = opaque(&session.to_string());
            json!({ "format": "complex", "user": user, "session": session })
        }
        SignalSubject::Grant { client, .. } => {
            let client = opaque(client.as_str());
            json!({ "format": "complex", "user": user, "application": client })
        }
        SignalSubject::Client(client) => {
            json!({ "format": "complex", "application": opaque(client.as_str()) })
        }
        SignalSubject::Claim(name) => json!({ "format": "complex", "group": opaque(name) }),
        SignalSubject::Organization(slug) => {
            json!({ "format": "complex", "tenant": opaque(slug) })
        }
        SignalSubject::Everything | SignalSubject::Overflow(_) => {
            json!({ "format": "uri", "uri": issuer })
        }
        SignalSubject::Stream(id) => opaque(id),
    }
}

#[cfg(test)]
mod tests;
