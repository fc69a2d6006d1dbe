//! Support codes: a user reads one out, and an administrator opens the page of that user with it.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use rand_core::CryptoRng;
use sha2::Sha256;

use crate::secret::{Secret, TokenHash};

/// The lifetime of a code, in seconds.
pub const TTL: i64 = 15 * 60;
/// The number of characters of a code; each carries 5 bits, so a code carries 40.
const LEN: usize = 8;
/// Crockford's base 32, without characters that look or sound alike.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A support code.
#[derive(Clone)]
pub struct SupportCode(Secret<String>);

impl fmt::Debug for SupportCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SupportCode(…)")
    }
}

impl SupportCode {
    /// Draws a new code.
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        let mut bytes = [0_u8; LEN];
        rng.fill_bytes(&mut bytes);
        // 256 is a multiple of 32, so every character is equally likely.
        let letters = bytes
            .iter()
            .map(|byte| char::from(ALPHABET[usize::from(byte & 31)]));
        Self(Secret::new(letters.collect()))
    }

    /// Reads a typed code, ignoring case, spaces and dashes. `o`, `i` and `l`, which are not in the
    /// alphabet, are read as the digits that they look like.
    pub fn parse(typed: &str) -> Option<Self> {
        let mut plain = String::with_capacity(LEN);
        for letter in typed.chars() {
            let letter = match letter.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                '-' => continue,
                space if space.is_whitespace() => continue,
                other => other,
            };
            let known = u8::try_from(letter).is_ok_and(|byte| ALPHABET.contains(&byte));
            if !known || plain.len() == LEN {
                return None;
            }
            plain.push(letter);
        }
        (plain.len() == LEN).then(|| Self(Secret::new(plain)))
    }

    /// Returns the code for display, in two groups of four. Each call needs a review.
    pub fn to_groups(&self) -> String {
        let plain = self.0.expose();
        format!("{}-{}", &plain[..LEN / 2], &plain[LEN / 2..])
    }

    /// Returns the hash for the store: HMAC-SHA-256 over the code, with a key that is not in the
    /// database.
    pub fn hash(&self, key: &[u8; 32]) -> TokenHash {
        // RFC 2104 §2: a key shorter than a block is padded with zeros.
        let mut block = [0_u8; 64];
        block[..key.len()].copy_from_slice(key);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(self.0.expose().as_bytes());
        let bytes: [u8; 32] = mac.finalize().into_bytes().into();
        TokenHash::from_array(bytes)
    }
}

#[cfg(test)]
mod tests;
