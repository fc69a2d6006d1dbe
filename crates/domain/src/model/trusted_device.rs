//! Trusted devices: browsers that skip the second factor for a limited time.

use super::{TrustedDeviceId, UserId};
use crate::secret::TokenHash;
use crate::time::UnixSeconds;

/// A user's trust in one browser.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrustedDevice {
    /// The identifier on pages.
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
