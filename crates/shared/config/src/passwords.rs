//! `[passwords]`: password policy and hashing cost.

use doorward_domain::credentials::password::HashParams;

use super::key::Kind;

section! {
    /// The password policy and the argon2id parameters.
    pub struct Passwords in "passwords" {
        /// Minimum length of a new password, in characters. Less than 15 is for deployments that
        /// require a second factor of every user (`mfa.required_for_roles = ["*"]`); never less
        /// than 8 (NIST SP 800-63B-4).
        min_length: usize = Kind::Number(8, 128).default("15");
        /// Minimum zxcvbn score of a new password, from 0 (no requirement) to 4 (very hard to
        /// guess).
        min_score: u8 = Kind::Number(0, 4).default("3");
        /// Memory of one argon2id hash, in KiB. Existing hashes are renewed at the next sign-in.
        hash_memory_kib: u32 = Kind::Number(7168, 1_048_576).default("19456");
        /// Passes of one argon2id hash.
        hash_iterations: u32 = Kind::Number(1, 20).default("2");
        /// Lanes of one argon2id hash.
        hash_parallelism: u32 = Kind::Number(1, 16).default("1");
        /// Maximum memory, in KiB, for hashes that run at the same time. Sign-ins that need more
        /// wait.
        hash_memory_budget_kib: u32 = Kind::Number(7168, 67_108_864).default("131072");
    }
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
