//! Support codes: a user reads one out, and an administrator opens the page of that user with it.

use rand_core::CryptoRng;

use super::keyed_hash::keyed_hash;
use super::typed_code;
use crate::secret::{Secret, TokenHash};

/// The lifetime of a code, in seconds.
pub const TTL: i64 = 15 * 60;
/// The number of characters of a code; each carries 5 bits, so a code carries 40.
const LEN: usize = 8;
/// Crockford's base 32, without characters that look or sound alike.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

#[derive(Clone)]
pub struct SupportCode(Secret<String>);

redacted!(SupportCode);

impl SupportCode {
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        let letters = typed_code::generate::<LEN, R>(ALPHABET, LEN, rng);
        Self(Secret::new(letters))
    }

    /// Reads a typed code, ignoring case, spaces and dashes. `o`, `i` and `l`, which are not in the
    /// alphabet, are read as the digits that they look like.
    pub fn parse(typed: &str) -> Option<Self> {
        typed_code::parse(typed, ALPHABET, LEN).map(Self)
    }

    /// Returns the code for display, in two groups of four. Each call needs a review.
    pub fn to_groups(&self) -> String {
        let plain = self.0.expose();
        format!("{}-{}", &plain[..LEN / 2], &plain[LEN / 2..])
    }

    /// Returns the hash for the store: HMAC-SHA-256 over the code, with a key that is not in the
    /// database.
    pub fn hash(&self, key: &[u8; 32]) -> TokenHash {
        keyed_hash(key, &[self.0.expose().as_bytes()])
    }
}

#[cfg(test)]
mod tests;
