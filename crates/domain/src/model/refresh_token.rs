//! Refresh tokens (RFC 6749 §6), rotated at each use.

use doorward_protocol::scope::Scope;

use super::{ClientId, Grant, GrantId, Session, User};
use crate::secret::TokenHash;
use crate::time::UnixSeconds;

/// A refresh token of a family.
#[derive(Clone, PartialEq, Debug)]
pub struct RefreshToken {
    /// SHA-256 of the token.
    pub hash: TokenHash,
    /// The grant, which identifies the family.
    pub grant_id: GrantId,
    /// The client that may use it.
    pub client_id: ClientId,
    /// The granted scope; a refresh may narrow the scope of one access token, never this.
    pub scope: Scope,
    /// The thumbprint of the DPoP key it is bound to (RFC 9449 §5); only for public clients.
    pub dpop_jkt: Option<String>,
    /// The `x5t#S256` of the certificate that it is bound to (RFC 8705 §4).
    pub certificate_thumbprint: Option<String>,
    /// The time of issue.
    pub created_at: UnixSeconds,
    /// The time of expiry if unused; never later than the expiry of the grant.
    pub expires_at: UnixSeconds,
    /// The time at which it was consumed.
    pub used_at: Option<UnixSeconds>,
    /// SHA-256 of its successor.
    pub successor_hash: Option<TokenHash>,
    /// The successor, sealed under a key derived from this token, so that only its holder can open
    /// it.
    pub successor_sealed: Option<Vec<u8>>,
}

/// A refresh token with everything that decides on it, read in one statement.
#[derive(Clone, PartialEq, Debug)]
pub struct RefreshContext {
    /// The presented token.
    pub token: RefreshToken,
    /// The time at which the successor was consumed; none if it is unused or does not exist.
    pub successor_used_at: Option<UnixSeconds>,
    /// The family of the token.
    pub grant: Grant,
    /// The user; none if the account is deleted.
    pub user: Option<User>,
    /// The session that it began in; none if the row is deleted.
    pub session: Option<Session>,
    /// True if the user still belongs to the grant's organization, or the grant has none.
    pub is_member: bool,
}
