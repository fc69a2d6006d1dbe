//! Is this code still good, for this client, from there (RFC 6749 §4.1.3, RFC 7636 §4.6)?

use doorward_access::mutant::{self, Guard};
use doorward_protocol::error::{ErrorCode, OAuthError};

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
    /// A verifier came although no challenge was made (RFC 9700 §4.8.2, downgrade).
    VerifierUnexpected,
    /// It was asked for with the thumbprint of a key, and another key was proved (RFC 9449 §10).
    Key,
    /// It was asked for with the thumbprint of a key, and none was proved.
    KeyMissing,
}

impl CodeProblem {
    /// What the caller is told.
    pub fn to_error(self) -> OAuthError {
        let description = match self {
            Self::Expired => "the code has expired",
            Self::RedirectUri => "redirect_uri differs from the one of the authorization request",
            Self::Verifier | Self::VerifierMissing | Self::VerifierUnexpected => {
                "code_verifier does not fit the code_challenge"
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
        // Never issued, unless the client's registration changed since; a public client must not
        // profit from that (RFC 9700 §2.1.1).
        (None, None) if presented.client.requires_pkce(code.created_at) => {
            Err(CodeProblem::VerifierMissing)
        }
        (None, None) => Ok(()),
    }
}

#[cfg(test)]
mod tests;
