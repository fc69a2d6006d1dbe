//! Reasons to reject an authorization code.

use doorward_protocol::error::{ErrorCode, OAuthError, Reason};

/// The reason why a code was rejected, for the log and the audit event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CodeError {
    /// Issued to another client.
    OtherClient,
    /// Past its expiry.
    Expired,
    /// A redirect URI other than the one it was sent to.
    RedirectUri,
    /// Sent to a redirect URI that is not registered any more.
    RedirectUriRemoved,
    /// A verifier that does not match the challenge.
    Verifier,
    /// No verifier, although the request had a challenge.
    VerifierMissing,
    /// No challenge in the authorization request, although the client requires PKCE now.
    ChallengeMissing,
    /// A verifier, although the request had no challenge (RFC 9700 §4.8.2, downgrade).
    VerifierUnexpected,
    /// Bound to a DPoP key by its thumbprint, but another key was proved (RFC 9449 §10).
    Key,
    /// Bound to a DPoP key by its thumbprint, but no key was proved.
    KeyMissing,
}

impl CodeError {
    pub const ALL: [Self; 10] = [
        Self::OtherClient,
        Self::Expired,
        Self::RedirectUri,
        Self::RedirectUriRemoved,
        Self::Verifier,
        Self::VerifierMissing,
        Self::ChallengeMissing,
        Self::VerifierUnexpected,
        Self::Key,
        Self::KeyMissing,
    ];

    /// Returns the word in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OtherClient => "other_client",
            Self::Expired => "expired",
            Self::RedirectUri => "redirect_uri",
            Self::RedirectUriRemoved => "redirect_uri_removed",
            Self::Verifier => "verifier",
            Self::VerifierMissing => "verifier_missing",
            Self::ChallengeMissing => "challenge_missing",
            Self::VerifierUnexpected => "verifier_unexpected",
            Self::Key => "key",
            Self::KeyMissing => "key_missing",
        }
    }

    /// Reads the word in storage.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|item| item.as_str() == text)
    }

    /// Returns the reason for the log.
    const fn reason(self) -> Reason {
        match self {
            Self::OtherClient => Reason::CodeOfOtherClient,
            Self::Expired => Reason::CodeExpired,
            Self::RedirectUri => Reason::CodeRedirectUri,
            Self::RedirectUriRemoved => Reason::RedirectUri,
            Self::Verifier => Reason::Verifier,
            Self::VerifierMissing => Reason::VerifierMissing,
            Self::ChallengeMissing => Reason::ChallengeMissing,
            Self::VerifierUnexpected => Reason::VerifierUnexpected,
            Self::Key => Reason::ProofKey,
            Self::KeyMissing => Reason::ProofMissing,
        }
    }

    /// Returns the OAuth error for the client, with the reason for the log.
    pub fn to_error(self) -> OAuthError {
        self.to_oauth_error().because(self.reason())
    }

    fn to_oauth_error(self) -> OAuthError {
        let description = match self {
            Self::Expired => "the code has expired",
            Self::RedirectUri => "redirect_uri differs from the one of the authorization request",
            Self::RedirectUriRemoved => "the redirect_uri of the code is not registered any more",
            Self::Verifier => "code_verifier does not fit the code_challenge",
            Self::VerifierMissing => {
                "code_verifier is missing: the code was requested with a code_challenge"
            }
            Self::ChallengeMissing => {
                "the client requires PKCE now: the code was requested without a code_challenge"
            }
            Self::VerifierUnexpected => {
                "code_verifier is unexpected: the code was requested without a code_challenge"
            }
            Self::OtherClient => "the code is unknown",
            Self::Key => "the DPoP proof is of another key than 'dpop_jkt'",
            Self::KeyMissing => {
                let description = "the code is bound to a key: a DPoP proof is required";
                return OAuthError::new(ErrorCode::InvalidDpopProof, description);
            }
        };
        OAuthError::new(ErrorCode::InvalidGrant, description)
    }

    /// Returns true if the error suggests theft rather than a slow client.
    pub const fn is_misuse(self) -> bool {
        !matches!(self, Self::Expired)
    }
}
