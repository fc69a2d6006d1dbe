//! The nonces of DPoP proofs (RFC 9449 §8): they follow from the key of the deployment and the time, so
//! that all replicas agree on them and nobody has to remember any.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::time::UnixSeconds;

/// How long a nonce is the current one, in seconds; for as long again it is still accepted.
pub const PERIOD: i64 = 120;

/// The nonce to use now.
pub fn current(key: &[u8; 32], now: UnixSeconds) -> String {
    let tag = mac(key, now.div_euclid(PERIOD)).finalize().into_bytes();
    URL_SAFE_NO_PAD.encode(tag)
}

/// Whether a nonce is the current one or the one before it.
pub fn is_good(key: &[u8; 32], nonce: &str, now: UnixSeconds) -> bool {
    let Ok(tag) = URL_SAFE_NO_PAD.decode(nonce) else {
        return false;
    };
    let period = now.div_euclid(PERIOD);
    // In constant time each, so that nobody finds one out by trying.
    let is_of = |period| mac(key, period).verify_slice(&tag).is_ok();
    is_of(period) || is_of(period - 1)
}

fn mac(key: &[u8; 32], period: i64) -> Hmac<Sha256> {
    // RFC 2104 §2: a key shorter than a block is filled up with zeros.
    let mut block = [0_u8; 64];
    block[..key.len()].copy_from_slice(key);
    let mut mac = Hmac::<Sha256>::new(&block.into());
    mac.update(&period.to_be_bytes());
    mac
}

#[cfg(test)]
mod tests;
