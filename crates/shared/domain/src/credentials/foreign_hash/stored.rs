//! The text in the store: `$foreign1$`, the algorithm, its parameters, the salt and the hash,
//! separated by `$`. The part before the salt is the form, equal for hashes of the same cost.

use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::bounds::number;
use super::error::{ForeignHashError, Result};
use super::scheme::{self, Bcrypt, BcryptInput, Pbkdf2, Prf, Scheme, Scrypt, WeakDigest, Wrapped};
use crate::credentials::password::HashParams;
use crate::credentials::password::argon::Stored;
use crate::prelude::*;

/// The begin of every text, with the version of the form.
pub(super) const PREFIX: &str = "$foreign1$";

/// Returns the text; `None` for a weak hash.
pub(super) fn write(scheme: &Scheme) -> Option<String> {
    let name = scheme.algorithm();
    let (params, rest) = match scheme {
        Scheme::Pbkdf2(hash) => (
            format!("i={}", hash.iterations),
            join(&hash.salt, &hash.output),
        ),
        Scheme::Argon2(hash) => (
            format!(
                "v={},{}",
                u32::from(hash.version),
                argon2_params(hash.params)
            ),
            join(&hash.salt, hash.output.as_bytes()),
        ),
        Scheme::Bcrypt(hash) => {
            let (version, rest) = (hash.text.get(1..3)?, hash.text.get(7..)?);
            (format!("v={version},c={}", hash.cost), rest.to_owned())
        }
        Scheme::Scrypt(hash) | Scheme::Firebase(hash) => (
            format!("ln={},r={},p={}", hash.log_n, hash.r, hash.p),
            join(&hash.salt, &hash.output),
        ),
        Scheme::Weak(_) => return None,
        Scheme::Wrapped(hash) => {
            let outer = join(&hash.outer.salt, hash.outer.output.as_bytes());
            let salt = STANDARD_NO_PAD.encode(&hash.salt);
            (argon2_params(hash.outer.params), format!("{salt}${outer}"))
        }
    };
    Some(format!("{PREFIX}{name}${params}${rest}"))
}

fn join(salt: &[u8], hash: &[u8]) -> String {
    let [salt, hash] = [salt, hash].map(|bytes| STANDARD_NO_PAD.encode(bytes));
    format!("{salt}${hash}")
}

fn argon2_params(params: HashParams) -> String {
    format!("m={},t={},p={}", params.m, params.t, params.p)
}

/// Returns the part of a text before the salt, with the final `$`.
pub(super) fn form_of(text: &str) -> Option<&str> {
    let rest = text.strip_prefix(PREFIX)?;
    let (name, rest) = rest.split_once('$')?;
    let (params, _) = rest.split_once('$')?;
    text.get(..PREFIX.len() + name.len() + params.len() + 2)
}

/// Returns a text of this form that no password matches.
pub(super) fn fill(form: &str) -> Result<String> {
    let rest = form.strip_prefix(PREFIX).and_then(|r| r.split_once('$'));
    let (name, _) = rest.ok_or(ForeignHashError::Malformed)?;
    // Zeros: finding a password with this hash takes 2^184 tries or more.
    let rest = match name {
        name if bcrypt_input(name).is_some() => ".".repeat(53),
        "md5" | "sha1" => format!("{}${}", zeros(16), join(&[0; 16], &[0; 32])),
        _ => join(&[0; 16], &[0; 32]),
    };
    Ok(format!("{form}{rest}"))
}

fn zeros(count: usize) -> String {
    STANDARD_NO_PAD.encode(vec![0; count])
}

pub(super) fn parse(text: &str) -> Result<Scheme> {
    let damaged = ForeignHashError::Malformed;
    let rest = text.strip_prefix(PREFIX).ok_or(damaged)?;
    let parts: Vec<&str> = rest.split('$').collect();
    let [name, params, tail @ ..] = parts.as_slice() else {
        return Err(ForeignHashError::Malformed);
    };
    match (*name, tail) {
        ("pbkdf2-sha1", [salt, hash]) => pbkdf2(Prf::Sha1, params, salt, hash),
        ("pbkdf2-sha256", [salt, hash]) => pbkdf2(Prf::Sha256, params, salt, hash),
        ("pbkdf2-sha512", [salt, hash]) => pbkdf2(Prf::Sha512, params, salt, hash),
        ("argon2d", [salt, hash]) => argon2(Algorithm::Argon2d, params, salt, hash),
        ("argon2i", [salt, hash]) => argon2(Algorithm::Argon2i, params, salt, hash),
        ("argon2id", [salt, hash]) => argon2(Algorithm::Argon2id, params, salt, hash),
        ("scrypt", [salt, hash]) => scrypt(params, salt, hash),
        ("scrypt-firebase", [salt, hash]) => scrypt(params, salt, hash)?.into_firebase(),
        ("md5", [inner, salt, hash]) => wrapped(WeakDigest::Md5, params, inner, (salt, hash)),
        ("sha1", [inner, salt, hash]) => wrapped(WeakDigest::Sha1, params, inner, (salt, hash)),
        (other, [hash]) => match bcrypt_input(other) {
            Some(input) => bcrypt(input, params, hash),
            None => Err(ForeignHashError::unsupported(other)),
        },
        (other, _) => Err(ForeignHashError::unsupported(other)),
    }
}

fn bcrypt_input(name: &str) -> Option<BcryptInput> {
    let mut all = BcryptInput::ALL.into_iter();
    all.find(|input| input.name() == name)
}

/// Reads the values of parameters with these names in this order.
fn values<'a, const N: usize>(params: &'a str, names: [&str; N]) -> Result<[&'a str; N]> {
    let mut found = [""; N];
    let mut rest = params.split(',');
    for (value, name) in found.iter_mut().zip(names) {
        let pair = rest.next().and_then(|pair| pair.split_once('='));
        match pair {
            Some((key, text)) if key == name => *value = text,
            _ => return Err(ForeignHashError::Malformed),
        }
    }
    match rest.next() {
        None => Ok(found),
        Some(_) => Err(ForeignHashError::Malformed),
    }
}

fn bytes(base64: &str) -> Result<Vec<u8>> {
    STANDARD_NO_PAD
        .decode(base64)
        .map_err(|_| ForeignHashError::Malformed)
}

fn small(text: &str) -> Result<u8> {
    u8::try_from(number(text)?).map_err(|_| ForeignHashError::TooExpensive)
}

fn pbkdf2(prf: Prf, params: &str, salt: &str, hash: &str) -> Result<Scheme> {
    let [iterations] = values(params, ["i"])?;
    Pbkdf2::scheme(prf, number(iterations)?, bytes(salt)?, bytes(hash)?)
}

fn argon2(algorithm: Algorithm, params: &str, salt: &str, hash: &str) -> Result<Scheme> {
    let [version, m, t, p] = values(params, ["v", "m", "t", "p"])?;
    let version = Version::try_from(number(version)?);
    let version = version.map_err(|_| ForeignHashError::Malformed)?;
    let params = read_params(m, t, p)?;
    scheme::argon2((algorithm, version), params, &bytes(salt)?, &bytes(hash)?)
}

fn read_params(m: &str, t: &str, p: &str) -> Result<HashParams> {
    Ok(HashParams {
        m: number(m)?,
        t: number(t)?,
        p: number(p)?,
    })
}

fn bcrypt(input: BcryptInput, params: &str, hash: &str) -> Result<Scheme> {
    let [version, cost] = values(params, ["v", "c"])?;
    let cost = small(cost)?;
    Bcrypt::scheme(input, &format!("${version}${cost:02}${hash}"))
}

fn scrypt(params: &str, salt: &str, hash: &str) -> Result<Scheme> {
    let [log_n, r, p] = values(params, ["ln", "r", "p"])?;
    let cost = (small(log_n)?, number(r)?, number(p)?);
    Scrypt::scheme(cost, bytes(salt)?, bytes(hash)?)
}

fn wrapped(
    digest: WeakDigest,
    params: &str,
    inner: &str,
    (salt, hash): (&str, &str),
) -> Result<Scheme> {
    let [m, t, p] = values(params, ["m", "t", "p"])?;
    let (salt, output) = (bytes(salt)?, bytes(hash)?);
    let (Ok(salt), Ok(output)) = (Salt::new(&salt), Output::new(&output)) else {
        return Err(ForeignHashError::Malformed);
    };
    let outer = Stored {
        algorithm: Algorithm::Argon2id,
        version: Version::V0x13,
        params: read_params(m, t, p)?,
        salt,
        output,
    };
    Wrapped::restore(digest, bytes(inner)?, outer)
}
