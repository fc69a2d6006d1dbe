//! Responses to polls: of a device (RFC 8628 §3.5), or of a client that named the user (CIBA Core
//! §11).

use doorward_protocol::error::{ErrorCode, OAuthError};

use doorward_domain::model::{ClientId, DeviceRequest, GrantId};
use doorward_domain::time::{UnixSeconds, is_expired};

/// The TTL of both codes, in seconds: ten minutes, which limits guessing (RFC 8628 §5.1).
pub const TTL: i64 = 10 * 60;
/// The initial minimum interval between two polls, in seconds (RFC 8628 §3.2).
pub const INTERVAL: i64 = 5;
/// The increase of the interval for each poll that comes too early, in seconds (RFC 8628 §3.5).
pub const SLOWER: i64 = 5;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PollOutcome {
    /// The user has not answered yet.
    Wait,
    /// The user approved the request: the code may be consumed.
    Redeem(GrantId),
    /// The request has failed or ended.
    Refuse(PollError),
}

/// The reason why polling must stop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PollError {
    Unknown,
    Used,
    Expired,
    Denied,
}

impl PollError {
    pub fn to_error(self) -> OAuthError {
        let (code, description) = match self {
            Self::Unknown => (ErrorCode::InvalidGrant, "the code or id is unknown"),
            Self::Used => (ErrorCode::InvalidGrant, "the code or id has been used"),
            Self::Expired => (ErrorCode::ExpiredToken, "the code or id has expired"),
            Self::Denied => (ErrorCode::AccessDenied, "the user denied the request"),
        };
        OAuthError::new(code, description)
    }
}

/// Decides a poll of this client for the request.
pub fn poll(request: &DeviceRequest, client: &ClientId, now: UnixSeconds) -> PollOutcome {
    if request.client_id != *client {
        return PollOutcome::Refuse(PollError::Unknown);
    }
    if request.used_at.is_some() {
        return PollOutcome::Refuse(PollError::Used);
    }
    if is_expired(request.expires_at, now) {
        return PollOutcome::Refuse(PollError::Expired);
    }
    match (request.decided_at, request.grant_id) {
        (None, _) => PollOutcome::Wait,
        (Some(_), None) => PollOutcome::Refuse(PollError::Denied),
        (Some(_), Some(grant)) => PollOutcome::Redeem(grant),
    }
}

#[cfg(test)]
mod tests;
