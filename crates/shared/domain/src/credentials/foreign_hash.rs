//! Password hashes of other programs: read from an import, kept in one text form, and verified
//! until the first sign-in replaces them.
//!
//! Other programs hash the bytes as typed, Doorward the NFKC form; a password is tried in both.

mod bounds;
mod cost;
mod django;
mod error;
mod firebase;
mod keycloak;
mod prefixed;
mod scheme;
mod stored;
mod verify;

#[cfg(test)]
mod form_tests;
#[cfg(test)]
mod tests;

use std::fmt;

use rand_core::CryptoRng;

pub use cost::{Family, Work, rounds, spend};
pub use error::{ForeignHashError, Result};
pub use firebase::FirebaseConfig;
use scheme::{Scheme, Wrapped};

use super::password::{self, HashError, HashMemory, HashParams};

/// A password hash of another program, within the accepted cost.
#[derive(Clone, PartialEq, Eq)]
pub struct ForeignHash(Scheme);

impl ForeignHash {
    /// Reads the password field of a Django user, or a hashed secret of django-oauth-toolkit.
    pub fn from_django(text: &str) -> Result<Self> {
        django::parse(text).map(Self)
    }

    /// Reads `secretData` and `credentialData` of a Keycloak credential of the type `password`.
    pub fn from_keycloak(secret_data: &str, credential_data: &str) -> Result<Self> {
        keycloak::parse(secret_data, credential_data).map(Self)
    }

    /// Reads a hash whose text names its form: a PHC string, bcrypt's own form, a form of passlib, Spring
    /// Security, Dovecot, Nextcloud or Django, or a text of [`ForeignHash::to_stored`].
    pub fn from_text(text: &str) -> Result<Self> {
        prefixed::parse(text).map(Self)
    }

    /// Reads `passwordHash` and `salt` of a Firebase export.
    pub fn from_firebase(hash: &str, salt: &str, config: &FirebaseConfig) -> Result<Self> {
        firebase::parse(hash, salt, config).map(Self)
    }

    /// Returns true if a stored password hash has the text form of this type.
    pub fn is_stored_form(text: &str) -> bool {
        text.starts_with(stored::PREFIX)
    }

    /// Reads the text of [`ForeignHash::to_stored`]. Checks the cost again.
    pub fn from_stored(text: &str) -> Result<Self> {
        stored::parse(text).map(Self)
    }

    /// Returns the text for the store: a version, the algorithm, the parameters, then salt and hash.
    /// Returns `None` for a weak hash, which must not be stored: see [`ForeignHash::wrap`].
    pub fn to_stored(&self) -> Option<String> {
        stored::write(&self.0)
    }

    /// Returns true if this hash takes too little work to guess (MD5, SHA-1).
    pub const fn is_weak(&self) -> bool {
        matches!(self.0, Scheme::Weak(_))
    }

    /// Returns the argon2id hash of a weak hash. Every other hash is returned unchanged.
    pub fn wrap<R: CryptoRng + ?Sized>(
        self,
        params: &HashParams,
        memory: &mut HashMemory,
        rng: &mut R,
    ) -> Result<Self, HashError> {
        match self.0 {
            Scheme::Weak(weak) => Wrapped::new(weak, params, memory, rng)
                .map(|wrapped| Self(Scheme::Wrapped(wrapped))),
            _ => Ok(self),
        }
    }

    /// Returns true if the password matches: its bytes as typed, otherwise its NFKC form.
    pub fn verify(&self, password: &str, memory: &mut HashMemory) -> Result<bool, HashError> {
        verify::verify(&self.0, password, memory)
    }

    pub fn memory_kib(&self) -> u32 {
        cost::memory_kib(&self.0)
    }

    pub fn work(&self) -> Work {
        cost::work(&self.0)
    }

    /// Returns the part of a stored text before the salt, which is equal for all hashes with the
    /// same algorithm and cost.
    pub fn form_of(stored: &str) -> Option<&str> {
        stored::form_of(stored)
    }

    /// Returns a hash of this form that no password matches, for an unknown account (ASVS 5.0 §6.3.8).
    pub fn dummy(form: &str) -> Result<Self> {
        stored::parse(&stored::fill(form)?).map(Self)
    }
}

/// Returns true if a stored password hash should be replaced, now that the password is known: every
/// foreign hash, and one of argon2 with other parameters.
pub fn needs_rehash(stored: &str, params: &HashParams) -> bool {
    ForeignHash::is_stored_form(stored) || password::needs_rehash(stored, params)
}

impl fmt::Debug for ForeignHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ForeignHash")
            .field(&self.0.algorithm())
            .finish()
    }
}
