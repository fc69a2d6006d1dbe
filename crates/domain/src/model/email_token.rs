//! Mail links: proofs that the user receives mail at an address.

use super::UserId;
use crate::secret::TokenHash;
use crate::time::UnixSeconds;

doorward_protocol::words! {
    /// The purpose of a mail link; a link never works for another purpose.
    pub enum EmailPurpose {
        Verify = "verify",
        /// Sets a new password.
        Reset = "reset",
        /// Verifies the new address of the account.
        Change = "change",
        /// Undoes a change of the address; sent to the former address.
        Undo = "undo",
        /// Adds a passkey; sent at an administrator's request.
        Passkey = "passkey",
        /// Replaces a temporary or missing password; never mailed, but issued at its sign-in or printed for
        /// the operator.
        Replace = "replace",
        /// Signs an administrator in; never mailed, but printed for the operator.
        Operator = "operator",
    }
}

impl EmailPurpose {
    /// The purposes whose links end when a credential or the address of the account changes: all
    /// but `Undo`, which protects the user against a takeover.
    pub const ENDED_BY_CHANGE: [Self; 6] = [
        Self::Verify,
        Self::Reset,
        Self::Change,
        Self::Passkey,
        Self::Replace,
        Self::Operator,
    ];
}

/// The token of a mailed link: single use, short-lived, bound to one account, address and purpose.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EmailToken {
    pub hash: TokenHash,
    pub user_id: UserId,
    pub purpose: EmailPurpose,
    /// The address that it was sent to, as typed.
    pub email: String,
    pub created_at: UnixSeconds,
    pub expires_at: UnixSeconds,
    /// The time at which it was used or replaced by a newer one.
    pub used_at: Option<UnixSeconds>,
}

impl EmailToken {
    pub const fn is_live(&self, now: UnixSeconds) -> bool {
        self.used_at.is_none() && now < self.expires_at
    }
}
