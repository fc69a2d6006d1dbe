//! The keys of the audit chain.

use doorward_domain::secret::{KeyId, KeyPurpose, MasterKey, Secret};
use hmac::Hmac;
use sha2::Sha256;

use crate::prelude::*;

/// The keys of the audit chain, derived only for it, in the order of their use. Each authenticates a
/// part of the chain: that of a former secret key ends with a link, so that its holder cannot extend
/// or replace later parts.
#[derive(Clone)]
pub struct ChainKey {
    parts: Vec<ChainPart>,
    /// The key of a position that no part covers, at which nothing may be appended.
    newest: Secret<[u8; 32]>,
}

#[derive(Clone)]
struct ChainPart {
    secret_key: KeyId,
    /// The last link; none for a part that has not ended.
    last: Option<i64>,
    key: Secret<[u8; 32]>,
}

impl std::fmt::Debug for ChainKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ChainKey(…)")
    }
}

impl ChainPart {
    fn covers(&self, seq: i64) -> bool {
        self.last.is_none_or(|last| seq <= last)
    }
}

impl ChainKey {
    pub fn derive(master: &MasterKey) -> Self {
        let parts = master.derive_chain().into_iter();
        let part = |(secret_key, last, key)| ChainPart {
            secret_key,
            last,
            key,
        };
        Self {
            parts: parts.map(part).collect(),
            newest: Secret::new(master.derive(KeyPurpose::Audit)),
        }
    }

    /// Returns the keys with the parts that have ended since they were derived: ids of kept keys
    /// with their last links.
    #[must_use]
    pub fn with_ends(&self, ends: &[(String, i64)]) -> Self {
        let mut key = self.clone();
        for part in &mut key.parts {
            let id = format!("{} {}", KeyPurpose::Audit.as_str(), part.secret_key);
            let end = ends.iter().find(|(ended, _)| *ended == id);
            part.last = end.map(|(_, last)| *last).or(part.last);
        }
        key
    }

    /// Returns true if one of the keys may authenticate a link at this position.
    pub fn may_append(&self, seq: i64) -> bool {
        self.parts.iter().any(|part| part.covers(seq))
    }

    /// Returns the HMAC of the link at this position, before its input.
    pub(crate) fn mac(&self, seq: i64) -> Hmac<Sha256> {
        let part = self.parts.iter().find(|part| part.covers(seq));
        hmac(part.map_or(&self.newest, |part| &part.key).expose())
    }
}
