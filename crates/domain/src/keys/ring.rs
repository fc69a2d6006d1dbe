//! The key ring: the active signing key and the JWKS.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward_access::jwt::jwks::KeySet;
use sha2::{Digest, Sha256};

use super::rotate::{KeyRecord, RotationPlan};
use super::sign::{KeyError, PublicJwk, Signer};
use crate::secret::MasterKey;
use crate::time::UnixSeconds;

#[cfg(test)]
mod tests;

/// The signing key and the published keys. Immutable: a rotation replaces the whole ring.
#[derive(Debug)]
pub struct KeyRing {
    active: Arc<Signer>,
    signing_since: UnixSeconds,
    published: Vec<String>,
    jwks_json: Arc<str>,
    etag: String,
    verification: Arc<KeySet>,
}

impl KeyRing {
    /// Builds the ring of a plan; reuses the signer of `previous` if its key still signs.
    ///
    /// # Errors
    /// Returns `NoActiveKey` if the plan names no active key or an unknown one, and other variants
    /// if a record cannot be read or opened.
    pub fn build(
        records: &[KeyRecord],
        plan: &RotationPlan,
        master: &MasterKey,
        previous: Option<&Self>,
    ) -> Result<Self, KeyError> {
        let find = |kid: &str| records.iter().find(|k| k.kid == kid);
        let active = plan
            .active
            .as_deref()
            .and_then(find)
            .ok_or(KeyError::NoActiveKey)?;
        let signing_since = active.active_at;
        let active = match previous.filter(|ring| ring.active.kid() == active.kid) {
            Some(ring) => Arc::clone(&ring.active),
            None => Arc::new(Signer::open(active, master)?),
        };
        let mut jwks = Vec::with_capacity(plan.publish.len());
        for kid in &plan.publish {
            jwks.push(public_jwk(find(kid).ok_or(KeyError::NoActiveKey)?)?);
        }
        let jwks_json = serde_json::json!({ "keys": jwks }).to_string();
        let verification = KeySet::from_jwks(&jwks_json).map_err(|_| KeyError::Corrupt {
            kid: plan.publish.join(", "),
            what: "the published keys do not form a JWKS",
        })?;
        Ok(Self {
            active,
            signing_since,
            published: plan.publish.clone(),
            etag: etag(&jwks_json),
            jwks_json: jwks_json.into(),
            verification: Arc::new(verification),
        })
    }

    /// Returns the active signing key.
    pub fn active(&self) -> &Arc<Signer> {
        &self.active
    }

    /// Returns the time from which the active key signs.
    pub const fn signing_since(&self) -> UnixSeconds {
        self.signing_since
    }

    /// Returns the ids of the published keys, the active one first.
    pub fn published(&self) -> &[String] {
        &self.published
    }

    /// Returns the JWKS document (RFC 7517 §5), serialized once.
    pub fn jwks_json(&self) -> &Arc<str> {
        &self.jwks_json
    }

    /// Returns a strong entity tag of the JWKS document, with its quotes (RFC 9110 §8.8.3).
    pub fn etag(&self) -> &str {
        &self.etag
    }

    /// Returns the published keys for verification of the server's own tokens.
    pub fn verification(&self) -> &Arc<KeySet> {
        &self.verification
    }
}

// The struct has only public members, so no other member of the stored JSON can be published.
fn public_jwk(record: &KeyRecord) -> Result<PublicJwk, KeyError> {
    let damaged = |name| KeyError::Corrupt {
        kid: record.kid.clone(),
        what: name,
    };
    let jwk: PublicJwk = serde_json::from_str(&record.public_jwk)
        .map_err(|_| damaged("the public part is not an RSA key"))?;
    if jwk.kid != record.kid || super::thumbprint(&jwk.n, &jwk.e) != record.kid {
        return Err(damaged("the public part does not match the key id"));
    }
    Ok(jwk)
}

fn etag(document: &str) -> String {
    let digest = Sha256::digest(document.as_bytes());
    format!("\"{}\"", URL_SAFE_NO_PAD.encode(&digest[..16]))
}
