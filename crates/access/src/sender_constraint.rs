//! Whether a token is brought by who may use it: how it came, against what it is bound to (RFC 9449 §7,
//! RFC 8705 §3). Both servers ask this one function.

use doorward_protocol::confirmation::Confirmation;
use doorward_protocol::token::TokenType;

/// What is left to be proved by who brings a token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub enum ProofRequirement<'a> {
    /// Nothing.
    Nothing,
    /// A DPoP proof of the key with this thumbprint.
    Proof(&'a str),
}

/// Why a token is not brought by who may use it. The sentence is for its sender.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SenderConstraintError {
    /// RFC 9449 §7.2: one that is bound to a key is no bearer token.
    #[error("the token is bound to a key: use the scheme DPoP, with a proof")]
    WithoutProof,
    /// RFC 9449 §7.1: one that is not bound is proved by no key.
    #[error("the token is not bound to a key by DPoP")]
    NoKey,
    /// RFC 8705 §3: no certificate came with it.
    #[error("the token is bound to a certificate: use it on a connection that shows this one")]
    WithoutCertificate,
    /// RFC 8705 §3: another one came.
    #[error("the token is bound to another certificate than that of the connection")]
    OtherCertificate,
    /// RFC 7800 §3.1: bound in a way that nobody here can check.
    #[error("the token is bound in a way that is not known here")]
    NotUnderstood,
}

impl SenderConstraintError {
    /// By which scheme the token should have come, for the challenge.
    pub const fn scheme(self) -> TokenType {
        match self {
            Self::WithoutProof | Self::NoKey => TokenType::Dpop,
            Self::WithoutCertificate | Self::OtherCertificate | Self::NotUnderstood => {
                TokenType::Bearer
            }
        }
    }
}

/// Holds how a good token came against its `cnf`: by which scheme, and on a connection that showed the
/// certificate with this thumbprint (`x5t#S256`), if any.
///
/// A certificate that nobody asked for does no harm: clients show theirs for other reasons, too. A token
/// that is bound twice needs both.
///
/// # Errors
/// [`SenderConstraintError`]: 401 `invalid_token`.
pub fn check<'a>(
    scheme: TokenType,
    bound_to: Option<&'a Confirmation>,
    certificate: Option<&str>,
) -> Result<ProofRequirement<'a>, SenderConstraintError> {
    let Some(bound_to) = bound_to else {
        return match scheme {
            TokenType::Bearer => Ok(ProofRequirement::Nothing),
            TokenType::Dpop => Err(SenderConstraintError::NoKey),
        };
    };
    if !bound_to.is_understood() {
        return Err(SenderConstraintError::NotUnderstood);
    }
    match (bound_to.x5t_s256.as_deref(), certificate) {
        (None, _) => {}
        (Some(_), None) => return Err(SenderConstraintError::WithoutCertificate),
        (Some(expected), Some(shown)) if expected == shown => {}
        (Some(_), Some(_)) => return Err(SenderConstraintError::OtherCertificate),
    }
    match (scheme, bound_to.jkt.as_deref()) {
        (TokenType::Bearer, None) => Ok(ProofRequirement::Nothing),
        (TokenType::Bearer, Some(_)) => Err(SenderConstraintError::WithoutProof),
        (TokenType::Dpop, Some(jkt)) => Ok(ProofRequirement::Proof(jkt)),
        (TokenType::Dpop, None) => Err(SenderConstraintError::NoKey),
    }
}

#[cfg(test)]
mod tests;
