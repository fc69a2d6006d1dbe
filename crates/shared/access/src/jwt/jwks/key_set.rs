//! The set of verification keys.

use std::collections::HashMap;
use std::fmt;

use doorward_protocol::signing_alg::SigningAlg;
use doorward_protocol::strict_json;
use josekit::jws::JwsVerifier;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::jwt::{jwk, public_key};

/// Maximum number of keys in a set.
pub(in crate::jwt) const MAX_KEYS: usize = 32;

/// An invalid JWK Set (RFC 7517 §5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JwksError {
    /// Invalid or ambiguous JSON, or no array `keys`.
    #[error("the document is not a JWK Set")]
    Malformed,
    /// More keys than `MAX_KEYS`.
    #[error("the JWK Set has too many keys")]
    TooManyKeys,
    /// Two keys with the same `kid` and algorithm, which do not select one key.
    #[error("the JWK Set has two keys with the same kid for one algorithm")]
    DuplicateKid,
}

/// The parsed keys of one issuer; a `kid` selects among these only.
#[derive(Clone, Default)]
pub struct KeySet(HashMap<String, VerifyingKey>);

/// A public key that verifies one algorithm.
#[derive(Clone)]
pub(crate) struct VerifyingKey {
    alg: SigningAlg,
    verifier: Box<dyn JwsVerifier>,
    fingerprint: [u8; 32],
}

impl KeySet {
    /// Parses a JWK Set (RFC 7517 §5).
    ///
    /// Omits unusable keys, as §5 requires: types and algorithms other than those of [`SigningAlg`],
    /// a type that does not fit the algorithm, `use` other than `sig`, no `kid`, a modulus below
    /// 2048 or above 4096 bits, an exponent below 65537 or above 32 bits, and any key with private
    /// parts. A key without `alg` verifies only RS256, ES256 or EdDSA, by its type.
    pub fn from_jwks(json: &str) -> Result<Self, JwksError> {
        let jwks = parse_jwks(json)?;
        let mut keys = HashMap::with_capacity(jwks.len());
        for jwk in &jwks {
            let kid = jwk.get("kid").and_then(Value::as_str);
            let Some((kid, key)) = kid.and_then(|kid| Some((kid, VerifyingKey::from_jwk(jwk)?)))
            else {
                continue;
            };
            if keys.insert(kid.to_owned(), key).is_some() {
                return Err(JwksError::DuplicateKid);
            }
        }
        Ok(Self(keys))
    }

    /// Returns true if the set contains a key with this ID.
    pub fn contains(&self, kid: &str) -> bool {
        self.0.contains_key(kid)
    }

    /// Returns the key IDs in no particular order.
    pub fn kids(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Returns true if no key can verify a signature.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn get(&self, kid: &str) -> Option<&VerifyingKey> {
        self.0.get(kid)
    }

    /// Returns true if the key with this ID is unchanged.
    pub(crate) fn holds(&self, kid: &str, fingerprint: &[u8; 32]) -> bool {
        self.get(kid)
            .is_some_and(|key| key.fingerprint == *fingerprint)
    }
}

/// Returns the members of each key of a JWK Set (RFC 7517 §5), usable or not. Some libraries write
/// null for each member that a key does not have, also for private ones.
pub(in crate::jwt) fn parse_jwks(json: &str) -> Result<Vec<Map<String, Value>>, JwksError> {
    let mut document =
        strict_json::parse_object(json.as_bytes()).map_err(|_| JwksError::Malformed)?;
    let Some(Value::Array(jwks)) = document.remove("keys") else {
        return Err(JwksError::Malformed);
    };
    if jwks.len() > MAX_KEYS {
        return Err(JwksError::TooManyKeys);
    }
    let object = |jwk| match jwk {
        Value::Object(mut jwk) => {
            jwk.retain(|_, value| !value.is_null());
            Ok(jwk)
        }
        _ => Err(JwksError::Malformed),
    };
    jwks.into_iter().map(object).collect()
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.kids()).finish()
    }
}

impl VerifyingKey {
    fn from_jwk(jwk: &Map<String, Value>) -> Option<Self> {
        let alg = algorithm(jwk)?;
        if jwk.get("kty").and_then(Value::as_str) != Some(alg.key_type()) {
            return None;
        }
        let verifier = public_key::verifier(jwk, alg)?;
        Some(Self {
            alg,
            verifier,
            fingerprint: fingerprint(alg, jwk)?,
        })
    }

    /// Returns the only algorithm of the key.
    pub(crate) const fn algorithm(&self) -> SigningAlg {
        self.alg
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        public_key::is_plausible(self.alg, signature)
            && self.verifier.verify(message, signature).is_ok()
    }

    pub(crate) const fn fingerprint(&self) -> [u8; 32] {
        self.fingerprint
    }
}

/// Returns the only algorithm of a key (RFC 8725 §3.1): the one that it names, or else the one of
/// its type. For RSA that is RS256.
fn algorithm(jwk: &Map<String, Value>) -> Option<SigningAlg> {
    let text = |name: &str| jwk.get(name).map(Value::as_str);
    match text("alg") {
        Some(named) => SigningAlg::parse(named?),
        None => match text("kty")?? {
            "RSA" => Some(SigningAlg::Rs256),
            "EC" => Some(SigningAlg::Es256),
            "OKP" => Some(SigningAlg::EdDsa),
            _ => None,
        },
    }
}

/// Returns a hash of the algorithm and the key.
fn fingerprint(alg: SigningAlg, jwk: &Map<String, Value>) -> Option<[u8; 32]> {
    let thumbprint = jwk::thumbprint(jwk)?;
    let hash = Sha256::new()
        .chain_update(alg.as_str())
        .chain_update([0])
        .chain_update(thumbprint);
    Some(hash.finalize().into())
}

#[cfg(test)]
mod tests;
