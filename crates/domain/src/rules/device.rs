//! How a poll is answered: a device's (RFC 8628 §3.5), or that of a client which named the person (CIBA Core
//! §11).

use doorward_protocol::error::{ErrorCode, OAuthError};

use crate::model::{ClientId, DeviceRequest, GrantId};
use crate::time::{UnixSeconds, is_expired};

/// How long both codes live, in seconds (OA-21: at most ten minutes).
pub const LIFE: i64 = 10 * 60;
/// The least number of seconds between two polls, at first (RFC 8628 §3.2).
pub const INTERVAL: i64 = 5;
/// By how much each hasty poll makes it longer (RFC 8628 §3.5).
pub const SLOWER: i64 = 5;

/// Where a poll leads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PollOutcome {
    /// The person has not answered yet.
    Wait,
    /// They allowed it: the code may be used up.
    Redeem(GrantId),
    /// There is nothing to wait for.
    Refuse(PollError),
}

/// Why there is nothing to wait for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PollError {
    /// There is no such device code, or it is another client's.
    Unknown,
    /// The tokens were fetched before.
    Used,
    /// It took too long.
    Expired,
    /// The person refused.
    Denied,
}

impl PollError {
    /// What the device is told (RFC 8628 §3.5).
    pub fn to_error(self) -> OAuthError {
        let (code, description) = match self {
            Self::Unknown => (ErrorCode::InvalidGrant, "the code or id is unknown"),
            Self::Used => (ErrorCode::InvalidGrant, "the code or id has been used"),
            Self::Expired => (ErrorCode::ExpiredToken, "the code or id has expired"),
            Self::Denied => (ErrorCode::AccessDenied, "the person did not allow this"),
        };
        OAuthError::new(code, description)
    }
}

/// Holds a poll of this client against the request.
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
