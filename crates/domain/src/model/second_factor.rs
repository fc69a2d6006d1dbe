//! Authenticator apps, and sign-ins that wait for a second factor.

use super::{AttemptId, InteractionId, SessionId, UserId};
use crate::secret::TokenHash;
use crate::time::{UnixSeconds, is_expired};

/// The TTL of a secret that was shown but not confirmed, in seconds.
pub const ENROLLMENT_TTL: i64 = 30 * 60;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TotpFactor {
    /// The user, who has at most one.
    pub user_id: UserId,
    pub secret_sealed: Vec<u8>,
    /// The time of the first accepted code, which proved that the app has the secret; until then
    /// the factor is unused.
    pub confirmed_at: Option<UnixSeconds>,
    /// The time step of the last accepted code: only later ones are accepted (RFC 6238 §5.2).
    pub last_step: i64,
    /// The number of attempts since the last accepted code.
    pub failures: u32,
    /// The end of a lockout: codes are not checked before this time.
    pub locked_until: Option<UnixSeconds>,
    /// The time at which the user confirmed that the recovery codes are stored safely.
    pub codes_saved_at: Option<UnixSeconds>,
    pub created_at: UnixSeconds,
}

impl TotpFactor {
    /// Returns true if sign-ins require it.
    pub const fn is_confirmed(&self) -> bool {
        self.confirmed_at.is_some()
    }

    /// Returns true if its secret may still be shown and confirmed at `now`.
    pub const fn awaits_first_code(&self, now: UnixSeconds) -> bool {
        self.confirmed_at.is_none() && !is_expired(self.created_at + ENROLLMENT_TTL, now)
    }
}

/// The authentication that precedes the second factor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FirstFactor {
    /// The password, just checked; the session starts after the second factor.
    Password,
    /// Authentication by an identity provider at this time.
    Provider(UnixSeconds),
    /// A code or link sent by e-mail, just checked.
    Email,
    /// A link that the operator created, just used.
    Operator,
    /// A session that is being stepped up.
    Session(SessionId),
}

/// A sign-in that waits for the second factor, stored by the server and bound to one browser.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PendingSignIn {
    pub id: AttemptId,
    /// SHA-256 of the cookie of the browser that started it; no other browser can continue it.
    pub browser_hash: TokenHash,
    /// The user who passed the first factor.
    pub user_id: UserId,
    pub first: FirstFactor,
    /// True if the user chose "Keep me signed in on this device".
    pub remember: bool,
    pub interaction_id: Option<InteractionId>,
    /// The account page to open afterwards.
    pub next: Option<String>,
    pub created_at: UnixSeconds,
    pub expires_at: UnixSeconds,
    pub tries: u32,
    /// The time of completion; a completed one never starts a second session.
    pub done_at: Option<UnixSeconds>,
}
