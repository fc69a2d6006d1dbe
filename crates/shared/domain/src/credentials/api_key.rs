//! API keys as text: `dw_`, the key's id, a secret and a checksum, all in base 62.

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::keyed_hash::keyed_hash;
use super::typed_code;
use crate::model::ApiKeyId;
use crate::model::api_key::PREFIX;
use crate::secret::{Secret, TokenHash};

/// The regular expression that matches API keys, for secret scanners.
pub const PATTERN: &str = r"\bdw_[0-9A-Za-z]{48}\b";
/// The number of characters of the secret; 30 in base 62 carry 178 bits; at least 160 are required.
const SECRET_LEN: usize = 30;
/// The number of characters of the checksum; 6 in base 62 hold the 32 bits of a CRC-32.
const CHECK_LEN: usize = 6;
pub const LEN: usize = PREFIX.len() + ApiKeyId::LEN + SECRET_LEN + CHECK_LEN;

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A presented API key. Only the store knows whether it was issued.
#[derive(Clone)]
pub struct ApiKeyToken(Secret<String>);

redacted!(ApiKeyToken);

impl ApiKeyToken {
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        let letters = ApiKeyId::LEN + SECRET_LEN;
        let letters = Zeroizing::new(typed_code::generate::<64, R>(BASE62, letters, rng));
        let mut text = String::with_capacity(LEN);
        text.push_str(PREFIX);
        text.push_str(&letters);
        let check = checksum(&text);
        text.extend(check.map(char::from));
        Self(Secret::new(text))
    }

    /// Reads a presented key; returns `None` unless form and checksum are valid. So a typing error,
    /// a part of a key or any other text is rejected before a lookup.
    pub fn parse(text: &str) -> Option<Self> {
        let body = text.strip_prefix(PREFIX)?;
        if text.len() != LEN || !body.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return None;
        }
        let (content, check) = text.split_at(LEN - CHECK_LEN);
        (check.as_bytes() == checksum(content)).then(|| Self(Secret::from(text)))
    }

    /// Returns true if the text was meant to be a key, well formed or not.
    pub fn resembles(text: &str) -> bool {
        text.starts_with(PREFIX)
    }

    /// Returns the id, which is not a secret.
    #[expect(
        clippy::expect_used,
        reason = "both constructors put a valid id between prefix and secret"
    )]
    pub fn id(&self) -> ApiKeyId {
        let text = self.0.expose();
        ApiKeyId::parse(&text[PREFIX.len()..PREFIX.len() + ApiKeyId::LEN]).expect("an id")
    }

    /// Returns the hash for the store: HMAC-SHA-256 over the whole text, with a key that is not in
    /// the database.
    pub fn hash(&self, key: &[u8; 32]) -> TokenHash {
        keyed_hash(key, &[self.0.expose().as_bytes()])
    }

    /// Returns the text, for the one response that carries it.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// Computes the CRC-32 of the text before it. It detects every error in a single character, but is
/// no protection against forgery.
fn checksum(content: &str) -> [u8; CHECK_LEN] {
    let mut rest = u64::from(crc32fast::hash(content.as_bytes()));
    let mut letters = [b'0'; CHECK_LEN];
    for letter in letters.iter_mut().rev() {
        let digit = usize::try_from(rest % 62).unwrap_or_default();
        *letter = BASE62[digit];
        rest /= 62;
    }
    letters
}

#[cfg(test)]
mod tests;
