//! `[passwords]`: password policy and hashing cost.

use doorward_domain::credentials::password::HashParams;
use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};

/// The password policy and the argon2id parameters.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Passwords {
    /// Minimum code points of a new password.
    pub min_length: usize,
    /// Minimum zxcvbn score (0 to 4) of a new password.
    pub min_score: u8,
    /// argon2id memory, KiB.
    pub hash_memory_kib: u32,
    pub hash_iterations: u32,
    pub hash_parallelism: u32,
    /// Maximum memory in KiB for hashes that run at the same time.
    pub hash_memory_budget_kib: u32,
}

impl Passwords {
    /// Returns the cost of a password hash.
    pub const fn hash_params(&self) -> HashParams {
        HashParams {
            m: self.hash_memory_kib,
            t: self.hash_iterations,
            p: self.hash_parallelism,
        }
    }
}

pub const KEYS: &[Key] = &[
    Key::new(
        "passwords.min_length",
        Kind::number(8, 128),
        "15",
        "Minimum length of a new password, in characters. Less than 15 is for deployments that \
         require a second factor of every user (`mfa.required_for_roles = [\"*\"]`); never less \
         than 8 (NIST SP 800-63B-4).",
    ),
    Key::new(
        "passwords.min_score",
        Kind::number(0, 4),
        "3",
        "Minimum zxcvbn score of a new password, from 0 (no requirement) to 4 (very hard to \
         guess).",
    ),
    Key::new(
        "passwords.hash_memory_kib",
        Kind::number(7168, 1_048_576),
        "19456",
        "Memory of one argon2id hash, in KiB. Existing hashes are renewed at the next sign-in.",
    ),
    Key::new(
        "passwords.hash_iterations",
        Kind::number(1, 20),
        "2",
        "Passes of one argon2id hash.",
    ),
    Key::new(
        "passwords.hash_parallelism",
        Kind::number(1, 16),
        "1",
        "Lanes of one argon2id hash.",
    ),
    Key::new(
        "passwords.hash_memory_budget_kib",
        Kind::number(7168, 67_108_864),
        "131072",
        "Maximum memory, in KiB, for hashes that run at the same time. Sign-ins that need more \
         wait.",
    ),
];
