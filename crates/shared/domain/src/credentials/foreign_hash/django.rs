//! Django's password strings: an algorithm, then its parts, separated by `$`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::bounds::number;
use super::error::{ForeignHashError, Result};
use super::scheme::{self, Bcrypt, BcryptInput, Pbkdf2, Prf, Scheme, Scrypt, Weak, WeakDigest};

/// The maximum length of Django's column in characters.
const LONGEST: usize = 128;

type Reader = fn(&str) -> Result<Scheme>;

/// The algorithms, each with the reader of its parts.
pub(super) const ALGORITHMS: [(&str, Reader); 9] = [
    ("pbkdf2_sha1", |rest| pbkdf2(Prf::Sha1, rest)),
    ("pbkdf2_sha256", |rest| pbkdf2(Prf::Sha256, rest)),
    ("pbkdf2_sha512", |rest| pbkdf2(Prf::Sha512, rest)),
    ("argon2", |rest| scheme::argon2_phc(&format!("${rest}"))),
    ("bcrypt", |rest| Bcrypt::scheme(BcryptInput::Password, rest)),
    ("bcrypt_sha256", |rest| {
        Bcrypt::scheme(BcryptInput::HexSha256, rest)
    }),
    ("scrypt", scrypt),
    ("md5", |rest| weak(WeakDigest::Md5, rest)),
    ("sha1", |rest| weak(WeakDigest::Sha1, rest)),
];

/// Reads a password string of Django 2.2 to 6.1.
pub(super) fn parse(text: &str) -> Result<Scheme> {
    if text.is_empty() || text.starts_with('!') {
        return Err(ForeignHashError::Unusable);
    }
    if text.chars().count() > LONGEST {
        return Err(ForeignHashError::Malformed);
    }
    let Some((algorithm, rest)) = text.split_once('$') else {
        // Very old: MD5 without a salt.
        return Weak::scheme(WeakDigest::Md5, "", text)
            .map_err(|_| ForeignHashError::unsupported(""));
    };
    let mut all = ALGORITHMS.iter();
    match all.find(|(name, _)| *name == algorithm) {
        Some((_, read)) => read(rest),
        None => Err(ForeignHashError::unsupported(algorithm)),
    }
}

/// Splits a text into exactly `N` parts.
fn parts<const N: usize>(text: &str) -> Result<[&str; N]> {
    let parts: Vec<&str> = text.split('$').collect();
    parts.try_into().map_err(|_| ForeignHashError::Malformed)
}

fn bytes(base64: &str) -> Result<Vec<u8>> {
    STANDARD
        .decode(base64)
        .map_err(|_| ForeignHashError::Malformed)
}

fn pbkdf2(prf: Prf, rest: &str) -> Result<Scheme> {
    let [iterations, salt, hash] = parts(rest)?;
    Pbkdf2::scheme(prf, number(iterations)?, salt.into(), bytes(hash)?)
}

fn scrypt(rest: &str) -> Result<Scheme> {
    let [n, salt, r, p, hash] = parts(rest)?;
    let n = number(n)?;
    let log_n = n.is_power_of_two().then(|| n.ilog2());
    let log_n = log_n.and_then(|log| u8::try_from(log).ok());
    let log_n = log_n.ok_or(ForeignHashError::Malformed)?;
    let cost = (log_n, number(r)?, number(p)?);
    Scrypt::scheme(cost, salt.into(), bytes(hash)?)
}

fn weak(digest: WeakDigest, rest: &str) -> Result<Scheme> {
    let [salt, hex] = parts(rest)?;
    Weak::scheme(digest, salt, hex)
}
