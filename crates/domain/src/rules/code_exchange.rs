//! Is this code still good, for this client, from there (RFC 6749 §4.1.3, RFC 7636 §4.6)?

use doorward_access::mutant::{self, Guard};
use doorward_protocol::error::{ErrorCode, OAuthError, Reason};

use crate::model::{Client, Code};
use crate::time::{UnixSeconds, is_over};

/// Why a code was refused; for the log and the audit, never for the caller.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CodeProblem {
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

impl CodeProblem {
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

/// The part of a token request that a code is held against.
#[derive(Clone, Copy, Debug)]
pub struct Presented<'a> {
    /// The authenticated client.
    pub client: &'a Client,
    /// `redirect_uri`, if given.
    pub redirect_uri: Option<&'a str>,
    /// `code_verifier`, if given.
    pub code_verifier: Option<&'a str>,
    /// The thumbprint of the key that was proved, if one was.
    pub jkt: Option<&'a str>,
}

/// How many seconds the clock of the process that issued a code may be ahead of ours.
const MAX_SKEW: i64 = 60;

/// Checks a code that was just claimed.
pub fn check(code: &Code, presented: &Presented<'_>, now: UnixSeconds) -> Result<(), CodeProblem> {
    if code.client_id != presented.client.id {
        return Err(CodeProblem::OtherClient);
    }
    // A clock that was set back must not make a code live longer than it may.
    let from_the_future = code.created_at > now.saturating_add(MAX_SKEW);
    if is_over(code.expires_at, now) || from_the_future {
        return Err(CodeProblem::Expired);
    }
    match presented.redirect_uri {
        Some(uri) if uri == code.redirect_uri => {}
        None if !code.redirect_uri_given => {}
        _ if mutant::without(Guard::CodeRedirectUri) => {}
        _ => return Err(CodeProblem::RedirectUri),
    }
    match (code.dpop_jkt.as_deref(), presented.jkt) {
        (None, _) => {}
        (Some(bound), Some(proved)) if bound == proved => {}
        (Some(_), Some(_)) => return Err(CodeProblem::Key),
        (Some(_), None) => return Err(CodeProblem::KeyMissing),
    }
    match (&code.code_challenge, presented.code_verifier) {
        (Some(challenge), Some(verifier)) if challenge.verify(verifier) => Ok(()),
        _ if mutant::without(Guard::PkceVerifier) => Ok(()),
        (Some(_), Some(_)) => Err(CodeProblem::Verifier),
        (Some(_), None) => Err(CodeProblem::VerifierMissing),
        (None, Some(_)) => Err(CodeProblem::VerifierUnexpected),
        // The policy became `required` after the request: no downgrade by an older code
        // (RFC 9700 §2.1.1).
        (None, None) if presented.client.requires_pkce() => Err(CodeProblem::ChallengeMissing),
        (None, None) => Ok(()),
    }
}

#[cfg(test)]
mod tests;
