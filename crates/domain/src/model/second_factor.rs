//! An authenticator app, and sign-ins that wait for its code.

use super::{AttemptId, InteractionId, SessionId, UserId};
use crate::secret::TokenHash;
use crate::time::{UnixSeconds, is_expired};

/// How long a secret that was shown waits for its first code, in seconds.
pub const SET_UP_LIFE: i64 = 30 * 60;

/// A person's authenticator app.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TotpFactor {
    /// Whose it is; a person has one.
    pub user_id: UserId,
    /// The secret, sealed for this person.
    pub secret_sealed: Vec<u8>,
    /// When the first code proved that the app has the secret; until then it counts for nothing.
    pub confirmed_at: Option<UnixSeconds>,
    /// The time step of the last accepted code: only later ones are accepted (RFC 6238 §5.2).
    pub last_step: i64,
    /// Tries since the last accepted one.
    pub failures: u32,
    /// No code is looked at before this time.
    pub locked_until: Option<UnixSeconds>,
    /// When the person said that they keep their recovery codes in a safe place.
    pub codes_saved_at: Option<UnixSeconds>,
    /// When the secret was made.
    pub created_at: UnixSeconds,
}

impl TotpFactor {
    /// Whether sign-ins ask for it.
    pub const fn is_confirmed(&self) -> bool {
        self.confirmed_at.is_some()
    }

    /// Whether its secret may still be shown and confirmed at `now`.
    pub const fn awaits_first_code(&self, now: UnixSeconds) -> bool {
        self.confirmed_at.is_none() && !is_expired(self.created_at + SET_UP_LIFE, now)
    }
}

/// What went before a second step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FirstFactor {
    /// The password, just now; a session begins when the code is right.
    Password,
    /// The word of another provider, which saw the person at this time.
    Provider(UnixSeconds),
    /// A code or link that was mailed, just now.
    Email,
    /// A session that is to become stronger.
    Session(SessionId),
}

/// A sign-in that waits for the code: the server's own record, bound to one browser.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PendingSignIn {
    /// Names it in URLs and forms.
    pub id: AttemptId,
    /// SHA-256 of the cookie of the browser that began it; no other browser can go on with it.
    pub browser_hash: TokenHash,
    /// Who proved the first step.
    pub user_id: UserId,
    /// What the first step was.
    pub first: FirstFactor,
    /// "Keep me signed in on this device".
    pub remember: bool,
    /// The interaction that it belongs to.
    pub interaction_id: Option<InteractionId>,
    /// The page of the account that it leads to.
    pub next: Option<String>,
    /// When it began.
    pub created_at: UnixSeconds,
    /// When it is over.
    pub expires_at: UnixSeconds,
    /// Codes tried in it.
    pub tries: u32,
    /// When it was completed; a completed one never begins a second session.
    pub done_at: Option<UnixSeconds>,
}
