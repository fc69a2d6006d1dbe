//! A signed-in browser.

use serde::{Deserialize, Serialize};

use super::{SessionId, UserId};
use crate::secret::TokenHash;
use crate::time::UnixSeconds;

/// What the person proved, when and how (OIDC Core §2 `auth_time`, `acr`, `amr`).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Authentication {
    /// When they last proved themselves.
    pub auth_time: UnixSeconds,
    /// How strong the proof was: one of [`crate::rules::assurance`]'s values.
    pub acr: String,
    /// By which methods (RFC 8176 §2).
    pub amr: Vec<String>,
}

/// Why a session ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// The person signed out.
    SignedOut,
    /// Another sign-in took its place in the same browser.
    Replaced,
    /// Password changed or reset.
    PasswordChanged,
    /// An administrator ended it or disabled the account.
    Administrator,
    /// The person ended it from another device.
    EndedByOwner,
    /// The second factor was added, removed or reset.
    FactorChanged,
    /// Its time was over.
    Expired,
    /// A refresh token of it was used twice, so that nobody knows who holds it.
    ReuseDetected,
}

impl EndReason {
    /// The word kept in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::Replaced => "replaced",
            Self::PasswordChanged => "password_changed",
            Self::Administrator => "administrator",
            Self::EndedByOwner => "ended_by_owner",
            Self::FactorChanged => "factor_changed",
            Self::Expired => "expired",
            Self::ReuseDetected => "reuse_detected",
        }
    }

    /// Reads the word kept in storage.
    pub fn parse(text: &str) -> Option<Self> {
        [
            Self::SignedOut,
            Self::Replaced,
            Self::PasswordChanged,
            Self::Administrator,
            Self::EndedByOwner,
            Self::FactorChanged,
            Self::Expired,
            Self::ReuseDetected,
        ]
        .into_iter()
        .find(|reason| reason.as_str() == text)
    }
}

/// What came first of all that ends a session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EndCause {
    /// Nobody used it.
    Idle,
    /// It was ended, or its time was over.
    Reason(EndReason),
}

/// When and why a session was over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SessionEnd {
    /// When, in Unix seconds.
    pub at: UnixSeconds,
    /// Why.
    pub cause: EndCause,
}

/// A browser session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    /// The `sid` of its tokens; not a secret.
    pub id: SessionId,
    /// SHA-256 of the cookie.
    pub token_hash: TokenHash,
    /// Whose it is.
    pub user_id: UserId,
    /// When it began.
    pub created_at: UnixSeconds,
    /// When it was last used (to the minute: it is not written at every request).
    pub last_seen_at: UnixSeconds,
    /// When it ends if nobody uses it.
    pub idle_expires_at: UnixSeconds,
    /// When it ends in any case.
    pub expires_at: UnixSeconds,
    /// What the person proved in this session.
    pub authentication: Authentication,
    /// "Keep me signed in on this device": the cookie outlives the browser window.
    pub remember: bool,
    /// What the browser calls itself, cut to 255 bytes.
    pub user_agent: String,
    /// The address it began from.
    pub ip: String,
    /// When it ended before its time.
    pub ended_at: Option<UnixSeconds>,
    /// Why it did.
    pub end_reason: Option<EndReason>,
}

impl Session {
    /// Whether what was granted in the session still stands at `now`. An idle browser asks for a
    /// new sign-in, but an app that its person is working with is not cut off by it.
    pub const fn holds_grants(&self, now: UnixSeconds) -> bool {
        self.ended_at.is_none() && now < self.expires_at
    }

    /// Whether the session may be used at `now`.
    pub const fn is_live(&self, now: UnixSeconds) -> bool {
        self.ended_at.is_none() && now < self.idle_expires_at && now < self.expires_at
    }

    /// When and why the session was over, if it is at `now`. What is written down may be later than what
    /// happened: a session that rested for too long is written off with its absolute end, or with all
    /// others of its person; so the first of them counts.
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

#[cfg(test)]
mod tests;
