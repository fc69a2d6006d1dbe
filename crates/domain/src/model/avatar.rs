//! Pictures that people uploaded.

use super::{AvatarId, UserId};
use crate::time::UnixSeconds;

/// A person's picture, as the server drew it anew.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Avatar {
    /// Names it in its address; 128 random bits, so that nobody finds it who was not told.
    pub id: AvatarId,
    /// Whose it is; one each.
    pub user_id: UserId,
    /// A PNG of at most 256 × 256 pixels.
    pub png: Vec<u8>,
    /// When it was uploaded.
    pub created_at: UnixSeconds,
}
