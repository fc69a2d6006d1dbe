//! What stands in a logout token (OIDC Back-Channel Logout §2.4), and what an answer to it means (§2.8).

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::model::{ClientId, SessionId};
use crate::rules::access_token::Issuance;

/// How long a logout token lives, in seconds (§2.4: at most two minutes).
pub const LIFE: i64 = 120;
/// The event (§2.4).
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// The claims. There is never a `nonce` (§2.4), so that none passes for an ID token.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct LogoutTokenClaims {
    iss: String,
    sub: String,
    aud: String,
    iat: i64,
    exp: i64,
    jti: String,
    events: Map<String, Value>,
    sid: String,
}

/// The claims for one client about one session.
pub fn claims(
    issuance: &Issuance<'_>,
    client: &ClientId,
    subject: String,
    session: SessionId,
    jti: String,
) -> LogoutTokenClaims {
    let event = [(EVENT.to_owned(), json!({}))];
    LogoutTokenClaims {
        iss: issuance.issuer.to_owned(),
        sub: subject,
        aud: client.as_str().to_owned(),
        iat: issuance.now,
        exp: issuance.now + issuance.ttl,
        jti,
        events: event.into_iter().collect(),
        sid: session.to_string(),
    }
}

/// What a client's answer means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DeliveryStatus {
    /// It has ended its session.
    Done,
    /// It understood, and will not or cannot: asking again changes nothing.
    Refused,
    /// Something else answered, or it is not well: worth another try.
    Unwell,
}

/// Reads the status of an answer (§2.8: 200 for done, which some frameworks make 204; 400 for a
/// token that the client does not take, or a logout that failed).
pub const fn answer(status: u16) -> DeliveryStatus {
    match status {
        200 | 204 => DeliveryStatus::Done,
        400 => DeliveryStatus::Refused,
        _ => DeliveryStatus::Unwell,
    }
}

#[cfg(test)]
mod tests;
