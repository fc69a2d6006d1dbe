//! A browser on which a person is not asked for their second step for a while.

use super::{TrustedDeviceId, UserId};
use crate::secret::TokenHash;
use crate::time::UnixSeconds;

/// A person's trust in one browser.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrustedDevice {
    /// Names it on pages.
    pub id: TrustedDeviceId,
    /// Whose account.
    pub user_id: UserId,
    /// SHA-256 of the random value in the browser's cookie.
    pub token_hash: TokenHash,
    /// The browser that it was given in.
    pub user_agent: String,
    /// The address that it was given from.
    pub ip: String,
    /// When it was given.
    pub created_at: UnixSeconds,
    /// When it last took the place of a second step.
    pub last_used_at: Option<UnixSeconds>,
    /// When it ends; use does not move that.
    pub expires_at: UnixSeconds,
}
