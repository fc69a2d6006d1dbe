//! Keys that access tokens of other servers are bound to, and proofs of their possession (RFC 9449 §4).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josekit::JoseError;
use josekit::jwk::KeyPair as _;
use josekit::jwk::alg::ec::EcKeyPair;
use josekit::jws::{ES256, JwsHeader};
use josekit::jwt::{self, JwtPayload};
use sha2::{Digest as _, Sha256};

use crate::time::UnixSeconds;

/// A key of one sign-in, which is never stored.
#[derive(Debug)]
pub struct DpopKey(EcKeyPair);

#[derive(Clone, Copy, Debug)]
pub struct DpopProof<'a> {
    pub method: &'a str,
    /// The URL of the request without query and fragment (`htu`).
    pub url: &'a str,
    /// The access token of a request to a resource.
    pub access_token: Option<&'a str>,
    /// The nonce that the server demanded (§8).
    pub nonce: Option<&'a str>,
    /// A value that no other proof has.
    pub jti: &'a str,
}

impl DpopKey {
    /// Generates a key for ES256, which servers that support DPoP accept first of all (FAPI 2.0 §5.4.1).
    pub fn generate() -> Result<Self, JoseError> {
        Ok(Self(ES256.generate_key_pair()?))
    }

    /// Signs a proof.
    pub fn sign(&self, proof: &DpopProof<'_>, now: UnixSeconds) -> Result<String, JoseError> {
        let mut header = JwsHeader::new();
        header.set_token_type("dpop+jwt");
        header.set_jwk(self.0.to_jwk_public_key());
        let mut claims = JwtPayload::new();
        claims.set_jwt_id(proof.jti);
        claims.set_claim("htm", Some(proof.method.into()))?;
        claims.set_claim("htu", Some(proof.url.into()))?;
        // Whole seconds, because the setter of the library would write a fraction.
        claims.set_claim("iat", Some(now.into()))?;
        if let Some(token) = proof.access_token {
            let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(token));
            claims.set_claim("ath", Some(hash.into()))?;
        }
        if let Some(nonce) = proof.nonce {
            claims.set_claim("nonce", Some(nonce.into()))?;
        }
        let signer = ES256.signer_from_jwk(&self.0.to_jwk_key_pair())?;
        jwt::encode_with_signer(&claims, &header, &signer)
    }
}

#[cfg(test)]
mod tests;
