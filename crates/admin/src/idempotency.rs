//! Creations that happen once for each `Idempotency-Key`, or for each form: the creation and its
//! stored response are one transaction, so either both exist or neither.

use doorward_domain::derived_keys::OnceKey;
use doorward_domain::secret::{TokenHash, open};
use doorward_domain::time::UnixSeconds;
use doorward_services::error::ServerError;
use doorward_store::Db;
use doorward_store::repo::idempotency::{self, IdempotencyRecord, IdempotencyState};
use serde::Deserialize;
use serde_json::json;

use super::operator::{AdminContext, AdminError};

/// Seconds after which a creation that never finished may be retried.
const STUCK: i64 = 60;

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
    /// Creates the request of an administrator, given by ID and organization. Without a key, only the
    /// same request is a repeat.
    pub fn new(
        secret: OnceKey,
        caller: (&str, Option<&str>),
        key: Option<&str>,
        request: &str,
        now: UnixSeconds,
    ) -> Self {
        // A keyed hash, so that the hash of a body with a password reveals nothing without the key.
        let keyed = TokenHash::from_slice(secret.expose())
            .map(|key| key.to_base64url())
            .unwrap_or_default();
        let fingerprint = TokenHash::digest(&json!(["body", keyed, request]).to_string());
        let (id, org) = caller;
        let key = match key {
            Some(key) => json!(["key", id, org, key]),
            None => json!(["form", id, org, fingerprint.to_base64url()]),
        };
        let claim = IdempotencyRecord {
            key: TokenHash::digest(&key.to_string()),
            fingerprint,
            created_at: now,
        };
        Self { claim, secret }
    }

    /// Reserves the key in a separate transaction.
    ///
    /// # Errors
    /// Fails if the store cannot be used.
    pub async fn begin(&self, db: &Db) -> Result<IdempotencyState, AdminError> {
        let tx = db.begin_write().await?;
        let stuck = self.claim.created_at - STUCK;
        let state = idempotency::begin(&tx, &self.claim, stuck).await?;
        tx.commit().await?;
        Ok(state)
    }

    /// Runs the creation of a reserved key. `work` stores the response in its transaction
    /// ([`AdminContext::once`]).
    ///
    /// # Errors
    /// Those of the creation.
    pub async fn run<T>(
        self,
        context: AdminContext<'_>,
        work: impl AsyncFnOnce(AdminContext<'_>) -> Result<T, AdminError>,
    ) -> Result<T, AdminError> {
        let (db, claim) = (context.db, self.claim.clone());
        let once = Some(self);
        let result = work(AdminContext { once, ..context }).await;
        if result.is_err() {
            // Nothing was created, so the same key may be used again. If a commit succeeded after all,
            // its record has a response and stays.
            let tx = db.begin_write().await?;
            idempotency::remove(&tx, &claim).await?;
            tx.commit().await?;
        }
        result
    }

    /// Returns the stored response.
    ///
    /// # Errors
    /// Fails if it cannot be decrypted.
    pub fn read(&self, sealed: &[u8]) -> Result<StoredResponse, AdminError> {
        let opened = self.open(sealed);
        let problem = "a stored response cannot be decrypted";
        opened.ok_or_else(|| ServerError::Internal(problem.to_owned()).into())
    }

    /// Decrypts the stored response.
    pub fn open(&self, sealed: &[u8]) -> Option<StoredResponse> {
        let plain = open(self.secret.expose(), sealed, self.claim.key.as_bytes()).ok()?;
        serde_json::from_slice(&plain).ok()
    }
}
