//! App passwords of a user, each for one application, so that none of them has the password of the account.

use std::net::IpAddr;

use super::id::{AppPasswordId, UserId};
use crate::secret::TokenHash;
use crate::time::UnixSeconds;

/// An app password of a user. It ends when it is deleted, and with the account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AppPassword {
    pub id: AppPasswordId,
    pub user_id: UserId,
    /// Keyed hash of user and password.
    pub hash: TokenHash,
    /// Name of the application, given by the user.
    pub name: String,
    pub created_at: UnixSeconds,
    /// The time of the last use, precise to the minute: not every use is written.
    pub last_used_at: Option<UnixSeconds>,
    pub last_used_from: Option<IpAddr>,
}
