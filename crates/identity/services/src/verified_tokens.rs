//! A cache of this server's own access tokens whose signature was verified.
//!
//! The signature and the claims of a token never change, so an entry is valid as long as the
//! published keys are the same. The caller checks expiry, revocation and everything else.

use doorward_access::jwt::claims::AccessTokenClaims;
use doorward_access::jwt::verify::{
    ACCESS_TOKEN_TYPES, MAX_TOKEN_BYTES, PLAIN_JWT, is_type, verify_jws,
};
use doorward_domain::keys::KeyRing;
use sha2::{Digest as _, Sha256};

use crate::cache::Cache;
use crate::prelude::*;

const MAX_ENTRIES: u64 = 2_000;
/// The time after which a cached token is removed from memory.
const TTL: Duration = Duration::from_mins(1);
const TYPES: [&str; 2] = [ACCESS_TOKEN_TYPES[0], PLAIN_JWT];

#[derive(Clone, Debug)]
pub struct VerifiedToken {
    /// The claims, not checked yet.
    pub claims: AccessTokenClaims,
    /// True if its `typ` is that of access tokens; otherwise it may be an ID token.
    pub is_access_token: bool,
}

/// Verified tokens by their SHA-256, with the published keys.
#[derive(Debug)]
pub struct VerifiedTokens(Cache<(Arc<str>, VerifiedToken)>);

impl Default for VerifiedTokens {
    fn default() -> Self {
        Self(Cache::with_ttl(MAX_ENTRIES, TTL))
    }
}

impl VerifiedTokens {
    /// Verifies the signature and the type of a token, unless these keys have verified it before.
    /// Returns `None` if it is not valid.
    pub fn get_or_verify(&self, ring: &KeyRing, token: &str) -> Option<VerifiedToken> {
        // Before hashing, because the size of all external input is bounded.
        if token.len() > MAX_TOKEN_BYTES {
            return None;
        }
        let hash: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        if let Some(entry) = self.0.get(hash) {
            let (keys, verified) = &*entry;
            if keys == ring.jwks_json() {
                return Some(verified.clone());
            }
        }
        let verified = verify(ring, token)?;
        let entry = (Arc::clone(ring.jwks_json()), verified.clone());
        self.0.insert(hash, Arc::new(entry));
        Some(verified)
    }
}

fn verify(ring: &KeyRing, token: &str) -> Option<VerifiedToken> {
    let (header, claims) = verify_jws(token, ring.verification(), &TYPES).ok()?;
    let typ = header.typ.unwrap_or_default();
    Some(VerifiedToken {
        claims: serde_json::from_value(Value::Object(claims)).ok()?,
        is_access_token: ACCESS_TOKEN_TYPES.iter().any(|known| is_type(&typ, known)),
    })
}

#[cfg(test)]
mod tests;
