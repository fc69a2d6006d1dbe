//! Verification of a typed password.

use hmac::EagerHash;
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::scheme::{Bcrypt, Pbkdf2, Prf, Scheme, Scrypt, hex};
use crate::credentials::password::normal_form::normalize;
use crate::credentials::password::{HashError, HashMemory};

/// Returns true if the password matches: its bytes as typed, otherwise its NFKC form.
pub(super) fn verify(
    scheme: &Scheme,
    password: &str,
    memory: &mut HashMemory,
) -> Result<bool, HashError> {
    if matches(scheme, password.as_bytes(), memory)? {
        return Ok(true);
    }
    let normal = normalize(password);
    if *normal == password {
        return Ok(false);
    }
    matches(scheme, normal.as_bytes(), memory)
}

fn matches(scheme: &Scheme, password: &[u8], memory: &mut HashMemory) -> Result<bool, HashError> {
    match scheme {
        Scheme::Pbkdf2(hash) => Ok(pbkdf2(hash, password)),
        Scheme::Argon2(hash) => hash.matches(password, memory),
        Scheme::Bcrypt(hash) => bcrypt(hash, password),
        Scheme::Scrypt(hash) => scrypt(hash, password),
        Scheme::Weak(hash) => {
            let found = hash.digest.hex(&hash.salt, password);
            Ok(found.as_bytes().ct_eq(hash.hex.as_bytes()).into())
        }
        Scheme::Wrapped(hash) => {
            let found = hash.digest.hex(&hash.salt, password);
            hash.outer.matches(found.as_bytes(), memory)
        }
    }
}

/// Compares the first block, and the whole output only if it matches: blocks are independent, so a
/// wrong password costs one.
fn pbkdf2(hash: &Pbkdf2, password: &[u8]) -> bool {
    let first = hash.output.len().min(hash.prf.block());
    [first, hash.output.len()].into_iter().all(|len| {
        let mut output = Zeroizing::new(vec![0_u8; len]);
        derive(hash.prf, password, &hash.salt, hash.iterations, &mut output);
        output.ct_eq(&hash.output[..len]).into()
    })
}

/// Runs PBKDF2.
pub(super) fn derive(prf: Prf, password: &[u8], salt: &[u8], iterations: u32, output: &mut [u8]) {
    fn run<D: EagerHash>(password: &[u8], salt: &[u8], iterations: u32, output: &mut [u8]) {
        pbkdf2::pbkdf2_hmac::<D>(password, salt, iterations, output);
    }
    match prf {
        Prf::Sha1 => run::<Sha1>(password, salt, iterations, output),
        Prf::Sha256 => run::<Sha256>(password, salt, iterations, output),
        Prf::Sha512 => run::<Sha512>(password, salt, iterations, output),
    }
}

fn bcrypt(hash: &Bcrypt, password: &[u8]) -> Result<bool, HashError> {
    let prehashed = hash.is_prehashed.then(|| hex::<Sha256>(&[password]));
    let input = prehashed.as_ref().map_or(password, |text| text.as_bytes());
    // Only the first 72 bytes count, as where the hash was made.
    bcrypt::verify(input, &hash.text).map_err(|_| HashError::Malformed)
}

fn scrypt(hash: &Scrypt, password: &[u8]) -> Result<bool, HashError> {
    let params = scrypt::Params::new(hash.log_n, hash.r, hash.p);
    let params = params.map_err(|_| HashError::Parameters)?;
    let mut output = Zeroizing::new(vec![0_u8; hash.output.len()]);
    scrypt::scrypt(password, &hash.salt, &params, &mut output)
        .map_err(|_| HashError::Parameters)?;
    Ok(output.ct_eq(&hash.output).into())
}
