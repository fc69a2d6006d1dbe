//! Pictures that users uploaded.

use super::{AvatarId, UserId};
use crate::time::UnixSeconds;

/// A user's picture, re-encoded by the server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Avatar {
    /// The identifier in its URL: 128 random bits, so that it cannot be guessed.
    pub id: AvatarId,
    /// The user, who has at most one picture.
    pub user_id: UserId,
    /// A PNG of at most 256 × 256 pixels.
    pub png: Vec<u8>,
    pub created_at: UnixSeconds,
}
