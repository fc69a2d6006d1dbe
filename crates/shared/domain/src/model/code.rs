//! Authorization codes (RFC 6749 §4.1.2), and the reasons to reject one.

use doorward_protocol::error::{ErrorCode, OAuthError, Reason};
use doorward_protocol::pkce::CodeChallenge;

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

doorward_protocol::words! {
    /// The reason why a code was rejected, for the log and the audit event.
    pub enum CodeError {
        OtherClient = "other_client",
        Expired = "expired",
        RedirectUri = "redirect_uri",
        RedirectUriRemoved = "redirect_uri_removed",
        Verifier = "verifier",
        VerifierMissing = "verifier_missing",
        ChallengeMissing = "challenge_missing",
        /// A verifier, although the request had no challenge (RFC 9700 §4.8.2, downgrade).
        VerifierUnexpected = "verifier_unexpected",
        /// Bound to a DPoP key by its thumbprint, but another key was proved (RFC 9449 §10).
        Key = "key",
        KeyMissing = "key_missing",
    }
}

impl CodeError {
    /// Returns the OAuth error for the client, with the reason for the log.
    pub fn to_error(self) -> OAuthError {
        let (reason, description) = match self {
            Self::OtherClient => (Reason::CodeOfOtherClient, "the code is unknown"),
            Self::Expired => (Reason::CodeExpired, "the code has expired"),
            Self::RedirectUri => (
                Reason::CodeRedirectUri,
                "redirect_uri differs from the one of the authorization request",
            ),
            Self::RedirectUriRemoved => (
                Reason::RedirectUri,
                "the redirect_uri of the code is not registered any more",
            ),
            Self::Verifier => (
                Reason::Verifier,
                "code_verifier does not fit the code_challenge",
            ),
            Self::VerifierMissing => (
                Reason::VerifierMissing,
                "code_verifier is missing: the code was requested with a code_challenge",
            ),
            Self::ChallengeMissing => (
                Reason::ChallengeMissing,
                "the client requires PKCE now: the code was requested without a code_challenge",
            ),
            Self::VerifierUnexpected => (
                Reason::VerifierUnexpected,
                "code_verifier is unexpected: the code was requested without a code_challenge",
            ),
            Self::Key => (
                Reason::ProofKey,
                "the DPoP proof is of another key than 'dpop_jkt'",
            ),
            Self::KeyMissing => (
                Reason::ProofMissing,
                "the code is bound to a key: a DPoP proof is required",
            ),
        };
        let code = match self {
            Self::KeyMissing => ErrorCode::InvalidDpopProof,
            _ => ErrorCode::InvalidGrant,
        };
        OAuthError::new(code, description).because(reason)
    }

    /// Returns true if the error suggests theft rather than a slow client.
    pub const fn is_misuse(self) -> bool {
        !matches!(self, Self::Expired)
    }
}
