//! Signatures of clients: assertions (RFC 7523) and request objects (RFC 9101).
//!
//! The checks are as strict as in [`super::verify`], but a key needs no `kid` and no `alg`.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doorward_protocol::certificate;
use doorward_protocol::signing_alg::SigningAlg;
use josekit::jws::JwsVerifier;
use serde_json::{Map, Value};

use super::jwk::thumbprint;
use super::jwks::{JwksError, parse_jwks};
use super::public_key::{has_private_part, is_plausible, verifier};
use super::verify::{Compact, TokenRejection, check_header, decode, decode_json};

/// The public keys of one client.
#[derive(Default)]
pub struct ExternalKeys {
    keys: Vec<PartyKey>,
    certificates: Vec<Known>,
}

/// The registered identity of a client certificate (RFC 8705 §2.2).
#[derive(Debug, PartialEq, Eq)]
enum Known {
    /// A specific certificate (`x5c`), by its `x5t#S256`.
    Certificate(String),
    /// Any certificate of a key, by the key's thumbprint (RFC 7638).
    Key(String),
}

struct PartyKey {
    kid: Option<String>,
    alg: SigningAlg,
    verifier: Box<dyn JwsVerifier>,
}

impl ExternalKeys {
    /// Parses a JWK Set (RFC 7517 §5). Omits keys that cannot verify any of the algorithms, weak
    /// and expensive keys (`is_acceptable_rsa_key`), and keys with private parts.
    ///
    /// # Errors
    /// Returns `Malformed` for a document that is not a JWK Set, `TooManyKeys`, and `DuplicateKid`
    /// if two keys share a `kid` and an algorithm: one signature costs at most one verification.
    pub fn from_jwks(json: &str) -> Result<Self, JwksError> {
        let jwks = parse_jwks(json)?;
        let mut keys: Vec<PartyKey> = Vec::with_capacity(jwks.len());
        let certificates = jwks.iter().filter_map(known).collect();
        for jwk in &jwks {
            let kid = jwk.get("kid").and_then(Value::as_str).map(str::to_owned);
            for alg in SigningAlg::ALL {
                let Some(verifier) = verifier(jwk, alg) else {
                    continue;
                };
                let is_taken = |key: &PartyKey| key.alg == alg && key.kid == kid;
                if kid.is_some() && keys.iter().any(is_taken) {
                    return Err(JwksError::DuplicateKid);
                }
                let kid = kid.clone();
                keys.push(PartyKey { kid, alg, verifier });
            }
        }
        Ok(Self { keys, certificates })
    }

    /// Returns true if no key can verify a signature.
    pub const fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Returns true if a key can verify a signature with one of these algorithms.
    pub fn can_verify(&self, algorithms: &[SigningAlg]) -> bool {
        self.keys.iter().any(|key| algorithms.contains(&key.alg))
    }

    /// Returns true if a client certificate can be recognized by these keys.
    pub const fn knows_certificates(&self) -> bool {
        !self.certificates.is_empty()
    }

    /// Returns true if the certificate with this `x5t#S256`, whose key has this thumbprint (RFC
    /// 7638), belongs to the client: it equals the one in `x5c`, or, for a key without `x5c`, is
    /// one of that key (RFC 8705 §2.2.2).
    pub fn know(&self, certificate: &str, key: &str) -> bool {
        self.certificates.iter().any(|known| match known {
            Known::Certificate(own) => own == certificate,
            Known::Key(own) => own == key,
        })
    }

    /// Returns the key that a header selects. Without a `kid` (RFC 7515 §4.1.4) only a set with a
    /// single key for the algorithm selects one.
    fn select(&self, alg: SigningAlg, kid: Option<&str>) -> Option<&PartyKey> {
        let mut fitting = self.keys.iter().filter(|key| key.alg == alg);
        match kid {
            Some(kid) => fitting.find(|key| key.kid.as_deref() == Some(kid)),
            None => fitting.next().filter(|_| fitting.next().is_none()),
        }
    }
}

impl fmt::Debug for ExternalKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.keys.iter().map(|key| (&key.kid, key.alg));
        f.debug_list().entries(names).finish()
    }
}

/// Returns the certificate identity of a JWK. The first certificate of `x5c` is that of the key
/// (RFC 7517 §4.7).
fn known(jwk: &Map<String, Value>) -> Option<Known> {
    if has_private_part(jwk) {
        return None;
    }
    match jwk.get("x5c") {
        None => thumbprint(jwk).map(Known::Key),
        Some(chain) => {
            let own = chain.as_array()?.first()?.as_str()?;
            let der = STANDARD.decode(own).ok()?;
            Some(Known::Certificate(certificate::thumbprint(&der)))
        }
    }
}

/// Returns true if a JWK Set contains private key members.
pub fn holds_private_key(json: &str) -> bool {
    parse_jwks(json).is_ok_and(|jwks| jwks.iter().any(has_private_part))
}

/// Verifies the signature and the type of a JWT signed by a client. The caller checks the claims.
///
/// `typ_allowed` are media types without `application/`; the empty text allows an absent `typ`.
///
/// # Errors
/// Returns a [`TokenRejection`]; [`TokenRejection::UnknownKey`] if newer keys of the client may
/// help.
pub fn verify(
    token: &str,
    keys: &ExternalKeys,
    typ_allowed: &[&str],
) -> Result<Map<String, Value>, TokenRejection> {
    let jws = Compact::split(token)?;
    let header = decode_json(jws.header)?;
    let (alg, _) = check_header(&header, typ_allowed, &SigningAlg::ALL)?;
    let kid = match header.get("kid") {
        None => None,
        Some(Value::String(kid)) if !kid.is_empty() => Some(kid.as_str()),
        Some(_) => return Err(TokenRejection::Malformed("its 'kid' is none")),
    };
    let signature = decode(jws.signature)?;
    let Some(key) = keys.select(alg, kid) else {
        let kid = kid.unwrap_or_default().to_owned();
        return Err(TokenRejection::UnknownKey { kid });
    };
    if !is_plausible(alg, &signature) || key.verifier.verify(jws.signed, &signature).is_err() {
        return Err(TokenRejection::Signature);
    }
    // The payload is parsed only after verification: the parser never sees unsigned data.
    decode_json(jws.payload)
}

/// Returns the algorithm of a JWT that [`verify`] has accepted, for a further limit.
pub fn algorithm(token: &str) -> Option<SigningAlg> {
    let jws = Compact::split(token).ok()?;
    let header = decode_json(jws.header).ok()?;
    SigningAlg::parse(header.get("alg")?.as_str()?)
}

/// Returns the `iss` of an unverified JWT (RFC 7519 §4.1.1), to find the keys that verify it. No
/// other claim of an unverified JWT may be used.
pub fn claimed_issuer(token: &str) -> Option<String> {
    let jws = Compact::split(token).ok()?;
    let claims = decode_json(jws.payload).ok()?;
    claims.get("iss")?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests;
