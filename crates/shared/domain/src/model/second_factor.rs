//! Authenticator apps, passkeys and trusted devices, and sign-ins that wait for a second factor.

use std::collections::BTreeSet;

use super::session::{AAL2, AMR_HARDWARE_KEY, AMR_SOFTWARE_KEY};
use super::{
    AttemptId, Authentication, InteractionId, PasskeyId, SessionId, TrustedDeviceId,
    UpstreamSession, UserId,
};
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
    /// The session at the provider that the first factor came from.
    pub upstream: Option<UpstreamSession>,
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

/// The factors that the operator or a client requires of a user, in increasing order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum FactorRequirement {
    #[default]
    OneFactor,
    TwoFactors,
    /// A passkey, which resists phishing (SP 800-63B-4 §3.2.5).
    Passkey,
}

impl FactorRequirement {
    /// Returns the operator's requirement for a user with these roles.
    pub fn from_roles(
        roles: &BTreeSet<String>,
        two_factors: &[String],
        passkey: &[String],
    ) -> Self {
        if is_required(roles, passkey) {
            Self::Passkey
        } else if is_required(roles, two_factors) {
            Self::TwoFactors
        } else {
            Self::OneFactor
        }
    }

    /// Returns true if this authentication meets the requirement. The signature of a passkey is bound
    /// to this site, so phishing does not work.
    pub fn is_met_by(self, proof: &Authentication) -> bool {
        match self {
            Self::OneFactor => true,
            Self::TwoFactors => proof.acr == AAL2,
            Self::Passkey => {
                let mut methods = proof.amr.iter();
                methods.any(|method| method == AMR_HARDWARE_KEY || method == AMR_SOFTWARE_KEY)
            }
        }
    }
}

/// The entry for all users in a list of roles.
pub const ALL_USERS: &str = "*";

/// Returns true if one of the user's roles requires a second factor, or all users must have one.
pub fn is_required(assigned: &BTreeSet<String>, required_for: &[String]) -> bool {
    let mut roles = required_for.iter();
    roles.any(|role| role == ALL_USERS || assigned.contains(role))
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrustedDevice {
    pub id: TrustedDeviceId,
    pub user_id: UserId,
    /// SHA-256 of the random value in the browser's cookie.
    pub token_hash: TokenHash,
    pub user_agent: String,
    pub ip: String,
    pub created_at: UnixSeconds,
    /// The time at which it last replaced the second factor.
    pub last_used_at: Option<UnixSeconds>,
    /// The time of expiry; use does not extend it.
    pub expires_at: UnixSeconds,
}

/// A passkey of a user (`WebAuthn` L3 §4, "public key credential").
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Passkey {
    /// The identifier in forms; authenticators do not know it.
    pub id: PasskeyId,
    pub user_id: UserId,
    /// The user handle in the authenticator, if it is that of a merged user.
    pub handle: Option<UserId>,
    /// The credential id of the authenticator; unique among all users.
    pub credential_id: Vec<u8>,
    pub name: String,
    /// The public key with its counter and policy, serialized by the `WebAuthn` library.
    pub credential: String,
    /// True if it may be copied to other devices of the user (flag BE, fixed at creation).
    pub backup_eligible: bool,
    /// True if it was copied, as of the last use (flag BS).
    pub backed_up: bool,
    pub created_at: UnixSeconds,
    /// The time of the last sign-in with it.
    pub last_used_at: Option<UnixSeconds>,
    /// The time at which its counter first went back: there may be a clone of a key that cannot be
    /// backed up.
    pub suspected_at: Option<UnixSeconds>,
}
