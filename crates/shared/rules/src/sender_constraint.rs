//! Sender-constrained tokens: their binding, and the required proofs (RFC 9449 §5, RFC 8705 §3 and
//! §4).

use doorward_protocol::confirmation::Confirmation;
use doorward_protocol::token::TokenType;

use super::client_profile;
use crate::prelude::*;
use doorward_domain::model::RefreshToken;

/// The keys that the sender of a token request has proved to hold.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ProvenKeys {
    /// The thumbprint of the key of a DPoP proof.
    pub jkt: Option<String>,
    /// The `x5t#S256` of the certificate of the connection.
    pub certificate: Option<String>,
    /// The DPoP proof, which a successful request consumes.
    pub proof: Option<PendingProof>,
}

/// A verified DPoP proof that is not consumed yet (RFC 9449 §11.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PendingProof {
    /// The name under which it is stored once consumed.
    pub name: TokenHash,
    /// The time from which it is too old to be accepted.
    pub expires_at: UnixSeconds,
    /// The algorithm of its signature.
    pub alg: SigningAlg,
}

/// The binding of an access token: at most one (decision 55).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub enum TokenBinding<'a> {
    /// None: a bearer token.
    Nothing,
    /// A key, by its thumbprint (RFC 9449 §6).
    Key(&'a str),
    /// A certificate, by its thumbprint (RFC 8705 §3).
    Certificate(&'a str),
}

impl TokenBinding<'_> {
    /// Returns the `cnf` of the token.
    pub fn confirmation(self) -> Option<Confirmation> {
        match self {
            Self::Nothing => None,
            Self::Key(jkt) => Some(Confirmation::dpop(jkt)),
            Self::Certificate(thumbprint) => Some(Confirmation::certificate(thumbprint)),
        }
    }

    /// Returns the token type. A certificate-bound token has the type `Bearer` (RFC 8705 §3).
    pub const fn token_type(self) -> TokenType {
        match self {
            Self::Key(_) => TokenType::Dpop,
            Self::Nothing | Self::Certificate(_) => TokenType::Bearer,
        }
    }
}

/// Returns the binding of an access token of this client. The key of a DPoP proof takes precedence,
/// because the client requests the binding by sending one. Otherwise the token is bound to the
/// client's certificate if it is registered for that.
///
/// # Errors
/// Returns `invalid_dpop_proof` if a required proof is missing (RFC 9449 §5.2), `invalid_request`
/// if a required certificate is missing (RFC 8705 §3.4).
pub fn binding<'a>(
    client: &Client,
    proved: &'a ProvenKeys,
) -> Result<TokenBinding<'a>, OAuthError> {
    if client.dpop_bound_access_tokens && proved.jkt.is_none() {
        return Err(OAuthError::new(
            ErrorCode::InvalidDpopProof,
            "this client has to send a DPoP proof",
        )
        .because(Reason::ProofMissing));
    }
    check_alg(client, proved)?;
    if client.certificate_bound_access_tokens && proved.certificate.is_none() {
        return Err(OAuthError::invalid_request(
            "this client has to present its certificate: its tokens are bound to it",
        )
        .because(Reason::CertificateMissing));
    }
    Ok(match (&proved.jkt, &proved.certificate) {
        (Some(jkt), _) => TokenBinding::Key(jkt),
        (None, Some(thumbprint)) if client.certificate_bound_access_tokens => {
            TokenBinding::Certificate(thumbprint)
        }
        (None, _) => TokenBinding::Nothing,
    })
}

/// Checks the algorithm of the DPoP proof, which the security profile of the client limits.
pub fn check_alg(client: &Client, proved: &ProvenKeys) -> Result<(), OAuthError> {
    match &proved.proof {
        Some(proof) if !client_profile::allows_alg(client.profile, Some(proof.alg)) => {
            let problem = client_profile::alg_problem("the DPoP proof");
            Err(OAuthError::new(ErrorCode::InvalidDpopProof, problem))
        }
        _ => Ok(()),
    }
}

/// Returns the binding of a new refresh token: only public clients have one (RFC 9449 §5, RFC 8705
/// §4). A confidential client authenticates at every refresh, and may change its key and
/// certificate.
pub fn of_refresh_token(client: &Client, proved: &ProvenKeys) -> ProvenKeys {
    if client.kind != ClientKind::Public {
        return ProvenKeys::default();
    }
    let certificate = proved.certificate.clone();
    ProvenKeys {
        jkt: proved.jkt.clone(),
        certificate: certificate.filter(|_| client.certificate_bound_access_tokens),
        proof: None,
    }
}

/// Returns the binding of the successor of a refresh token. An existing binding is kept.
pub fn of_successor(token: &RefreshToken, client: &Client, proved: &ProvenKeys) -> ProvenKeys {
    let new = of_refresh_token(client, proved);
    ProvenKeys {
        jkt: token.dpop_jkt.clone().or(new.jkt),
        certificate: token.certificate_thumbprint.clone().or(new.certificate),
        proof: None,
    }
}

/// Checks that the sender holds the key or certificate the refresh token is bound to (RFC 9449 §5,
/// RFC 8705 §4).
///
/// # Errors
/// Returns `invalid_dpop_proof` without a proof, and `invalid_grant` with a proof of another key or
/// without the certificate.
pub fn check_refresh_token(token: &RefreshToken, proved: &ProvenKeys) -> Result<(), OAuthError> {
    match (token.dpop_jkt.as_deref(), proved.jkt.as_deref()) {
        (None, _) => {}
        (Some(bound), Some(proved)) if bound == proved => {}
        (Some(_), Some(_)) => {
            return Err(OAuthError::invalid_grant(
                "the refresh token is bound to another key than that of the DPoP proof",
            )
            .because(Reason::ProofKey));
        }
        (Some(_), None) => {
            return Err(OAuthError::new(
                ErrorCode::InvalidDpopProof,
                "the refresh token is bound to a key: a DPoP proof is required",
            ));
        }
    }
    let bound = token.certificate_thumbprint.as_deref();
    if bound.is_none() || bound == proved.certificate.as_deref() {
        return Ok(());
    }
    Err(OAuthError::invalid_grant(
        "the refresh token is bound to another certificate than that of the connection",
    ))
}

#[cfg(test)]
mod tests;
