//! A creation with an `Idempotency-Key` and its answer are one transaction: either both are there, or
//! neither.

use doorward_domain::secret::open;
use doorward_store::repo::idempotency::IdempotencyRecord;
use serde::Deserialize;

/// A creation that must happen once.
#[derive(Clone)]
pub struct IdempotentRequest {
    /// The claim, made before.
    pub claim: IdempotencyRecord,
    /// Seals what is kept.
    pub secret: [u8; 32],
}

impl std::fmt::Debug for IdempotentRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Once").finish_non_exhaustive()
    }
}

/// What was made: enough to answer again.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct StoredResponse {
    /// The id of the new thing.
    pub id: String,
    /// What was shown once.
    pub secret: Option<String>,
}

impl IdempotentRequest {
    /// Opens what was kept.
    pub fn open(&self, sealed: &[u8]) -> Option<StoredResponse> {
        let plain = open(&self.secret, sealed, self.claim.key.as_bytes()).ok()?;
        serde_json::from_slice(&plain).ok()
    }
}
