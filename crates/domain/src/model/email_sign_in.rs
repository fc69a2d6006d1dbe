//! A sign-in that waits for what is mailed to the person.

use super::{AttemptId, InteractionId, UserId};
use crate::secret::TokenHash;
use crate::time::UnixSeconds;

/// A sign-in by mail, bound to the browser that asked for it. Whoever was typed there, known or not,
/// there is such a row; only the worker finds out whether a mail goes out for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EmailSignIn {
    /// Names it in URLs and forms; useless in any other browser.
    pub id: AttemptId,
    /// SHA-256 of the cookie of that browser.
    pub browser_hash: TokenHash,
    /// "Keep me signed in on this device".
    pub remember: bool,
    /// The interaction that it belongs to.
    pub interaction_id: Option<InteractionId>,
    /// The page of the account that it leads to.
    pub next: Option<String>,
    /// Whose account a mail went out for.
    pub user_id: Option<UserId>,
    /// The address that it went to.
    pub email: Option<String>,
    /// When that was.
    pub mailed_at: Option<UnixSeconds>,
    /// The keyed hash of the code; none before the mail, and none once a newer mail overtook it.
    pub code_hash: Option<TokenHash>,
    /// SHA-256 of the token of the link; likewise.
    pub link_hash: Option<TokenHash>,
    /// When it began.
    pub created_at: UnixSeconds,
    /// When it is over.
    pub expires_at: UnixSeconds,
    /// Codes tried in it.
    pub tries: u32,
    /// When it signed in; it never does again.
    pub used_at: Option<UnixSeconds>,
}
