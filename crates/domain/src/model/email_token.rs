//! Mail links: proofs that the user receives mail at an address.

use super::UserId;
use crate::secret::TokenHash;
use crate::time::UnixSeconds;

/// The purpose of a mail link; a link never works for another purpose.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum EmailPurpose {
    /// Verifies the e-mail address of the account.
    Verify,
    /// Sets a new password.
    Reset,
    /// Verifies the new address of the account.
    Change,
    /// Undoes a change of the address; sent to the former address.
    Undo,
    /// Adds a passkey; sent at an administrator's request.
    Passkey,
    /// Replaces a temporary or missing password; never mailed, but issued at its sign-in or printed for
    /// the operator.
    Replace,
    /// Signs an administrator in; never mailed, but printed for the operator.
    Operator,
}

impl EmailPurpose {
    pub const ALL: [Self; 7] = [
        Self::Verify,
        Self::Reset,
        Self::Change,
        Self::Undo,
        Self::Passkey,
        Self::Replace,
        Self::Operator,
    ];

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

    /// Returns the word in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Reset => "reset",
            Self::Change => "change",
            Self::Undo => "undo",
            Self::Passkey => "passkey",
            Self::Replace => "replace",
            Self::Operator => "operator",
        }
    }

    /// Reads the word in storage.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|purpose| purpose.as_str() == text)
    }
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
