//! Sign-ins by an e-mailed code or link.

use super::{AttemptId, InteractionId, UserId};
use crate::secret::TokenHash;
use crate::time::UnixSeconds;

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
