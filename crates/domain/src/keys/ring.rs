//! The keys in force at one moment: who signs, and what the JWKS says.

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
    /// Builds the ring that a plan asks for; the signer of `previous` is kept if it still signs.
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
            what: "the published keys are no key set",
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

    /// The key that signs.
    pub fn active(&self) -> &Arc<Signer> {
        &self.active
    }

    /// Since when it may sign.
    pub const fn signing_since(&self) -> UnixSeconds {
        self.signing_since
    }

    /// The ids of the published keys, the active one first.
    pub fn published(&self) -> &[String] {
        &self.published
    }

    /// The JWKS document (RFC 7517 §5), made once.
    pub fn jwks_json(&self) -> &Arc<str> {
        &self.jwks_json
    }

    /// A strong entity tag of the document, with its quotes (RFC 9110 §8.8.3).
    pub fn etag(&self) -> &str {
        &self.etag
    }

    /// The published keys, ready to verify the server's own tokens.
    pub fn verification(&self) -> &Arc<KeySet> {
        &self.verification
    }
}

// Read through the struct of public members, so that nothing else can be published whatever the
// row says (SECURITY KM-1).
fn public_jwk(record: &KeyRecord) -> Result<PublicJwk, KeyError> {
    let damaged = |what| KeyError::Corrupt {
        kid: record.kid.clone(),
        what,
    };
    let jwk: PublicJwk = serde_json::from_str(&record.public_jwk)
        .map_err(|_| damaged("its public part is no RSA key"))?;
    if jwk.kid != record.kid || super::thumbprint(&jwk.n, &jwk.e) != record.kid {
        return Err(damaged("its public part has another thumbprint"));
    }
    Ok(jwk)
}

fn etag(document: &str) -> String {
    let digest = Sha256::digest(document.as_bytes());
    format!("\"{}\"", URL_SAFE_NO_PAD.encode(&digest[..16]))
}
