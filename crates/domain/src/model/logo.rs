//! Logos of clients.

use super::{ClientId, LogoId};
use crate::time::UnixSeconds;

/// What people know a client by, as the server drew it anew.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Logo {
    /// Names it in its address.
    pub id: LogoId,
    /// Whose it is; one each.
    pub client_id: ClientId,
    /// A PNG of at most 256 × 256 pixels.
    pub png: Vec<u8>,
    /// When it was uploaded.
    pub created_at: UnixSeconds,
}
