//! Generation of keys, and JWT signatures with a signer that is parsed once.

use base64::Engine;
use doorward_access::jwt::claims::{AccessTokenClaims, IdTokenClaims};
use doorward_protocol::introspection::SignedIntrospection;

use super::key_pair::{self, PublicJwk};
use super::rotate::KeyRecord;
use crate::model::AccessTokenType;
use crate::prelude::*;
use crate::secret::{KeyPurpose, MasterKey, OpenError, seal};
use crate::time::UnixSeconds;

#[cfg(test)]
mod tests;

/// Size of most claims in bytes, so that writing them needs no larger buffer.
const PAYLOAD_BYTES: usize = 1024;

#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("the cryptographic library rejected the signing key")]
    Library(#[from] josekit::JoseError),
    #[error(
        "the private part of key {kid} cannot be opened: is the secret key the one it was made with?"
    )]
    Sealed { kid: String, source: OpenError },
    #[error("the record of key {kid} is damaged: {what}")]
    Corrupt { kid: String, what: &'static str },
    #[error("no signing key is active")]
    NoActiveKey,
    #[error("no key signs with {0}: add it to keys.algorithms, or choose another algorithm")]
    NotOffered(SigningAlg),
    #[error("the claims cannot be serialized as JSON")]
    Claims(#[from] serde_json::Error),
}

/// Generates a key of an algorithm that signs from `active_at` on, with a sealed private part.
///
/// An RSA key has 2048 bits and takes some tenths of a second: do not call it on an async thread.
pub fn generate<R: CryptoRng + ?Sized>(
    alg: SigningAlg,
    master: &MasterKey,
    created_at: UnixSeconds,
    active_at: UnixSeconds,
    rng: &mut R,
) -> Result<KeyRecord, KeyError> {
    let pair = key_pair::generate(alg)?;
    let jwk = PublicJwk::from_pair(alg, &*pair).ok_or_else(|| mismatch("(new)"))?;
    let pem = Zeroizing::new(pair.to_pem_private_key());
    let private_sealed = seal(
        &master.derive(KeyPurpose::KeyEncryption),
        &pem,
        jwk.kid.as_bytes(),
        rng,
    );
    Ok(KeyRecord {
        algorithm: alg,
        public_jwk: serde_json::to_string(&jwk)?,
        kid: jwk.kid,
        private_sealed,
        created_at,
        active_at,
        retired_at: None,
    })
}

/// A private key, parsed and ready to sign.
///
/// Parsing a key costs 2.5 times as much as a signature, so a signer is created once and shared.
#[derive(Debug)]
pub struct Signer {
    kid: String,
    inner: Box<dyn JwsSigner>,
    // The encoded protected headers, each with its dot: constant for every token.
    access_token_header: String,
    id_token_header: String,
    introspection_header: String,
    logout_token_header: String,
    security_event_header: String,
}

impl Signer {
    /// Opens the private part of a record.
    pub fn open(record: &KeyRecord, master: &MasterKey) -> Result<Self, KeyError> {
        let kid = record.kid.clone();
        let purpose = KeyPurpose::KeyEncryption;
        let opened = master.open(purpose, &record.private_sealed, kid.as_bytes());
        let pem = opened.map_err(|source| KeyError::Sealed {
            kid: kid.clone(),
            source,
        })?;
        let alg = record.algorithm;
        let pair = key_pair::read(alg, &pem)?;
        // Signatures must verify under the published key.
        let public = PublicJwk::from_pair(alg, &*pair).ok_or_else(|| mismatch(&kid))?;
        if public.kid != kid {
            return Err(KeyError::Corrupt {
                kid,
                what: "the private part does not match the key id",
            });
        }
        let header = |typ: &str| header(alg, typ, &kid);
        Ok(Self {
            // RFC 9068 §2.1: an ID token must not be accepted as an access token.
            access_token_header: header("at+jwt"),
            id_token_header: header("JWT"),
            // RFC 9701 §5: a response must not be accepted as an access token (§8.1).
            introspection_header: header("token-introspection+jwt"),
            // OIDC Back-Channel Logout §2.4: no other token may be accepted as a logout token.
            logout_token_header: header("logout+jwt"),
            // SSF 1.0 §4.1.1, RFC 8417 §2.3.
            security_event_header: header("secevent+jwt"),
            inner: key_pair::signer(alg, &pem)?,
            kid,
        })
    }

    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Signs an access token (RFC 9068) with `typ` `at+jwt`, or `JWT` if its resource requires
    /// that.
    pub fn sign_access_token(
        &self,
        claims: &AccessTokenClaims,
        typ: AccessTokenType,
    ) -> Result<String, KeyError> {
        match typ {
            AccessTokenType::AtJwt => self.sign(&self.access_token_header, claims),
            AccessTokenType::Jwt => self.sign(&self.id_token_header, claims),
        }
    }

    /// Signs an ID token (`OpenID` Connect Core §2), `typ` `JWT`.
    pub fn sign_id_token(&self, claims: &IdTokenClaims) -> Result<String, KeyError> {
        self.sign(&self.id_token_header, claims)
    }

    /// Signs a logout token (OIDC Back-Channel Logout §2.4), `typ` `logout+jwt`.
    pub fn sign_logout_token(&self, claims: &impl Serialize) -> Result<String, KeyError> {
        self.sign(&self.logout_token_header, claims)
    }

    /// Signs a security event token (RFC 8417), `typ` `secevent+jwt`.
    pub fn sign_security_event(&self, claims: &impl Serialize) -> Result<String, KeyError> {
        self.sign(&self.security_event_header, claims)
    }

    /// Signs a response of the introspection endpoint (RFC 9701 §5), `typ`
    /// `token-introspection+jwt`.
    pub fn sign_introspection(
        &self,
        response: &SignedIntrospection<'_>,
    ) -> Result<String, KeyError> {
        self.sign(&self.introspection_header, response)
    }

    /// Signs a userinfo response for a client (OIDC Core §5.3.2): its claims with `iss` and `aud`.
    /// `typ` `JWT`, as clients expect.
    pub fn sign_userinfo(
        &self,
        claims: Map<String, Value>,
        issuer: &str,
        client_id: &str,
    ) -> Result<String, KeyError> {
        let mut claims = claims;
        claims.insert("iss".to_owned(), issuer.into());
        claims.insert("aud".to_owned(), client_id.into());
        self.sign(&self.id_token_header, &claims)
    }

    /// Signs a statement that is not a token: an authorization response (JARM §2.2) or server
    /// metadata (RFC 8414 §2.1). `typ` `JWT`, as clients expect.
    pub fn sign_statement(&self, claims: &impl Serialize) -> Result<String, KeyError> {
        self.sign(&self.id_token_header, claims)
    }

    /// Signs bytes of another format than JWT by the algorithm of the key.
    pub fn sign_bytes(&self, bytes: &[u8]) -> Result<Vec<u8>, KeyError> {
        Ok(self.inner.sign(bytes)?)
    }

    // Writes the compact serialization of RFC 7515 §7.1 into one buffer.
    fn sign(&self, header: &str, claims: &impl Serialize) -> Result<String, KeyError> {
        let mut payload = Vec::with_capacity(PAYLOAD_BYTES);
        serde_json::to_writer(&mut payload, claims)?;
        let mut jwt = String::with_capacity(header.len() + payload.len() * 4 / 3 + 350);
        jwt.push_str(header);
        URL_SAFE_NO_PAD.encode_string(&payload, &mut jwt);
        let signature = self.inner.sign(jwt.as_bytes())?;
        jwt.push('.');
        URL_SAFE_NO_PAD.encode_string(&signature, &mut jwt);
        Ok(jwt)
    }
}

fn mismatch(kid: &str) -> KeyError {
    KeyError::Corrupt {
        kid: kid.to_owned(),
        what: "the public part is not a key of its algorithm",
    }
}

fn header(alg: SigningAlg, typ: &str, kid: &str) -> String {
    // A kid is a base64url thumbprint, checked by `open`, so nothing needs escaping.
    let json = format!(r#"{{"alg":"{alg}","typ":"{typ}","kid":"{kid}"}}"#);
    format!("{}.", URL_SAFE_NO_PAD.encode(json))
}
