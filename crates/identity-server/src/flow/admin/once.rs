//! A creation with an `Idempotency-Key` and its answer are one transaction: either both are there, or
//! neither.

use doorward_domain::secret::{open, seal};
use doorward_store::WriteTx;
use doorward_store::repo::idempotency::{self, Row};
use serde::Deserialize;
use serde_json::json;

use super::{AdminError, Operator};

/// A creation that must happen once.
#[derive(Clone)]
pub struct Once {
    /// The claim, made before.
    pub claim: Row,
    /// Seals what is kept.
    pub secret: [u8; 32],
}

impl std::fmt::Debug for Once {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Once").finish_non_exhaustive()
    }
}

/// What was made: enough to answer again.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Kept {
    /// The id of the new thing.
    pub id: String,
    /// What was shown once.
    pub secret: Option<String>,
}

impl Once {
    /// Opens what was kept.
    pub fn open(&self, sealed: &[u8]) -> Option<Kept> {
        let plain = open(&self.secret, sealed, self.claim.key.as_bytes()).ok()?;
        serde_json::from_slice(&plain).ok()
    }
}

impl Operator<'_> {
    /// Keeps, in the transaction of a creation, what was made. Without a key there is nothing to
    /// keep.
    ///
    /// # Errors
    /// [`AdminError::Overtaken`] when the claim was taken over meanwhile: then nothing may be made
    /// here.
    pub(super) async fn made(
        &self,
        tx: &WriteTx,
        id: impl ToString,
        secret: Option<&str>,
    ) -> Result<(), AdminError> {
        let Some(once) = &self.once else {
            return Ok(());
        };
        let plain = json!({ "id": id.to_string(), "secret": secret }).to_string();
        let key = once.claim.key.as_bytes();
        let sealed = seal(&once.secret, plain.as_bytes(), key, &mut rand::rng());
        if idempotency::finish(tx, &once.claim, &sealed).await? {
            return Ok(());
        }
        Err(AdminError::Overtaken)
    }
}
