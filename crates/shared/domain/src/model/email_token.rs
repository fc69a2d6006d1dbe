//! Mail links: proofs that the user receives mail at an address; and sign-ins by an e-mailed code or
//! link.

use super::{AttemptId, InteractionId, UserId};
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

/// A sign-in by e-mail, bound to the browser that requested it. The row exists for known and
/// unknown login identifiers alike; only the worker looks up the account and sends mail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EmailSignIn {
    /// The identifier in URLs and forms; useless in any other browser.
    pub id: AttemptId,
    /// SHA-256 of the cookie of that browser.
    pub browser_hash: TokenHash,
    /// True if the user chose "Keep me signed in on this device".
    pub remember: bool,
    pub interaction_id: Option<InteractionId>,
    /// The account page to open afterwards.
    pub next: Option<String>,
    pub user_id: Option<UserId>,
    pub email: Option<String>,
    pub mailed_at: Option<UnixSeconds>,
    /// The keyed hash of the code; none before the message is sent and after a newer message
    /// replaced it.
    pub code_hash: Option<TokenHash>,
    /// SHA-256 of the token in the link; none in the same cases as `code_hash`.
    pub link_hash: Option<TokenHash>,
    pub created_at: UnixSeconds,
    pub expires_at: UnixSeconds,
    pub tries: u32,
    /// The time at which it completed; it is consumed then.
    pub used_at: Option<UnixSeconds>,
}
