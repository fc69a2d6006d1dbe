//! Pictures that were uploaded, re-encoded by the server.

use super::{AvatarId, ClientId, LogoId, UserId};
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

impl LogoId {
    /// Returns the path of the URL at which pages load the logo.
    pub fn path(&self) -> String {
        format!("/logos/{self}.png")
    }
}

/// A client's logo, re-encoded by the server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Logo {
    pub id: LogoId,
    /// The client, which has at most one logo.
    pub client_id: ClientId,
    /// A PNG of at most 256 × 256 pixels.
    pub png: Vec<u8>,
    pub created_at: UnixSeconds,
}
