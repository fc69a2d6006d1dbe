//! Authorization codes (RFC 6749 §4.1.2).

use doorward_protocol::pkce::CodeChallenge;

use super::{ClientId, CodeError, GrantId};
use crate::secret::TokenHash;
use crate::time::UnixSeconds;

/// An authorization code: single-use, short-lived, bound to client, redirect URI and challenge.
#[derive(Clone, PartialEq, Debug)]
pub struct Code {
    /// SHA-256 of the code.
    pub hash: TokenHash,
    /// The grant that it is exchanged for.
    pub grant_id: GrantId,
    /// The client that it was issued to.
    pub client_id: ClientId,
    /// The redirect URI that it was sent to.
    pub redirect_uri: String,
    /// True if the authorization request named the redirect URI; then the token request must name
    /// it too (RFC 6749 §4.1.3).
    pub redirect_uri_given: bool,
    /// The PKCE challenge (RFC 7636 §4.2); absent only if the client's policy does not require
    /// PKCE.
    pub code_challenge: Option<CodeChallenge>,
    /// The thumbprint of the DPoP key that the token request must prove (RFC 9449 §10), if the
    /// request named one.
    pub dpop_jkt: Option<String>,
    /// The time of issue.
    pub created_at: UnixSeconds,
    /// The time of expiry.
    pub expires_at: UnixSeconds,
    /// The time at which it was first presented.
    pub used_at: Option<UnixSeconds>,
    /// The reason why the exchange that consumed it failed.
    pub problem: Option<CodeError>,
}
