//! Signed server metadata, as the claims of a JWT (RFC 8414 §2.1): signed once per key and content.

use std::sync::Arc;

use doorward_domain::keys::KeyRing;
use doorward_protocol::discovery::ProviderMetadata;
use moka::sync::Cache;
use sha2::{Digest as _, Sha256};

use crate::error::ServerError;

/// Maximum number of cached values: before and after a change, with the former and the next key.
const MAX_ENTRIES: u64 = 4;

/// Signed metadata, by key and content.
#[derive(Debug)]
pub struct SignedMetadata(Cache<[u8; 32], Arc<str>>);

impl Default for SignedMetadata {
    fn default() -> Self {
        Self(Cache::new(MAX_ENTRIES))
    }
}

impl SignedMetadata {
    /// Returns the metadata signed with the active key. The issuer signs it, without the member
    /// `signed_metadata`.
    pub fn get_or_sign(
        &self,
        ring: &KeyRing,
        issuer: &str,
        metadata: &ProviderMetadata,
    ) -> Result<String, ServerError> {
        let server_error = |error: &dyn std::fmt::Display| ServerError::Internal(error.to_string());
        let mut claims = serde_json::to_value(metadata).map_err(|error| server_error(&error))?;
        claims["iss"] = issuer.into();
        let signer = ring.active();
        let mut name = Sha256::new();
        name.update(signer.kid().as_bytes());
        name.update(claims.to_string().as_bytes());
        let name: [u8; 32] = name.finalize().into();
        if let Some(stored) = self.0.get(&name) {
            return Ok(stored.to_string());
        }
        let statement = signer.sign_statement(&claims);
        let statement: Arc<str> = statement.map_err(|error| server_error(&error))?.into();
        self.0.insert(name, Arc::clone(&statement));
        Ok(statement.to_string())
    }
}
