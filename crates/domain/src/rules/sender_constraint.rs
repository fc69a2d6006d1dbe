//! To what tokens are bound, and what has to be proved for that (RFC 9449 §5, RFC 8705 §3 and §4).

use doorward_protocol::confirmation::Confirmation;
use doorward_protocol::error::{ErrorCode, OAuthError, Reason};
use doorward_protocol::token::TokenType;

use crate::model::{Client, ClientKind, RefreshToken};
use crate::secret::TokenHash;
use crate::time::UnixSeconds;

/// What the sender of a token request has proved to hold.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ProvenKeys {
    /// The key with this thumbprint, by a DPoP proof.
    pub jkt: Option<String>,
    /// The key of the certificate with this `x5t#S256`, by the connection.
    pub certificate: Option<String>,
    /// The DPoP proof, which a request that succeeds consumes.
    pub proof: Option<PendingProof>,
}

/// A verified DPoP proof that is not consumed yet (RFC 9449 §11.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PendingProof {
    /// Its name among the proofs that were consumed.
    pub name: TokenHash,
    /// When it is too old to be accepted.
    pub expires_at: UnixSeconds,
}

/// What an access token is bound to: one thing or nothing (decision 55).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub enum TokenBinding<'a> {
    /// Nothing: whoever has it may use it.
    Nothing,
    /// A key, by its thumbprint (RFC 9449 §6).
    Key(&'a str),
    /// A certificate, by its thumbprint (RFC 8705 §3).
    Certificate(&'a str),
}

impl TokenBinding<'_> {
    /// The `cnf` of the token.
    pub fn confirmation(self) -> Option<Confirmation> {
        match self {
            Self::Nothing => None,
            Self::Key(jkt) => Some(Confirmation::dpop(jkt)),
            Self::Certificate(thumbprint) => Some(Confirmation::certificate(thumbprint)),
        }
    }

    /// How the token has to be presented. One that is bound to a certificate is a bearer token to who
    /// looks at the header alone (RFC 8705 §3).
    pub const fn token_type(self) -> TokenType {
        match self {
            Self::Key(_) => TokenType::Dpop,
            Self::Nothing | Self::Certificate(_) => TokenType::Bearer,
        }
    }
}

/// To what an access token of this client is bound: to the key of a proof where one was sent, for that is
/// what the client asks for by it; otherwise to its certificate where it is registered so.
///
/// # Errors
/// `invalid_dpop_proof` where the client has to prove a key and did not (RFC 9449 §5.2), `invalid_request`
/// where it has to show a certificate and did not (RFC 8705 §3.4).
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
    if client.certificate_bound_access_tokens && proved.certificate.is_none() {
        return Err(OAuthError::invalid_request(
            "this client has to show its certificate: its tokens are bound to it",
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

/// What a new refresh token is bound to: only a public client's is (RFC 9449 §5, RFC 8705 §4). A
/// confidential client proves itself at every refresh, and may change its key and its certificate.
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

/// What the successor of a refresh token is bound to. What is bound stays so.
pub fn of_successor(token: &RefreshToken, client: &Client, proved: &ProvenKeys) -> ProvenKeys {
    let new = of_refresh_token(client, proved);
    ProvenKeys {
        jkt: token.dpop_jkt.clone().or(new.jkt),
        certificate: token.certificate_thumbprint.clone().or(new.certificate),
        proof: None,
    }
}

/// Whether a refresh token is brought by who holds what it is bound to.
///
/// # Errors
/// `invalid_dpop_proof` without any proof, `invalid_grant` with that of another key, and without the
/// certificate.
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
