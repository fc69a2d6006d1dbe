//! Codes for sign-in by e-mail, typed in the browser that requested them.

use rand_core::CryptoRng;

use super::keyed_hash::keyed_hash;
use super::typed_code;
use crate::model::AttemptId;
use crate::secret::{Secret, TokenHash};

/// The number of digits of a code. Eight carry 26 bits; six would carry less than 20, the
/// minimum for a code typed by hand.
const LEN: usize = 8;

#[derive(Clone)]
pub struct EmailCode(Secret<String>);

redacted!(EmailCode);

impl EmailCode {
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        let digits = typed_code::generate::<LEN, R>(b"0123456789", LEN, rng);
        Self(Secret::new(digits))
    }

    /// Reads a typed code, ignoring spaces and dashes, with the digits of any script.
    pub fn parse(typed: &str) -> Option<Self> {
        typed_code::digits(typed, LEN).map(Self)
    }

    /// Returns the code for the message, in two groups of four. Each call needs a review.
    pub fn to_groups(&self) -> String {
        let plain = self.0.expose();
        format!("{} {}", &plain[..LEN / 2], &plain[LEN / 2..])
    }

    /// Returns the hash for the store: HMAC-SHA-256 over the sign-in and the code, with a key that
    /// is not in the database. So a code is useless in any other sign-in.
    pub fn hash(&self, key: &[u8; 32], attempt: &AttemptId) -> TokenHash {
        keyed_hash(
            key,
            &[attempt.as_str().as_bytes(), self.0.expose().as_bytes()],
        )
    }
}

#[cfg(test)]
mod tests;
