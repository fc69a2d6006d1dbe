//! Authorization codes (RFC 6749 §4.1.2).

use doorward_protocol::pkce::CodeChallenge;

use super::{ClientId, CodeError, GrantId};
use crate::secret::TokenHash;
use crate::time::UnixSeconds;

/// An authorization code: single use, short-lived, bound to client, redirect URI and PKCE challenge.
#[derive(Clone, PartialEq, Debug)]
pub struct Code {
    /// SHA-256 of the code.
    pub hash: TokenHash,
    /// What it stands for.
    pub grant_id: GrantId,
    /// Who may redeem it.
    pub client_id: ClientId,
    /// Where it was sent.
    pub redirect_uri: String,
    /// Whether the authorization request named it; if so, the token request has to name it too
    /// (RFC 6749 §4.1.3).
    pub redirect_uri_given: bool,
    /// PKCE challenge (RFC 7636 §4.2), absent only if the client's policy does not require PKCE.
    pub code_challenge: Option<CodeChallenge>,
    /// Thumbprint of the key that has to be proved with it (RFC 9449 §10), if the request named one.
    pub dpop_jkt: Option<String>,
    /// When it was issued.
    pub created_at: UnixSeconds,
    /// When it is over.
    pub expires_at: UnixSeconds,
    /// When it was presented first.
    pub used_at: Option<UnixSeconds>,
    /// Why the exchange that consumed it failed, if it failed.
    pub problem: Option<CodeError>,
}
