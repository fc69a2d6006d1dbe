//! The limits of foreign hashes, at import and at each verification: a hash in an import file or an
//! injected row must not exhaust the server.

use super::error::{ForeignHashError, Result};
use crate::credentials::password::HashParams;

/// The maximum of PBKDF2 iterations times blocks of output.
const PBKDF2_WORK: u64 = 6_000_000;
/// The maximum memory of scrypt in bytes (128 N r).
const SCRYPT_BYTES: u64 = 64 * 1024 * 1024;
/// The maximum `p` of scrypt.
const SCRYPT_LANES: u32 = 16;
const ARGON2: HashParams = HashParams {
    m: 128 * 1024,
    t: 10,
    p: 16,
};

pub(super) fn salt(salt: &[u8]) -> Result<()> {
    if (1..=64).contains(&salt.len()) {
        Ok(())
    } else {
        Err(ForeignHashError::Malformed)
    }
}

pub(super) fn output(output: &[u8]) -> Result<()> {
    if (16..=64).contains(&output.len()) {
        Ok(())
    } else {
        Err(ForeignHashError::Malformed)
    }
}

pub(super) fn pbkdf2(iterations: u32, blocks: usize) -> Result<()> {
    let blocks = u64::try_from(blocks).unwrap_or(u64::MAX);
    let work = u64::from(iterations).saturating_mul(blocks);
    match iterations {
        0 => Err(ForeignHashError::Malformed),
        _ if work > PBKDF2_WORK => Err(ForeignHashError::TooExpensive),
        _ => Ok(()),
    }
}

pub(super) const fn argon2(params: HashParams) -> Result<()> {
    if params.m > ARGON2.m || params.t > ARGON2.t || params.p > ARGON2.p {
        Err(ForeignHashError::TooExpensive)
    } else {
        Ok(())
    }
}

pub(super) fn scrypt(log_n: u8, r: u32, p: u32) -> Result<()> {
    // RFC 7914 §2: N is less than 2^(16 r). OpenSSL refuses others.
    if log_n == 0 || p == 0 || u32::from(log_n) >= r.saturating_mul(16) {
        return Err(ForeignHashError::Malformed);
    }
    let n = 1_u64.checked_shl(u32::from(log_n)).unwrap_or(u64::MAX);
    let bytes = n.saturating_mul(u64::from(r)).saturating_mul(128);
    if bytes > SCRYPT_BYTES || p > SCRYPT_LANES {
        return Err(ForeignHashError::TooExpensive);
    }
    Ok(())
}

pub(super) const fn bcrypt(cost: u8) -> Result<()> {
    match cost {
        0..=3 => Err(ForeignHashError::Malformed),
        4..=14 => Ok(()),
        _ => Err(ForeignHashError::TooExpensive),
    }
}

/// Reads a number without a sign and without leading zeros.
pub(super) fn number(text: &str) -> Result<u32> {
    let is_plain =
        text.bytes().all(|b| b.is_ascii_digit()) && !(text.len() > 1 && text.starts_with('0'));
    match (is_plain && !text.is_empty(), text.parse()) {
        (true, Ok(number)) => Ok(number),
        // Only digits, but too many.
        (true, Err(_)) => Err(ForeignHashError::TooExpensive),
        (false, _) => Err(ForeignHashError::Malformed),
    }
}
