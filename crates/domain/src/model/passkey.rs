//! Passkeys: what a person's devices sign in with.

use super::{PasskeyId, UserId};
use crate::time::UnixSeconds;

/// A credential of a person (`WebAuthn` L3 §4, "public key credential").
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Passkey {
    /// Names it in forms; says nothing to any authenticator.
    pub id: PasskeyId,
    /// Whose it is.
    pub user_id: UserId,
    /// What the authenticator calls it; unique over all people.
    pub credential_id: Vec<u8>,
    /// What its owner calls it.
    pub name: String,
    /// The public key with its counter and policy, as the verifying library writes it.
    pub credential: String,
    /// It may be copied to the owner's other devices (flag BE, fixed at creation).
    pub backup_eligible: bool,
    /// It was copied, when it was last used (flag BS).
    pub backed_up: bool,
    /// When it was made.
    pub created_at: UnixSeconds,
    /// When it last signed in.
    pub last_used_at: Option<UnixSeconds>,
    /// When its counter first went back: there may be a copy of a key that cannot be copied.
    pub suspected_at: Option<UnixSeconds>,
}
