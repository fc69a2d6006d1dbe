//! The cost of verifications, to make the failed ones equally long (ASVS 5.0 §6.3.8).

use super::scheme::{Prf, Scheme};
use super::verify;
use crate::credentials::password::HashParams;
use crate::credentials::password::normal_form::normalize;

/// Algorithms whose time per unit of work is the same.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Family {
    /// PBKDF2 with SHA-1; a unit is an iteration.
    Pbkdf2Sha1,
    /// PBKDF2 with SHA-256; a unit is an iteration.
    Pbkdf2Sha256,
    /// PBKDF2 with SHA-512; a unit is an iteration.
    Pbkdf2Sha512,
    /// Argon2; a unit is a block in a pass.
    Argon2,
    /// Bcrypt; a unit is an expansion of the key.
    Bcrypt,
    /// Scrypt; a unit is a block of 128 bytes.
    Scrypt,
}

impl Family {
    pub const ALL: [Self; 6] = [
        Self::Pbkdf2Sha1,
        Self::Pbkdf2Sha256,
        Self::Pbkdf2Sha512,
        Self::Argon2,
        Self::Bcrypt,
        Self::Scrypt,
    ];

    /// Returns the form of a hash that takes a few milliseconds, to measure the time per unit.
    pub const fn sample(self) -> &'static str {
        match self {
            Self::Pbkdf2Sha1 => "$foreign1$pbkdf2-sha1$i=20000$",
            Self::Pbkdf2Sha256 => "$foreign1$pbkdf2-sha256$i=20000$",
            Self::Pbkdf2Sha512 => "$foreign1$pbkdf2-sha512$i=10000$",
            Self::Argon2 => "$foreign1$argon2id$v=19,m=7168,t=1,p=1$",
            Self::Bcrypt => "$foreign1$bcrypt$v=2b,c=6$",
            Self::Scrypt => "$foreign1$scrypt$ln=10,r=8,p=1$",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Work {
    pub family: Family,
    pub units: u64,
}

/// Returns the work of a verification that fails.
pub(super) fn work(scheme: &Scheme) -> Work {
    let (family, units) = match scheme {
        Scheme::Pbkdf2(hash) => (family(hash.prf), u64::from(hash.iterations)),
        Scheme::Argon2(hash) => (Family::Argon2, argon2(hash.params)),
        Scheme::Bcrypt(hash) => (Family::Bcrypt, 1 << hash.cost),
        Scheme::Scrypt(hash) | Scheme::Firebase(hash) => {
            let blocks = u64::from(hash.r) * u64::from(hash.p);
            (Family::Scrypt, blocks << hash.log_n)
        }
        Scheme::Weak(_) => (Family::Pbkdf2Sha1, 1),
        Scheme::Wrapped(hash) => (Family::Argon2, argon2(hash.outer.params)),
    };
    Work { family, units }
}

const fn family(prf: Prf) -> Family {
    match prf {
        Prf::Sha1 => Family::Pbkdf2Sha1,
        Prf::Sha256 => Family::Pbkdf2Sha256,
        Prf::Sha512 => Family::Pbkdf2Sha512,
    }
}

fn argon2(params: HashParams) -> u64 {
    u64::from(params.m) * u64::from(params.t)
}

pub(super) fn memory_kib(scheme: &Scheme) -> u32 {
    match scheme {
        Scheme::Argon2(hash) => hash.params.m,
        Scheme::Wrapped(hash) => hash.outer.params.m,
        Scheme::Scrypt(hash) | Scheme::Firebase(hash) => {
            let kib = (u64::from(hash.r) << hash.log_n) / 8;
            u32::try_from(kib).unwrap_or(u32::MAX)
        }
        Scheme::Bcrypt(_) | Scheme::Pbkdf2(_) | Scheme::Weak(_) => 8,
    }
}

/// Returns how often a failing verification of this password hashes: twice if its NFKC form differs
/// from the bytes as typed.
pub fn rounds(password: &str) -> u64 {
    if *normalize(password) == password {
        1
    } else {
        2
    }
}

/// Spends this many iterations of PBKDF2 with the hash function of `family`; with SHA-256 for a
/// family other than PBKDF2.
pub fn spend(family: Family, iterations: u32) {
    let prf = match family {
        Family::Pbkdf2Sha1 => Prf::Sha1,
        Family::Pbkdf2Sha512 => Prf::Sha512,
        _ => Prf::Sha256,
    };
    let mut output = [0_u8; 16];
    if iterations > 0 {
        let spent = verify::derive(prf, &[0; 16], &[0; 16], iterations, &mut output);
        std::hint::black_box(spent.is_ok());
    }
}
