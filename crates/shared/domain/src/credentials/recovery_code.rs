//! Recovery codes, for users who lost the authenticator app. Each works once.

use rand_core::CryptoRng;

use super::keyed_hash::keyed_hash;
use super::typed_code;
use crate::model::UserId;
use crate::secret::{Secret, TokenHash};

pub const COUNT: usize = 10;
/// The number of characters of a code; each carries 5 bits, so a code carries 60.
const LEN: usize = 12;
/// The number of characters of a backup code of another site.
const FOREIGN_LEN: std::ops::RangeInclusive<usize> = 8..=64;
/// Crockford's base 32, without characters that look alike.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

#[derive(Clone)]
pub struct RecoveryCode(Secret<String>);

redacted!(RecoveryCode);

impl RecoveryCode {
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        let letters = typed_code::generate::<LEN, R>(ALPHABET, LEN, rng);
        Self(Secret::new(letters))
    }

    pub fn generate_set<R: CryptoRng + ?Sized>(rng: &mut R) -> Vec<Self> {
        (0..COUNT).map(|_| Self::generate(rng)).collect()
    }

    /// Reads a typed code, ignoring case, spaces and dashes. `o`, `i` and `l`, which are not in the
    /// alphabet, are read as the digits that they look like.
    pub fn parse(typed: &str) -> Option<Self> {
        typed_code::parse(typed, ALPHABET, LEN).map(Self)
    }

    /// Reads a backup code of another site: 8 to 64 ASCII alphanumeric characters, ignoring case, spaces and
    /// dashes. Its strength is unknown, so that attempts with one are limited like those of app codes.
    pub fn parse_foreign(typed: &str) -> Option<Self> {
        let plain: String = typed_code::characters(typed)
            .take(FOREIGN_LEN.end() + 1)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        let is_code = plain.bytes().all(|b| b.is_ascii_alphanumeric());
        (is_code && FOREIGN_LEN.contains(&plain.len())).then(|| Self(Secret::new(plain)))
    }

    /// Returns a generated code for display, in three groups of four. Each call needs a review.
    pub fn to_groups(&self) -> String {
        let plain = self.0.expose();
        if plain.len() != LEN {
            return plain.clone();
        }
        format!("{}-{}-{}", &plain[..4], &plain[4..8], &plain[8..])
    }

    /// Returns the hash for the store: HMAC-SHA-256 over user and code, with a key that is not in
    /// the database. So a code is useless for another user (CVE-2026-78619).
    pub fn hash(&self, key: &[u8; 32], user: UserId) -> TokenHash {
        keyed_hash(
            key,
            &[user.as_uuid().as_bytes(), self.0.expose().as_bytes()],
        )
    }
}

#[cfg(test)]
mod tests;
