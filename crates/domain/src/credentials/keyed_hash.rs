//! Hashes of credentials for the store, with a key that is not in the database.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::secret::TokenHash;

/// Returns the HMAC-SHA-256 over these parts.
pub(super) fn keyed_hash(key: &[u8; 32], parts: &[&[u8]]) -> TokenHash {
    // RFC 2104 §2: a key shorter than a block is padded with zeros.
    let mut block = [0_u8; 64];
    block[..key.len()].copy_from_slice(key);
    let mut mac = Hmac::<Sha256>::new(&block.into());
    for part in parts {
        mac.update(part);
    }
    let bytes: [u8; 32] = mac.finalize().into_bytes().into();
    TokenHash::from_array(bytes)
}
