//! Keyed hashes of values that are counted or recognized.

use doorward_domain::credentials::keyed_hash::hmac;
use doorward_domain::secret::Secret;
use hmac::Mac as _;

/// A keyed hash: its input cannot be read from Redis, a row or a cookie.
#[derive(Debug)]
pub struct KeyedHash {
    key: Secret<[u8; 32]>,
    /// The keys of the other secret keys, with which hashes are only recognized.
    others: Vec<Secret<[u8; 32]>>,
}

impl KeyedHash {
    pub const fn new(key: [u8; 32]) -> Self {
        Self {
            key: Secret::new(key),
            others: Vec::new(),
        }
    }

    /// Adds keys with which hashes are recognized.
    #[must_use]
    pub fn recognizing(mut self, others: Vec<[u8; 32]>) -> Self {
        self.others.extend(others.into_iter().map(Secret::new));
        self
    }

    /// Hashes the parts, under a label that separates uses.
    pub fn digest(&self, label: &str, parts: &[&[u8]]) -> [u8; 32] {
        digest(&self.key, label, parts)
    }

    /// Hashes the parts with each key, the newest first.
    pub fn digests(&self, label: &str, parts: &[&[u8]]) -> Vec<[u8; 32]> {
        let keys = std::iter::once(&self.key).chain(&self.others);
        keys.map(|key| digest(key, label, parts)).collect()
    }
}

fn digest(key: &Secret<[u8; 32]>, label: &str, parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = hmac(key.expose());
    let label = label.as_bytes();
    for part in std::iter::once(&label).chain(parts) {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_separated_in_digest() {
        let hash = KeyedHash::new([0xa5; 32]);
        assert_ne!(
            hash.digest("x", &[b"ab", b"c"]),
            hash.digest("x", &[b"a", b"bc"])
        );
        assert_ne!(hash.digest("x", &[b"y"]), hash.digest("xy", &[]));
    }
}
