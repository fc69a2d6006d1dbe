//! The code of a sign-in that is mailed: typed in the browser that asked for it.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use rand_core::CryptoRng;
use sha2::Sha256;

use crate::model::AttemptId;
use crate::secret::{Secret, TokenHash};

/// Digits of a code. Eight carry 26 bits; six would carry less than the 20 that RC-7 asks for.
const LEN: usize = 8;

/// A mailed code.
#[derive(Clone)]
pub struct EmailCode(Secret<String>);

impl fmt::Debug for EmailCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailCode(…)")
    }
}

impl EmailCode {
    /// Draws a new code.
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        let mut digits = String::with_capacity(LEN);
        while digits.len() < LEN {
            let mut bytes = [0_u8; LEN];
            rng.fill_bytes(&mut bytes);
            // 250 is a multiple of ten: every digit is as likely as any other.
            let fair = bytes.iter().filter(|byte| **byte < 250);
            let drawn = fair.map(|byte| char::from(b'0' + byte % 10));
            digits.extend(drawn.take(LEN - digits.len()));
        }
        Self(Secret::new(digits))
    }

    /// Reads a typed code; spaces and hyphens do not matter.
    pub fn parse(typed: &str) -> Option<Self> {
        let plain: String = typed
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .collect();
        let good = plain.len() == LEN && plain.bytes().all(|b| b.is_ascii_digit());
        good.then(|| Self(Secret::new(plain)))
    }

    /// The code as it is mailed, in two groups of four. Each call is a place to review.
    pub fn to_groups(&self) -> String {
        let plain = self.0.expose();
        format!("{} {}", &plain[..LEN / 2], &plain[LEN / 2..])
    }

    /// What the store keeps: HMAC-SHA-256 by a key that the database does not hold, over the sign-in
    /// and the code, so that a code means nothing in any other sign-in.
    pub fn hash(&self, key: &[u8; 32], attempt: &AttemptId) -> TokenHash {
        // RFC 2104 §2: a key shorter than a block is filled up with zeros.
        let mut block = [0_u8; 64];
        block[..key.len()].copy_from_slice(key);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(attempt.as_str().as_bytes());
        mac.update(self.0.expose().as_bytes());
        let bytes: [u8; 32] = mac.finalize().into_bytes().into();
        TokenHash::from_array(bytes)
    }
}

#[cfg(test)]
mod tests;
