//! Creations that happen once for each `Idempotency-Key`, or for each form: the creation and its
//! stored response are one transaction, so either both exist or neither.

use doorward_domain::derived_keys::OnceKey;
use doorward_domain::secret::TokenHash;
use doorward_domain::time::UnixSeconds;
use doorward_store::repo::idempotency::IdempotencyRecord;
use serde::Deserialize;
use serde_json::json;

#[derive(Clone, Debug)]
pub struct IdempotentRequest {
    pub claim: IdempotencyRecord,
    /// The claims of the same request under the other secret keys.
    pub others: Vec<IdempotencyRecord>,
    pub secret: OnceKey,
}

/// The stored response of a creation: enough to repeat it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct StoredResponse {
    pub id: String,
    pub secret: Option<String>,
}

impl IdempotentRequest {
    /// Creates the request of an administrator in an organization. Without a key, only the same
    /// request is a repeat.
    pub fn new(
        secret: OnceKey,
        admin: &str,
        org: Option<&str>,
        key: Option<&str>,
        request: &str,
        now: UnixSeconds,
    ) -> Self {
        let claim = |secret: &[u8; 32]| {
            // A keyed hash, so that the hash of a body with a password reveals nothing without the key.
            let keyed = TokenHash::from_slice(secret)
                .map(|key| key.to_base64url())
                .unwrap_or_default();
            let fingerprint = TokenHash::digest(&json!(["body", keyed, request]).to_string());
            let key = match key {
                Some(key) => json!(["key", admin, org, key]),
                None => json!(["form", admin, org, fingerprint.to_base64url()]),
            };
            IdempotencyRecord {
                key: TokenHash::digest(&key.to_string()),
                fingerprint,
                created_at: now,
            }
        };
        Self {
            claim: claim(secret.expose()),
            others: secret.all().skip(1).map(claim).collect(),
            secret,
        }
    }

    pub fn open(&self, sealed: &[u8]) -> Option<StoredResponse> {
        let mut claims = std::iter::once(&self.claim).chain(&self.others);
        let plain = claims.find_map(|claim| self.secret.open(sealed, claim.key.as_bytes()).ok())?;
        serde_json::from_slice(&plain).ok()
    }
}
