//! Authorization codes (RFC 6749 §4.1.2).

use doorward_protocol::pkce::CodeChallenge;

use super::CodeError;
use crate::secret::TokenHash;
use crate::time::UnixSeconds;

/// The authorization code of a grant: single-use, short-lived, bound to the client of the grant, to
/// a redirect URI and a challenge.
#[derive(Clone, PartialEq, Debug)]
pub struct Code {
    pub hash: TokenHash,
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
    pub expires_at: UnixSeconds,
    /// The time at which it was first presented.
    pub used_at: Option<UnixSeconds>,
    pub problem: Option<CodeError>,
}
