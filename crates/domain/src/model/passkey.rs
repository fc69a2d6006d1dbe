//! Passkeys of users.

use super::{PasskeyId, UserId};
use crate::time::UnixSeconds;

/// A passkey of a user (`WebAuthn` L3 §4, "public key credential").
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Passkey {
    /// The identifier in forms; authenticators do not know it.
    pub id: PasskeyId,
    pub user_id: UserId,
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
