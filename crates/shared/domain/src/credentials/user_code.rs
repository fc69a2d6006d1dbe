//! User codes: shown by a device and typed by the user (RFC 8628 §6.1).

use std::fmt;

use rand_core::CryptoRng;

use super::typed_code;

/// The number of characters of a code: 20^8 codes, of which a session may try five.
const LEN: usize = 8;
/// The alphabet: only consonants, so that codes spell no words, and none that look alike or like a
/// digit (RFC 8628 §6.1).
const ALPHABET: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";

/// A user code. `Display` groups it: `WDJB-MJHT`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct UserCode(String);

impl UserCode {
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        Self(typed_code::generate::<LEN, R>(ALPHABET, LEN, rng))
    }

    /// Reads a typed code, ignoring case, spaces and dashes of any kind.
    pub fn parse(typed: &str) -> Option<Self> {
        let mut plain = String::with_capacity(LEN);
        for letter in typed_code::characters(typed) {
            let letter = letter.to_ascii_uppercase();
            let known = u8::try_from(letter).is_ok_and(|byte| ALPHABET.contains(&byte));
            if !known || plain.len() == LEN {
                return None;
            }
            plain.push(letter);
        }
        (plain.len() == LEN).then_some(Self(plain))
    }

    /// Returns the characters without a dash, as stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, second) = self.0.split_at(LEN / 2);
        write!(f, "{first}-{second}")
    }
}

#[cfg(test)]
mod tests;
