//! Creations with an `Idempotency-Key`: the creation and its stored response are one transaction,
//! so either both exist or neither.

use doorward_domain::derived_keys::OnceKey;
use doorward_domain::secret::open;
use doorward_store::repo::idempotency::IdempotencyRecord;
use serde::Deserialize;

/// A creation that must happen only once.
#[derive(Clone)]
pub struct IdempotentRequest {
    /// The reservation of the key, stored beforehand.
    pub claim: IdempotencyRecord,
    /// The key that encrypts the stored response.
    pub secret: OnceKey,
}

impl std::fmt::Debug for IdempotentRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Once").finish_non_exhaustive()
    }
}

/// The stored response of a creation: enough to repeat it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct StoredResponse {
    /// The id of the created object.
    pub id: String,
    /// The secret that the response shows only once, if any.
    pub secret: Option<String>,
}

impl IdempotentRequest {
    /// Decrypts the stored response.
    pub fn open(&self, sealed: &[u8]) -> Option<StoredResponse> {
        let plain = open(self.secret.expose(), sealed, self.claim.key.as_bytes()).ok()?;
        serde_json::from_slice(&plain).ok()
    }
}
