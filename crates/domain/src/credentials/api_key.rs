//! API keys as texts: `dw_`, the key's id, a secret and a checksum, all in base 62.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use rand_core::CryptoRng;
use sha2::Sha256;

use crate::model::ApiKeyId;
use crate::model::api_key::PREFIX;
use crate::secret::{Secret, TokenHash};

/// The regular expression that finds keys in texts, for secret scanners.
pub const PATTERN: &str = r"\bdw_[0-9A-Za-z]{48}\b";
/// Letters of the secret; 30 of base 62 carry 178 bits (KM-5: at least 160).
const SECRET_LEN: usize = 30;
/// Letters of the checksum; 6 of base 62 hold the 32 bits of a CRC-32.
const CHECK_LEN: usize = 6;
/// Letters of a whole key.
pub const LEN: usize = PREFIX.len() + ApiKeyId::LEN + SECRET_LEN + CHECK_LEN;

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A key as its holder has it. Whether anybody issued it, only the store knows.
#[derive(Clone)]
pub struct ApiKeyToken(Secret<String>);

impl fmt::Debug for ApiKeyToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyText(…)")
    }
}

impl ApiKeyToken {
    /// Draws a new key with a new id.
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        let mut text = String::with_capacity(LEN);
        text.push_str(PREFIX);
        while text.len() < LEN - CHECK_LEN {
            let mut bytes = [0_u8; 64];
            rng.fill_bytes(&mut bytes);
            // 248 is the greatest multiple of 62 in a byte: every letter is as likely as any other.
            let letters = bytes.iter().filter(|byte| **byte < 248);
            for byte in letters.take(LEN - CHECK_LEN - text.len()) {
                text.push(char::from(BASE62[usize::from(byte % 62)]));
            }
        }
        let check = checksum(&text);
        text.extend(check.map(char::from));
        Self(Secret::new(text))
    }

    /// Reads a presented key; none unless it has the form and the checksum of one, so that a typing
    /// mistake, a part of a key or any other text is refused before anything is looked up (KM-3).
    pub fn parse(text: &str) -> Option<Self> {
        let body = text.strip_prefix(PREFIX)?;
        if text.len() != LEN || !body.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return None;
        }
        let (content, check) = text.split_at(LEN - CHECK_LEN);
        (check.as_bytes() == checksum(content)).then(|| Self(Secret::from(text)))
    }

    /// Whether a text was meant to be a key, well formed or not.
    pub fn resembles(text: &str) -> bool {
        text.starts_with(PREFIX)
    }

    /// The id, which is not secret.
    #[expect(
        clippy::expect_used,
        reason = "both constructors make the letters between prefix and secret an id"
    )]
    pub fn id(&self) -> ApiKeyId {
        let text = self.0.expose();
        ApiKeyId::parse(&text[PREFIX.len()..PREFIX.len() + ApiKeyId::LEN]).expect("an id")
    }

    /// What the store keeps: HMAC-SHA-256 by a key that the database does not hold (KM-5), over the
    /// whole text.
    pub fn hash(&self, key: &[u8; 32]) -> TokenHash {
        // RFC 2104 §2: a key shorter than a block is filled up with zeros.
        let mut block = [0_u8; 64];
        block[..key.len()].copy_from_slice(key);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(self.0.expose().as_bytes());
        let bytes: [u8; 32] = mac.finalize().into_bytes().into();
        TokenHash::from_array(bytes)
    }

    /// The text, for the one answer that carries it.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// The CRC-32 of what stands before it. It finds every mistake in a single letter; it is no
/// protection against anybody who can count.
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
