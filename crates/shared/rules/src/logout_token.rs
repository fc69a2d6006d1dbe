//! Claims of logout tokens (OIDC Back-Channel Logout §2.4), and the meaning of responses (§2.8).

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::access_token::Issuance;
use doorward_domain::model::{ClientId, SessionId};

/// The TTL of a logout token, in seconds (§2.4: at most two minutes).
pub const TTL: i64 = 120;
/// The event type (§2.4).
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// The claims. There is never a `nonce` (§2.4), so that no logout token is accepted as an ID token.
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

/// Builds the claims for one client about one session.
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

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DeliveryStatus {
    /// The client ended its session.
    Done,
    /// The client rejected the token or failed: a retry is useless.
    Refused,
    /// Any other response: a retry may help.
    Unwell,
}

/// Reads the status of a response (§2.8). 200 means success, for which some frameworks send 204;
/// 400 means a rejected token or a failed logout.
pub const fn delivery_status(status: u16) -> DeliveryStatus {
    match status {
        200 | 204 => DeliveryStatus::Done,
        400 => DeliveryStatus::Refused,
        _ => DeliveryStatus::Unwell,
    }
}

#[cfg(test)]
mod tests;
