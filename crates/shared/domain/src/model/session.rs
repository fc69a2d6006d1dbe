//! Browser sessions, and notifications to clients that one has ended.

use serde::{Deserialize, Serialize};

use super::{ClientId, SessionId, UserId};
use crate::secret::TokenHash;
use crate::time::UnixSeconds;

/// Two factors.
pub const AAL2: &str = "aal2";
/// The `amr` value for a device-bound key (RFC 8176 §2).
pub const AMR_HARDWARE_KEY: &str = "hwk";
/// The `amr` value for a key that is synced between devices (RFC 8176 §2).
pub const AMR_SOFTWARE_KEY: &str = "swk";

/// An authentication: its time, strength and methods (OIDC Core §2 `auth_time`, `acr`, `amr`).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Authentication {
    /// The time of the last authentication.
    pub auth_time: UnixSeconds,
    /// The assurance level: one of the values of `doorward_rules::assurance`.
    pub acr: String,
    /// The authentication methods (RFC 8176 §2).
    pub amr: Vec<String>,
}

doorward_protocol::words! {
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum EndReason {
        SignedOut = "signed_out",
        /// Another sign-in in the same browser replaced it.
        Replaced = "replaced",
        PasswordChanged = "password_changed",
        /// An administrator ended it or disabled the account.
        Administrator = "administrator",
        /// The user ended it from another device.
        EndedByOwner = "ended_by_owner",
        /// The second factor was added, removed or reset.
        FactorChanged = "factor_changed",
        Expired = "expired",
        /// A refresh token of the session was replayed, so that its holder is unknown.
        ReuseDetected = "reuse_detected",
        /// More sessions of a user than allowed: the oldest ended.
        TooMany = "too_many",
    }
}

/// The earliest of the causes that end a session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EndCause {
    /// No use until the idle timeout.
    Idle,
    /// A recorded reason, or the absolute expiry.
    Reason(EndReason),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SessionEnd {
    pub at: UnixSeconds,
    pub cause: EndCause,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    /// The `sid` of its tokens; not a secret.
    pub id: SessionId,
    /// SHA-256 of the cookie.
    pub token_hash: TokenHash,
    pub user_id: UserId,
    pub created_at: UnixSeconds,
    /// The time of the last use, precise to the minute: not every request is written.
    pub last_seen_at: UnixSeconds,
    pub idle_expires_at: UnixSeconds,
    pub expires_at: UnixSeconds,
    pub authentication: Authentication,
    /// True if the user chose "Keep me signed in on this device": the cookie outlives the browser
    /// window.
    pub remember: bool,
    /// The user agent of the browser, cut to 255 bytes.
    pub user_agent: String,
    /// The IP address at its start.
    pub ip: String,
    /// The time at which it was ended before its expiry.
    pub ended_at: Option<UnixSeconds>,
    pub end_reason: Option<EndReason>,
}

impl Session {
    /// Returns true if grants of the session are still valid at `now`. They ignore the idle
    /// timeout: an idle browser must sign in again, but clients in use keep their tokens.
    pub const fn holds_grants(&self, now: UnixSeconds) -> bool {
        self.ended_at.is_none() && now < self.expires_at
    }

    pub const fn is_live(&self, now: UnixSeconds) -> bool {
        self.ended_at.is_none() && now < self.idle_expires_at && now < self.expires_at
    }

    /// Returns the time and cause of the session's end if it has ended at `now`. The earliest cause
    /// counts: the end of an idle session may be recorded later, for another reason.
    pub fn ending(&self, now: UnixSeconds) -> Option<SessionEnd> {
        let reason = self.end_reason.unwrap_or(EndReason::Expired);
        let written = self.ended_at.map(|at| (at, EndCause::Reason(reason)));
        let over = (self.expires_at, EndCause::Reason(EndReason::Expired));
        let idle = (self.idle_expires_at, EndCause::Idle);
        let by_time = [over, idle].into_iter().filter(|(at, _)| *at <= now);
        let first = written.into_iter().chain(by_time).min_by_key(|(at, _)| *at);
        first.map(|(at, cause)| SessionEnd { at, cause })
    }
}

/// A logout notification to one client about one session (OIDC Back-Channel Logout §2.4).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LogoutNotification {
    pub session_id: SessionId,
    pub client_id: ClientId,
    pub user_id: UserId,
}

#[cfg(test)]
mod tests;
