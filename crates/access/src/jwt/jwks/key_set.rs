//! The set of verification keys.

use std::collections::HashMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward_protocol::strict_json;
use josekit::jwk::Jwk;
use josekit::jws::JwsVerifier as _;
use josekit::jws::alg::rsassa::{RsassaJwsAlgorithm, RsassaJwsVerifier};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// Maximum number of keys in a set.
pub(in crate::jwt) const MAX_KEYS: usize = 32;
/// Accepted sizes of an RSA modulus in bits.
const MODULUS_BITS: std::ops::RangeInclusive<usize> = 2048..=4096;
/// Maximum length of an RSA exponent in bytes.
const MAX_EXPONENT_BYTES: usize = 4;

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

/// An RSA public key that verifies RS256.
#[derive(Clone)]
pub(crate) struct VerifyingKey {
    verifier: RsassaJwsVerifier,
    fingerprint: [u8; 32],
}

impl KeySet {
    /// Parses a JWK Set (RFC 7517 §5).
    ///
    /// Omits keys that cannot verify RS256, as §5 requires: other types and algorithms, `use` other
    /// than `sig`, no `kid`, a modulus below 2048 or above 4096 bits, an exponent below 65537 or
    /// above 32 bits, and any key with private parts.
    pub fn from_jwks(json: &str) -> Result<Self, JwksError> {
        let document =
            strict_json::parse_object(json.as_bytes()).map_err(|_| JwksError::Malformed)?;
        let Some(Value::Array(jwks)) = document.get("keys") else {
            return Err(JwksError::Malformed);
        };
        if jwks.len() > MAX_KEYS {
            return Err(JwksError::TooManyKeys);
        }
        let mut keys = HashMap::with_capacity(jwks.len());
        for jwk in jwks {
            let jwk = jwk.as_object().ok_or(JwksError::Malformed)?;
            let Some(kid) = jwk.get("kid").and_then(Value::as_str) else {
                continue;
            };
            let Some(key) = VerifyingKey::from_jwk(jwk) else {
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

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.kids()).finish()
    }
}

impl VerifyingKey {
    fn from_jwk(jwk: &Map<String, Value>) -> Option<Self> {
        let text = |name| jwk.get(name).and_then(Value::as_str);
        let private = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
        // josekit accepts an absent `alg` and `use`; if present, they must have the right value.
        if text("kty") != Some("RSA") || private.iter().any(|name| jwk.contains_key(*name)) {
            return None;
        }
        let modulus = URL_SAFE_NO_PAD.decode(text("n")?).ok()?;
        let exponent = URL_SAFE_NO_PAD.decode(text("e")?).ok()?;
        if !is_acceptable_rsa_key(&modulus, &exponent) {
            return None;
        }
        let verifier = RsassaJwsAlgorithm::Rs256
            .verifier_from_jwk(&Jwk::from_map(jwk.clone()).ok()?)
            .ok()?;
        let fingerprint = Sha256::new()
            .chain_update(modulus.len().to_be_bytes())
            .chain_update(&modulus)
            .chain_update(&exponent)
            .finalize()
            .into();
        Some(Self {
            verifier,
            fingerprint,
        })
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.verifier.verify(message, signature).is_ok()
    }

    pub(crate) const fn fingerprint(&self) -> [u8; 32] {
        self.fingerprint
    }
}

/// Returns true for an RSA key that is neither weak nor expensive to verify with: a modulus of 2048
/// to 4096 bits, and an odd exponent from 65537 (FIPS 186-5 §5.1) to 32 bits. With exponent 1,
/// every message would be its own signature; large moduli and exponents cost the verifier CPU time.
pub(in crate::jwt) fn is_acceptable_rsa_key(modulus: &[u8], exponent: &[u8]) -> bool {
    is_acceptable_modulus(modulus) && is_acceptable_exponent(exponent)
}

/// Returns the number of significant bits of a big-endian number.
fn bit_length(big_endian: &[u8]) -> usize {
    let zeros = big_endian.iter().take_while(|byte| **byte == 0).count();
    let significant = &big_endian[zeros..];
    significant.first().map_or(0, |first| {
        significant.len() * 8 - usize::try_from(first.leading_zeros()).unwrap_or(0)
    })
}

fn is_acceptable_modulus(big_endian: &[u8]) -> bool {
    MODULUS_BITS.contains(&bit_length(big_endian))
}

fn is_acceptable_exponent(big_endian: &[u8]) -> bool {
    big_endian.len() <= MAX_EXPONENT_BYTES
        && big_endian
            .iter()
            .fold(0_u64, |value, byte| value << 8 | u64::from(*byte))
            >= 65537
        && big_endian.last().is_some_and(|last| last % 2 == 1)
}

#[cfg(test)]
mod tests;
