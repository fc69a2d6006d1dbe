//! Logos of clients.

use super::{ClientId, LogoId};
use crate::time::UnixSeconds;

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
