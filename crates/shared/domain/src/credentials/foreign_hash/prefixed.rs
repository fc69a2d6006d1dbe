//! Hashes whose text begins with the name of their form: PHC strings, and the forms of passlib, Spring
//! Security, Dovecot and Nextcloud.

use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::bounds::number;
use super::error::{ForeignHashError, Result};
use super::scheme::{self, Bcrypt, BcryptInput, Pbkdf2, Prf, Scheme, Scrypt};
use super::{django, stored};
use crate::prelude::*;

/// The maximum length of a text in bytes.
const LONGEST: usize = 512;

/// Reads the whole text, and the part after the prefix.
type Reader = fn(&str, &str) -> Result<Scheme>;

/// The forms by their prefix, in any case.
pub(super) const FORMS: [(&str, Reader); 29] = [
    // The PHC string format, and passlib where it differs.
    ("$argon2id$", |text, _| scheme::argon2_phc(text)),
    ("$argon2i$", |text, _| scheme::argon2_phc(text)),
    ("$argon2d$", |text, _| scheme::argon2_phc(text)),
    ("$scrypt$", |_, rest| scrypt(rest)),
    ("$pbkdf2$", |_, rest| pbkdf2(Prf::Sha1, rest)),
    ("$pbkdf2-sha1$", |_, rest| pbkdf2(Prf::Sha1, rest)),
    ("$pbkdf2-sha256$", |_, rest| pbkdf2(Prf::Sha256, rest)),
    ("$pbkdf2-sha512$", |_, rest| pbkdf2(Prf::Sha512, rest)),
    ("$2a$", |text, _| bcrypt(text)),
    ("$2b$", |text, _| bcrypt(text)),
    ("$2y$", |text, _| bcrypt(text)),
    ("$bcrypt-sha256$", |_, rest| bcrypt_of_passlib(rest)),
    ("{PBKDF2-SHA256}", |_, rest| pbkdf2(Prf::Sha256, rest)),
    ("{PBKDF2-SHA512}", |_, rest| pbkdf2(Prf::Sha512, rest)),
    // Spring Security's DelegatingPasswordEncoder, and Dovecot.
    ("{bcrypt}", |_, rest| bcrypt(rest)),
    ("{BLF-CRYPT}", |_, rest| bcrypt(rest)),
    ("{CRYPT}", |_, rest| crypt(rest)),
    ("{argon2}", |_, rest| scheme::argon2_phc(rest)),
    ("{argon2@SpringSecurity_v5_8}", |_, rest| {
        scheme::argon2_phc(rest)
    }),
    ("{ARGON2I}", |_, rest| scheme::argon2_phc(rest)),
    ("{ARGON2ID}", |_, rest| scheme::argon2_phc(rest)),
    ("{pbkdf2}", |_, rest| labelled_pbkdf2(rest)),
    ("{pbkdf2@SpringSecurity_v5_8}", |_, rest| {
        pbkdf2_of_spring((Prf::Sha256, 310_000, 16), rest)
    }),
    ("{scrypt}", |_, rest| scrypt_of_spring(rest)),
    ("{scrypt@SpringSecurity_v5_8}", |_, rest| {
        scrypt_of_spring(rest)
    }),
    // Nextcloud.
    ("1|", |_, rest| crypt(rest)),
    ("2|", |_, rest| crypt(rest)),
    ("3|", |_, rest| crypt(rest)),
    // An export of Doorward.
    (stored::PREFIX, |text, _| stored::parse(text)),
];

/// Other forms, by the name in `$name$`.
const UNSUPPORTED: [(&str, &str); 7] = [
    ("1", "md5-crypt"),
    ("5", "sha256-crypt"),
    ("6", "sha512-crypt"),
    ("y", "yescrypt"),
    ("P", "phpass"),
    ("H", "phpass"),
    ("2x", "a defective bcrypt"),
];

pub(super) fn parse(text: &str) -> Result<Scheme> {
    if text.len() > LONGEST {
        return Err(ForeignHashError::Malformed);
    }
    let rest_of = |prefix: &str| {
        let (head, rest) = text.split_at_checked(prefix.len())?;
        head.eq_ignore_ascii_case(prefix).then_some(rest)
    };
    let mut forms = FORMS.iter();
    let found = forms.find_map(|(prefix, read)| Some((read, rest_of(prefix)?)));
    if let Some((read, rest)) = found {
        return read(text, rest);
    }
    if let Some((label, _)) = text.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        return Err(ForeignHashError::unsupported(label));
    }
    if let Some((name, _)) = text.strip_prefix('$').and_then(|rest| rest.split_once('$')) {
        let known = UNSUPPORTED.iter().find(|(one, _)| *one == name);
        return Err(match known {
            Some((_, name)) => ForeignHashError::Unsupported((*name).to_owned()),
            None => ForeignHashError::unsupported(name),
        });
    }
    django::parse(text)
}

fn parts<const N: usize>(text: &str) -> Result<[&str; N]> {
    let parts: Vec<&str> = text.split('$').collect();
    parts.try_into().map_err(|_| ForeignHashError::Malformed)
}

/// Reads base64 with or without padding. Passlib writes `.` for `+`.
fn bytes(text: &str) -> Result<Vec<u8>> {
    STANDARD_NO_PAD
        .decode(text.trim_end_matches('=').replace('.', "+"))
        .map_err(|_| ForeignHashError::Malformed)
}

fn bytes_of_hex(text: &str) -> Result<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(ForeignHashError::Malformed);
    }
    let pairs = (0..text.len()).step_by(2).map(|at| &text[at..at + 2]);
    pairs
        .map(|pair| u8::from_str_radix(pair, 16).map_err(|_| ForeignHashError::Malformed))
        .collect()
}

fn bcrypt(text: &str) -> Result<Scheme> {
    Bcrypt::scheme(BcryptInput::Password, text)
}

/// Reads a text of crypt(3), of whose forms bcrypt is supported.
fn crypt(text: &str) -> Result<Scheme> {
    if text.starts_with('$') && !text.starts_with(stored::PREFIX) {
        return parse(text);
    }
    Err(ForeignHashError::unsupported("crypt"))
}

/// Reads `v=2,t=2b,r=12$salt$hash`, or `2b,12$salt$hash` of passlib before 1.7.3.
fn bcrypt_of_passlib(rest: &str) -> Result<Scheme> {
    let [params, salt, hash] = parts(rest)?;
    let params: Vec<&str> = params.split(',').collect();
    let (input, version, cost) = match params.as_slice() {
        ["v=2", version, cost] => {
            let (version, cost) = (version.strip_prefix("t="), cost.strip_prefix("r="));
            (BcryptInput::Base64Hmac, version, cost)
        }
        [version, cost] => (BcryptInput::Base64Sha256, Some(*version), Some(*cost)),
        _ => return Err(ForeignHashError::Malformed),
    };
    let (Some(version), Some(cost)) = (version, cost) else {
        return Err(ForeignHashError::Malformed);
    };
    let cost = number(cost)?;
    Bcrypt::scheme(input, &format!("${version}${cost:02}${salt}{hash}"))
}

/// Reads `i=1000,l=32$salt$hash` (PHC), or `1000$salt$hash` (passlib).
fn pbkdf2(prf: Prf, rest: &str) -> Result<Scheme> {
    let [params, salt, hash] = parts(rest)?;
    let (mut iterations, mut len) = (params, None);
    if params.contains('=') {
        let (first, second) = match params.split_once(',') {
            Some((first, second)) => (first, Some(second)),
            None => (params, None),
        };
        iterations = first
            .strip_prefix("i=")
            .ok_or(ForeignHashError::Malformed)?;
        len = match second.map(|second| second.strip_prefix("l=")) {
            Some(Some(len)) => Some(number(len)?),
            Some(None) => return Err(ForeignHashError::Malformed),
            None => None,
        };
    }
    let hash = bytes(hash)?;
    if len.is_some_and(|len| usize::try_from(len) != Ok(hash.len())) {
        return Err(ForeignHashError::Malformed);
    }
    Pbkdf2::scheme(prf, number(iterations)?, bytes(salt)?, hash)
}

/// Reads the label that three programs use: Dovecot (`$1$salt$rounds$hex`), Spring Security (hexadecimal
/// digits) and passlib.
fn labelled_pbkdf2(rest: &str) -> Result<Scheme> {
    if let Some(rest) = rest.strip_prefix("$1$") {
        let [salt, rounds, hash] = parts(rest)?;
        return Pbkdf2::scheme(Prf::Sha1, number(rounds)?, salt.into(), bytes_of_hex(hash)?);
    }
    if rest.contains('$') {
        return pbkdf2(Prf::Sha1, rest);
    }
    pbkdf2_of_spring((Prf::Sha1, 185_000, 8), rest)
}

/// Reads salt and hash in hexadecimal digits, with the defaults of Spring Security.
fn pbkdf2_of_spring((prf, iterations, salt_len): (Prf, u32, usize), text: &str) -> Result<Scheme> {
    let whole = bytes_of_hex(text)?;
    let parts = whole.split_at_checked(salt_len);
    let (salt, hash) = parts.ok_or(ForeignHashError::Malformed)?;
    Pbkdf2::scheme(prf, iterations, salt.to_vec(), hash.to_vec())
}

/// Reads `ln=16,r=8,p=1$salt$hash`.
fn scrypt(rest: &str) -> Result<Scheme> {
    let [params, salt, hash] = parts(rest)?;
    let params: Vec<&str> = params.split(',').collect();
    let [log_n, r, p] = params.as_slice() else {
        return Err(ForeignHashError::Malformed);
    };
    let value = |text: &str, name: &str| {
        let text = text.strip_prefix(name).ok_or(ForeignHashError::Malformed)?;
        number(text)
    };
    let log_n = u8::try_from(value(log_n, "ln=")?).map_err(|_| ForeignHashError::TooExpensive)?;
    let cost = (log_n, value(r, "r=")?, value(p, "p=")?);
    Scrypt::scheme(cost, bytes(salt)?, bytes(hash)?)
}

/// Reads `$e0801$salt$hash`: the logarithm of N, r and p in hexadecimal digits, the last two in one byte
/// each.
fn scrypt_of_spring(rest: &str) -> Result<Scheme> {
    let rest = rest.strip_prefix('$').ok_or(ForeignHashError::Malformed)?;
    let [params, salt, hash] = parts(rest)?;
    let params = u32::from_str_radix(params, 16).map_err(|_| ForeignHashError::Malformed)?;
    let [_, log_n, r, p] = params.to_be_bytes();
    Scrypt::scheme((log_n, r.into(), p.into()), bytes(salt)?, bytes(hash)?)
}
