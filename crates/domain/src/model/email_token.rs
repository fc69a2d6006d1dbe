//! Links that prove that somebody reads an address.

use super::UserId;
use crate::secret::TokenHash;
use crate::time::UnixSeconds;

/// What a mailed link is good for; one link is never good for another purpose.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum EmailPurpose {
    /// Confirms the address of the account.
    Verify,
    /// Sets a new password.
    Reset,
    /// Confirms the address that the account moves to.
    Change,
    /// Takes a move back; mailed to the former address.
    Undo,
    /// Adds a passkey; mailed by an administrator's wish.
    Passkey,
}

impl EmailPurpose {
    /// Every purpose.
    pub const ALL: [Self; 5] = [
        Self::Verify,
        Self::Reset,
        Self::Change,
        Self::Undo,
        Self::Passkey,
    ];

    /// What dies with a change of what leads into the account: everything but the way back from a move,
    /// which protects the owner.
    pub const ENDED_BY_CHANGE: [Self; 4] = [Self::Verify, Self::Reset, Self::Change, Self::Passkey];

    /// The word kept in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Reset => "reset",
            Self::Change => "change",
            Self::Undo => "undo",
            Self::Passkey => "passkey",
        }
    }

    /// Reads the word kept in storage.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|purpose| purpose.as_str() == text)
    }
}

/// The token of a mailed link: single use, short-lived, bound to one account, address and purpose.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EmailToken {
    /// SHA-256 of the token.
    pub hash: TokenHash,
    /// Whose account.
    pub user_id: UserId,
    /// What it is good for.
    pub purpose: EmailPurpose,
    /// The address that it was mailed to, as typed.
    pub email: String,
    /// When it was made.
    pub created_at: UnixSeconds,
    /// When it is over.
    pub expires_at: UnixSeconds,
    /// When it was used, or overtaken by a newer one.
    pub used_at: Option<UnixSeconds>,
}

impl EmailToken {
    /// Whether it may be used at `now`.
    pub const fn is_live(&self, now: UnixSeconds) -> bool {
        self.used_at.is_none() && now < self.expires_at
    }
}
