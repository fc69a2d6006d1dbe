//! The supported algorithms, each with its parameters, salt and hash.

use std::str::FromStr as _;

use md5::Md5;
use sha1::Sha1;

use super::bounds;
use super::error::{ForeignHashError, Result};
use crate::credentials::password::argon::Stored;
use crate::credentials::password::{self, HashError, HashMemory, HashParams};
use crate::prelude::*;

#[derive(Clone, PartialEq, Eq)]
pub(super) enum Scheme {
    /// PBKDF2 with HMAC.
    Pbkdf2(Pbkdf2),
    /// Argon2d, argon2i or argon2id, of the bytes as typed.
    Argon2(Stored),
    Bcrypt(Bcrypt),
    Scrypt(Scrypt),
    /// Firebase's scrypt: the output is the key stream of AES-256-CTR with the derived key.
    Firebase(Scrypt),
    /// MD5 or SHA-1, once.
    Weak(Weak),
    /// Argon2id of a weak hash.
    Wrapped(Wrapped),
}

impl Scheme {
    pub(super) fn algorithm(&self) -> &'static str {
        match self {
            Self::Pbkdf2(Pbkdf2 { prf, .. }) => prf.name(),
            Self::Argon2(stored) => argon2_name(stored.algorithm),
            Self::Bcrypt(Bcrypt { input, .. }) => input.name(),
            Self::Scrypt(_) => "scrypt",
            Self::Firebase(_) => "scrypt-firebase",
            Self::Weak(Weak { digest, .. }) | Self::Wrapped(Wrapped { digest, .. }) => {
                digest.name()
            }
        }
    }
}

const fn argon2_name(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Argon2d => "argon2d",
        Algorithm::Argon2i => "argon2i",
        Algorithm::Argon2id => "argon2id",
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Prf {
    Sha1,
    Sha256,
    Sha512,
}

impl Prf {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "pbkdf2-sha1",
            Self::Sha256 => "pbkdf2-sha256",
            Self::Sha512 => "pbkdf2-sha512",
        }
    }

    pub(super) const fn block(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }
}

#[derive(Clone, PartialEq, Eq)]
pub(super) struct Pbkdf2 {
    pub(super) prf: Prf,
    pub(super) iterations: u32,
    pub(super) salt: Vec<u8>,
    pub(super) output: Vec<u8>,
}

impl Pbkdf2 {
    pub(super) fn scheme(
        prf: Prf,
        iterations: u32,
        salt: Vec<u8>,
        output: Vec<u8>,
    ) -> Result<Scheme> {
        bounds::salt(&salt)?;
        bounds::output(&output)?;
        bounds::pbkdf2(iterations, output.len().div_ceil(prf.block()))?;
        Ok(Scheme::Pbkdf2(Self {
            prf,
            iterations,
            salt,
            output,
        }))
    }
}

pub(super) fn argon2(
    (algorithm, version): (Algorithm, Version),
    params: HashParams,
    salt: &[u8],
    output: &[u8],
) -> Result<Scheme> {
    let (Ok(salt), Ok(hash)) = (Salt::new(salt), Output::new(output)) else {
        return Err(ForeignHashError::Malformed);
    };
    bounded_argon2(Stored {
        algorithm,
        version,
        params,
        salt,
        output: hash,
    })
}

pub(super) fn argon2_phc(phc: &str) -> Result<Scheme> {
    let stored = Stored::parse(phc).map_err(|_| ForeignHashError::Malformed)?;
    bounded_argon2(stored)
}

fn bounded_argon2(stored: Stored) -> Result<Scheme> {
    bounds::argon2(stored.params)?;
    bounds::output(stored.output.as_bytes())?;
    let allowed = stored.params.to_argon2();
    allowed.map_err(|_| ForeignHashError::Malformed)?;
    Ok(Scheme::Argon2(stored))
}

/// Text that bcrypt hashes, which is limited to 72 bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum BcryptInput {
    Password,
    /// SHA-256 of the password in hexadecimal digits (Django).
    HexSha256,
    /// SHA-256 of the password in base64 (passlib until 1.7.2).
    Base64Sha256,
    /// HMAC-SHA-256 of the password with the text of the salt as key, in base64 (passlib).
    Base64Hmac,
}

impl BcryptInput {
    pub(super) const ALL: [Self; 4] = [
        Self::Password,
        Self::HexSha256,
        Self::Base64Sha256,
        Self::Base64Hmac,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Password => "bcrypt",
            Self::HexSha256 => "bcrypt-sha256",
            Self::Base64Sha256 => "bcrypt-sha256-base64",
            Self::Base64Hmac => "bcrypt-hmac-sha256",
        }
    }
}

#[derive(Clone, PartialEq, Eq)]
pub(super) struct Bcrypt {
    pub(super) input: BcryptInput,
    pub(super) cost: u8,
    /// The whole text in bcrypt's own form.
    pub(super) text: String,
}

impl Bcrypt {
    /// Reads bcrypt's own form, as in `$2b$12$` with 53 characters.
    pub(super) fn scheme(input: BcryptInput, text: &str) -> Result<Scheme> {
        // `2x` is the output of a defective implementation.
        let is_sound = ["$2a$", "$2b$", "$2y$"]
            .iter()
            .any(|version| text.starts_with(version));
        let parts = bcrypt::HashParts::from_str(text).ok().filter(|_| is_sound);
        let parts = parts.ok_or(ForeignHashError::Malformed)?;
        let digits = text.get(4..6).unwrap_or_default();
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(ForeignHashError::Malformed);
        }
        let cost = u8::try_from(parts.get_cost()).unwrap_or(u8::MAX);
        bounds::bcrypt(cost)?;
        Ok(Scheme::Bcrypt(Self {
            input,
            cost,
            text: text.to_owned(),
        }))
    }
}

#[derive(Clone, PartialEq, Eq)]
pub(super) struct Scrypt {
    pub(super) log_n: u8,
    pub(super) r: u32,
    pub(super) p: u32,
    pub(super) salt: Vec<u8>,
    pub(super) output: Vec<u8>,
}

impl Scrypt {
    pub(super) fn scheme(
        (log_n, r, p): (u8, u32, u32),
        salt: Vec<u8>,
        output: Vec<u8>,
    ) -> Result<Scheme> {
        bounds::salt(&salt)?;
        bounds::output(&output)?;
        bounds::scrypt(log_n, r, p)?;
        Ok(Scheme::Scrypt(Self {
            log_n,
            r,
            p,
            salt,
            output,
        }))
    }
}

impl Scheme {
    /// Returns the scheme of Firebase with the parts of this scrypt.
    pub(super) fn into_firebase(self) -> Result<Self> {
        match self {
            Self::Scrypt(hash) => Ok(Self::Firebase(hash)),
            _ => Err(ForeignHashError::Malformed),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum WeakDigest {
    Md5,
    Sha1,
}

impl WeakDigest {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
        }
    }

    const fn hex_len(self) -> usize {
        match self {
            Self::Md5 => 32,
            Self::Sha1 => 40,
        }
    }

    pub(super) fn hex(self, salt: &[u8], password: &[u8]) -> Zeroizing<String> {
        match self {
            Self::Md5 => hex::<Md5>(&[salt, password]),
            Self::Sha1 => hex::<Sha1>(&[salt, password]),
        }
    }
}

/// Returns the hash of joined parts in lower-case hexadecimal digits.
pub(super) fn hex<D: Digest>(parts: &[&[u8]]) -> Zeroizing<String> {
    let hash = parts.iter().fold(D::new(), D::chain_update).finalize();
    let digit = |n: u8| char::from_digit(u32::from(n), 16).unwrap_or_default();
    let digits = hash
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
    Zeroizing::new(digits.collect())
}

#[derive(Clone, PartialEq, Eq)]
pub(super) struct Weak {
    pub(super) digest: WeakDigest,
    /// The salt; empty for an unsalted hash.
    pub(super) salt: Vec<u8>,
    pub(super) hex: String,
}

impl Weak {
    pub(super) fn scheme(digest: WeakDigest, salt: &str, hex: &str) -> Result<Scheme> {
        let is_hex = |b: u8| b.is_ascii_digit() || matches!(b, b'a'..=b'f');
        if hex.len() != digest.hex_len() || !hex.bytes().all(is_hex) || salt.len() > 64 {
            return Err(ForeignHashError::Malformed);
        }
        Ok(Scheme::Weak(Self {
            digest,
            salt: salt.as_bytes().to_vec(),
            hex: hex.to_owned(),
        }))
    }
}

#[derive(Clone, PartialEq, Eq)]
pub(super) struct Wrapped {
    pub(super) digest: WeakDigest,
    /// The salt of the weak hash; empty for an unsalted one.
    pub(super) salt: Vec<u8>,
    pub(super) outer: Stored,
}

impl Wrapped {
    pub(super) fn new<R: CryptoRng + ?Sized>(
        weak: Weak,
        params: &HashParams,
        memory: &mut HashMemory,
        rng: &mut R,
    ) -> Result<Self, HashError> {
        let phc = password::hash(&weak.hex, params, memory, rng)?;
        Ok(Self {
            digest: weak.digest,
            salt: weak.salt,
            outer: Stored::parse(&phc)?,
        })
    }

    /// Returns the stored parts. The cost is the server's own, so its ceiling applies.
    pub(super) fn restore(digest: WeakDigest, salt: Vec<u8>, outer: Stored) -> Result<Scheme> {
        if salt.len() > 64 {
            return Err(ForeignHashError::Malformed);
        }
        outer.params.to_argon2().map_err(|error| match error {
            HashError::TooExpensive => ForeignHashError::TooExpensive,
            _ => ForeignHashError::Malformed,
        })?;
        Ok(Scheme::Wrapped(Self {
            digest,
            salt,
            outer,
        }))
    }
}
