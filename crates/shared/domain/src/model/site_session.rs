//! Sessions of browsers at the hosts of sites.

use super::{GrantId, SessionId, SiteId};
use crate::secret::TokenHash;
use crate::time::UnixSeconds;

/// The session of a browser at one host of a site. It lasts as long as its grant and the browser's session at
/// this server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SiteSession {
    /// SHA-256 of the cookie.
    pub token_hash: TokenHash,
    pub site_id: SiteId,
    /// Host in canonical form. The cookie is valid there alone.
    pub host: String,
    pub session_id: SessionId,
    /// The grant of the client of the site.
    pub grant_id: GrantId,
    pub created_at: UnixSeconds,
}
