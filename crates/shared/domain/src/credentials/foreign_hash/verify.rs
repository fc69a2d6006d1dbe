//! Verification of a typed password.

use hmac::{Hmac, KeyInit as _, Mac as _};
use openssl::hash::MessageDigest;
use openssl::pkcs5;
use openssl::symm::{Cipher, encrypt};
use subtle::ConstantTimeEq as _;

use super::scheme::{Bcrypt, BcryptInput, Pbkdf2, Prf, Scheme, Scrypt, hex};
use crate::credentials::password::normal_form::normalize;
use crate::credentials::password::{HashError, HashMemory};
use crate::prelude::*;

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
        Scheme::Pbkdf2(hash) => pbkdf2(hash, password),
        Scheme::Argon2(hash) => hash.matches(password, memory),
        Scheme::Bcrypt(hash) => bcrypt(hash, password),
        Scheme::Scrypt(hash) => scrypt(hash, password),
        Scheme::Firebase(hash) => firebase(hash, password),
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
fn pbkdf2(hash: &Pbkdf2, password: &[u8]) -> Result<bool, HashError> {
    let first = hash.output.len().min(hash.prf.block());
    for len in [first, hash.output.len()] {
        let mut output = Zeroizing::new(vec![0_u8; len]);
        derive(hash.prf, password, &hash.salt, hash.iterations, &mut output)?;
        if !bool::from(output.ct_eq(&hash.output[..len])) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Runs PBKDF2 of OpenSSL, which uses the processor's instructions for SHA.
pub(super) fn derive(
    prf: Prf,
    password: &[u8],
    salt: &[u8],
    iterations: u32,
    output: &mut [u8],
) -> Result<(), HashError> {
    let digest = match prf {
        Prf::Sha1 => MessageDigest::sha1(),
        Prf::Sha256 => MessageDigest::sha256(),
        Prf::Sha512 => MessageDigest::sha512(),
    };
    let iterations = usize::try_from(iterations).map_err(|_| HashError::Parameters)?;
    pkcs5::pbkdf2_hmac(password, salt, iterations, digest, output)
        .map_err(|_| HashError::Parameters)
}

fn bcrypt(hash: &Bcrypt, password: &[u8]) -> Result<bool, HashError> {
    let digest = match hash.input {
        BcryptInput::Password => None,
        BcryptInput::HexSha256 => Some(hex::<Sha256>(&[password])),
        BcryptInput::Base64Sha256 => {
            let digest = Zeroizing::new(<[u8; 32]>::from(Sha256::digest(password)));
            Some(Zeroizing::new(STANDARD.encode(*digest)))
        }
        BcryptInput::Base64Hmac => {
            let salt = hash.text.get(7..29).ok_or(HashError::Malformed)?;
            let keyed = Hmac::<Sha256>::new_from_slice(salt.as_bytes());
            let keyed = keyed.map_err(|_| HashError::Malformed)?;
            let digest = keyed.chain_update(password).finalize().into_bytes();
            Some(Zeroizing::new(STANDARD.encode(digest)))
        }
    };
    let input = digest.as_ref().map_or(password, |text| text.as_bytes());
    // Only the first 72 bytes count, as where the hash was made.
    bcrypt::verify(input, &hash.text).map_err(|_| HashError::Malformed)
}

fn scrypt(hash: &Scrypt, password: &[u8]) -> Result<bool, HashError> {
    let output = derive_scrypt(hash, password, hash.output.len())?;
    Ok(output.ct_eq(&hash.output).into())
}

/// Compares the key stream with which Firebase encrypts the signer key of the project.
fn firebase(hash: &Scrypt, password: &[u8]) -> Result<bool, HashError> {
    let key = derive_scrypt(hash, password, 32)?;
    let zeros = vec![0_u8; hash.output.len()];
    let stream = encrypt(Cipher::aes_256_ctr(), &key, Some(&[0; 16]), &zeros);
    let stream = Zeroizing::new(stream.map_err(|_| HashError::Parameters)?);
    Ok(stream.ct_eq(&hash.output).into())
}

fn derive_scrypt(
    hash: &Scrypt,
    password: &[u8],
    len: usize,
) -> Result<Zeroizing<Vec<u8>>, HashError> {
    let mut output = Zeroizing::new(vec![0_u8; len]);
    let (n, r, p) = (1 << hash.log_n, u64::from(hash.r), u64::from(hash.p));
    // `bounds::scrypt` has limited the cost, so OpenSSL's own limit on memory may be higher.
    pkcs5::scrypt(password, &hash.salt, n, r, p, u64::MAX, &mut output)
        .map_err(|_| HashError::Parameters)?;
    Ok(output)
}
