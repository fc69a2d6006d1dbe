//! Keyed hashes (RFC 2104). Those of credentials have a key that is not in the database.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::secret::TokenHash;

/// Returns the HMAC-SHA-256 with this key, before its input.
pub fn hmac(key: &[u8; 32]) -> Hmac<Sha256> {
    // RFC 2104 §2: a key shorter than a block is padded with zeros.
    let mut block = Zeroizing::new([0_u8; 64]);
    block[..key.len()].copy_from_slice(key);
    Hmac::new((&*block).into())
}

/// Returns the HMAC-SHA-256 over these parts.
pub(super) fn keyed_hash(key: &[u8; 32], parts: &[&[u8]]) -> TokenHash {
    let mut mac = hmac(key);
    for part in parts {
        mac.update(part);
    }
    TokenHash::from_array(mac.finalize().into_bytes().into())
}
