//! Keyed hashes (RFC 2104).

use hmac::{Hmac, KeyInit as _};
use sha2::Sha256;

/// Returns the HMAC-SHA-256 with this key, before its input.
pub fn hmac(key: &[u8; 32]) -> Hmac<Sha256> {
    // RFC 2104 §2: a key shorter than a block is padded with zeros.
    let mut block = [0_u8; 64];
    block[..key.len()].copy_from_slice(key);
    Hmac::new(&block.into())
}
