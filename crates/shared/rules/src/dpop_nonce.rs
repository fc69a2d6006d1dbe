//! Nonces for DPoP proofs (RFC 9449 §8). They are derived from the secret key and the time, so that
//! all replicas agree without storing any.

use hmac::Hmac;
use sha2::Sha256;

use crate::prelude::*;

/// The time for which a nonce is the current one, in seconds; it is accepted for the same time
/// again.
pub const PERIOD: i64 = 120;

pub fn current(key: &[u8; 32], now: UnixSeconds) -> String {
    let tag = mac(key, now.div_euclid(PERIOD)).finalize().into_bytes();
    URL_SAFE_NO_PAD.encode(tag)
}

/// Returns true if a nonce is the current one or the one before it.
pub fn is_current(key: &[u8; 32], nonce: &str, now: UnixSeconds) -> bool {
    let Ok(tag) = URL_SAFE_NO_PAD.decode(nonce) else {
        return false;
    };
    let period = now.div_euclid(PERIOD);
    // Constant-time comparison, so that a nonce cannot be guessed byte by byte.
    let is_of = |period| mac(key, period).verify_slice(&tag).is_ok();
    is_of(period) || is_of(period - 1)
}

fn mac(key: &[u8; 32], period: i64) -> Hmac<Sha256> {
    hmac(key).chain_update(period.to_be_bytes())
}

#[cfg(test)]
mod tests;
