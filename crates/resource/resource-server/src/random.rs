//! Random bytes of the operating system; a failure is an error, never a weaker value.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::rngs::{StdRng, SysRng};
use rand::{SeedableRng as _, TryRng as _};

#[derive(Debug, thiserror::Error)]
#[error("the operating system gave no randomness")]
pub struct NoRandomness;

pub(crate) fn bytes() -> Result<[u8; 32], NoRandomness> {
    let mut bytes = [0; 32];
    SysRng
        .try_fill_bytes(&mut bytes)
        .map_err(|_| NoRandomness)?;
    Ok(bytes)
}

/// Returns a generator for IDs that need not be secret.
pub(crate) fn generator() -> Result<StdRng, NoRandomness> {
    bytes().map(StdRng::from_seed)
}

/// Returns 256 random bits as 43 characters of base64url.
pub(crate) fn token() -> Result<String, NoRandomness> {
    bytes().map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
}
