//! Sender constraints: the scheme and certificate of a request compared with the token's `cnf` (RFC
//! 9449 §7, RFC 8705 §3). Both servers use this function.

use doorward_protocol::confirmation::Confirmation;
use doorward_protocol::token::TokenType;

/// The remaining evidence that the sender of a token must provide.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub enum ProofRequirement<'a> {
    /// No further evidence.
    Nothing,
    /// A DPoP proof by the key with this thumbprint.
    Proof(&'a str),
}

/// A sender that does not meet the token's binding. The message is sent to the client.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SenderConstraintError {
    /// A key-bound token used as a bearer token (RFC 9449 §7.2).
    #[error("the token is bound to a key: use the scheme DPoP, with a proof")]
    WithoutProof,
    /// An unbound token used with a DPoP proof (RFC 9449 §7.1).
    #[error("the token is not bound to a key by DPoP")]
    NoKey,
    /// A missing certificate (RFC 8705 §3).
    #[error("the token is bound to a certificate: use it on a connection that shows this one")]
    WithoutCertificate,
    /// A certificate other than the bound one (RFC 8705 §3).
    #[error("the token is bound to another certificate than that of the connection")]
    OtherCertificate,
    /// A confirmation method that is not supported (RFC 7800 §3.1).
    #[error("the token is bound in a way that is not known here")]
    NotUnderstood,
}

impl SenderConstraintError {
    /// Returns the scheme that the token must use, for the challenge.
    pub const fn scheme(self) -> TokenType {
        match self {
            Self::WithoutProof | Self::NoKey => TokenType::Dpop,
            Self::WithoutCertificate | Self::OtherCertificate | Self::NotUnderstood => {
                TokenType::Bearer
            }
        }
    }
}

/// Compares the scheme and the certificate (thumbprint `x5t#S256`) of a request with the `cnf` of a
/// valid token.
///
/// A certificate that was not required is ignored, because clients also send theirs for other
/// reasons. A token that is bound twice requires both.
///
/// # Errors
/// Returns [`SenderConstraintError`]: 401 `invalid_token`.
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
        (Some(expected), Some(displayed)) if expected == displayed => {}
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
