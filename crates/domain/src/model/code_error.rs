//! Why authorization codes are refused.

use doorward_protocol::error::{ErrorCode, OAuthError, Reason};

/// Why a code was refused; for the log and the audit, never for the caller.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CodeError {
    /// It was issued to another client.
    OtherClient,
    /// It is older than its life.
    Expired,
    /// The redirect URI is not the one it was sent to.
    RedirectUri,
    /// The verifier does not fit the challenge.
    Verifier,
    /// A challenge was made and no verifier came.
    VerifierMissing,
    /// The code was requested without a challenge, and the client requires PKCE now.
    ChallengeMissing,
    /// A verifier came although no challenge was made (RFC 9700 §4.8.2, downgrade).
    VerifierUnexpected,
    /// It was asked for with the thumbprint of a key, and another key was proved (RFC 9449 §10).
    Key,
    /// It was asked for with the thumbprint of a key, and none was proved.
    KeyMissing,
}

impl CodeError {
    /// Every problem.
    pub const ALL: [Self; 9] = [
        Self::OtherClient,
        Self::Expired,
        Self::RedirectUri,
        Self::Verifier,
        Self::VerifierMissing,
        Self::ChallengeMissing,
        Self::VerifierUnexpected,
        Self::Key,
        Self::KeyMissing,
    ];

    /// Returns the word kept in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OtherClient => "other_client",
            Self::Expired => "expired",
            Self::RedirectUri => "redirect_uri",
            Self::Verifier => "verifier",
            Self::VerifierMissing => "verifier_missing",
            Self::ChallengeMissing => "challenge_missing",
            Self::VerifierUnexpected => "verifier_unexpected",
            Self::Key => "key",
            Self::KeyMissing => "key_missing",
        }
    }

    /// Reads the word kept in storage.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }

    /// Returns the reason for the log.
    const fn reason(self) -> Reason {
        match self {
            Self::OtherClient => Reason::CodeOfOtherClient,
            Self::Expired => Reason::CodeExpired,
            Self::RedirectUri => Reason::CodeRedirectUri,
            Self::Verifier => Reason::Verifier,
            Self::VerifierMissing => Reason::VerifierMissing,
            Self::ChallengeMissing => Reason::ChallengeMissing,
            Self::VerifierUnexpected => Reason::VerifierUnexpected,
            Self::Key => Reason::ProofKey,
            Self::KeyMissing => Reason::ProofMissing,
        }
    }

    /// What the caller is told, with the reason for the log.
    pub fn to_error(self) -> OAuthError {
        self.told().because(self.reason())
    }

    fn told(self) -> OAuthError {
        let description = match self {
            Self::Expired => "the code has expired",
            Self::RedirectUri => "redirect_uri differs from the one of the authorization request",
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
            Self::Key => "the DPoP proof is of another key than 'dpop_jkt' named",
            Self::KeyMissing => {
                let description = "the code is bound to a key: a DPoP proof is required";
                return OAuthError::new(ErrorCode::InvalidDpopProof, description);
            }
        };
        OAuthError::new(ErrorCode::InvalidGrant, description)
    }

    /// Whether it speaks of theft rather than of a clumsy or late client.
    pub const fn is_misuse(self) -> bool {
        !matches!(self, Self::Expired)
    }
}
