//! Derived keys that outlive the secret key that they were derived from.

use serde_json::json;

use super::key_purpose::{KeyId, KeyPurpose};
use super::value::Secret;
use crate::prelude::*;
use crate::time::UnixSeconds;

/// A key for one purpose, derived from a former secret key, for values that cannot be encrypted
/// again: a user or a client holds them, or they are hashed.
#[derive(Clone, Debug)]
pub struct KeptKey {
    pub purpose: KeyPurpose,
    /// The secret key that it was derived from.
    pub secret_key: KeyId,
    /// The time from which the deployment makes no more values with it.
    pub kept_at: UnixSeconds,
    /// The time when the last of its values has expired; none for values without an expiry.
    pub expires_at: Option<UnixSeconds>,
    /// The last link of the audit chain that it authenticates; only of that purpose.
    pub last_link: Option<i64>,
    pub key: Secret<[u8; 32]>,
}

/// A kept key as stored: the sealed value repeats the times and the link, so that only
/// a holder of the secret key can extend them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeptKeyRecord {
    /// Purpose and secret key.
    pub id: String,
    pub kept_at: UnixSeconds,
    pub expires_at: Option<UnixSeconds>,
    pub last_link: Option<i64>,
    /// The kept key, sealed under [`KeyPurpose::KeptKey`] with the id as associated data.
    pub sealed: Vec<u8>,
}

impl KeptKey {
    /// Returns the id of the stored key.
    pub fn id(&self) -> String {
        format!("{} {}", self.purpose.as_str(), self.secret_key)
    }

    /// Returns the text to seal.
    pub(super) fn to_plain(&self) -> Zeroizing<Vec<u8>> {
        let key = Zeroizing::new(STANDARD.encode(self.key.expose()));
        let plain = json!({
            "key": *key,
            "kept_at": self.kept_at,
            "expires_at": self.expires_at,
            "last_link": self.last_link,
        });
        Zeroizing::new(plain.to_string().into_bytes())
    }

    /// Reads the opened text of the key with this id.
    pub(super) fn from_plain(id: &str, plain: &[u8]) -> Option<Self> {
        let (purpose, secret_key) = id.split_once(' ')?;
        let content: Content = serde_json::from_slice(plain).ok()?;
        let key = Zeroizing::new(STANDARD.decode(content.key.expose()).ok()?);
        let key: [u8; 32] = key.as_slice().try_into().ok()?;
        Some(Self {
            purpose: KeyPurpose::parse(purpose)?,
            secret_key: KeyId::parse(secret_key)?,
            kept_at: content.kept_at,
            expires_at: content.expires_at,
            last_link: content.last_link,
            key: Secret::new(key),
        })
    }
}

#[derive(Deserialize)]
struct Content {
    key: Secret<String>,
    kept_at: UnixSeconds,
    expires_at: Option<UnixSeconds>,
    last_link: Option<i64>,
}
