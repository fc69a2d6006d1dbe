//! Refresh tokens (RFC 6749 §6), rotated at every use.

use doorward_protocol::scope::Scope;

use super::{ClientId, Grant, GrantId, Session, User};
use crate::secret::TokenHash;
use crate::time::UnixSeconds;

/// One refresh token of a family.
#[derive(Clone, PartialEq, Debug)]
pub struct RefreshToken {
    /// SHA-256 of the token.
    pub hash: TokenHash,
    /// The family.
    pub grant_id: GrantId,
    /// Who may use it.
    pub client_id: ClientId,
    /// The scope that was granted with it; a refresh may narrow one access token, never this.
    pub scope: Scope,
    /// Thumbprint of the key that has to be proved with it (RFC 9449 §5): only of public clients.
    pub dpop_jkt: Option<String>,
    /// The `x5t#S256` of the certificate that it is bound to (RFC 8705 §4).
    pub certificate_thumbprint: Option<String>,
    /// When it was issued.
    pub created_at: UnixSeconds,
    /// When it is over if unused; never later than the grant's own end.
    pub expires_at: UnixSeconds,
    /// When it was spent.
    pub used_at: Option<UnixSeconds>,
    /// SHA-256 of the token that took its place.
    pub successor_hash: Option<TokenHash>,
    /// The successor itself, sealed under a key derived from this token, so that only who holds
    /// this token can read it.
    pub successor_sealed: Option<Vec<u8>>,
}

/// Everything that a verdict on a refresh token needs, read in one statement.
#[derive(Clone, PartialEq, Debug)]
pub struct RefreshContext {
    /// The presented token.
    pub token: RefreshToken,
    /// When the successor was spent; none where it is unspent or where there is no successor.
    pub successor_used_at: Option<UnixSeconds>,
    /// Its family.
    pub grant: Grant,
    /// Whose it is; none where the account is gone.
    pub user: Option<User>,
    /// The session it began in; none where the row is gone.
    pub session: Option<Session>,
    /// Whether the person still belongs to the grant's organization; true where it has none.
    pub is_member: bool,
}
