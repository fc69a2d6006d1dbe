//! Keyed hashes of values that are counted or recognized.

use doorward_domain::credentials::keyed_hash::hmac;
use doorward_domain::secret::Secret;
use hmac::Mac as _;

/// A keyed hash: its input cannot be read from Redis, a row or a cookie.
#[derive(Debug)]
pub struct KeyedHash(Secret<[u8; 32]>);

impl KeyedHash {
    pub const fn new(key: [u8; 32]) -> Self {
        Self(Secret::new(key))
    }

    /// Hashes the parts, under a label that separates uses.
    pub fn digest(&self, label: &str, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = hmac(self.0.expose());
        let label = label.as_bytes();
        for part in std::iter::once(&label).chain(parts) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
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
