//! Firebase's modification of scrypt: the derived key encrypts the signer key of the project, with
//! AES-256-CTR and an initial counter of zero (<https://github.com/firebase/scrypt>).

use super::error::{ForeignHashError, Result};
use super::scheme::{Scheme, Scrypt};
use crate::prelude::*;

/// The password hash parameters of a Firebase project.
pub struct FirebaseConfig {
    signer_key: Zeroizing<Vec<u8>>,
    salt_separator: Vec<u8>,
    rounds: u32,
    mem_cost: u8,
}

impl FirebaseConfig {
    /// Reads the text that the console shows, `hash_config { … }`: a name and a value on each line.
    ///
    /// # Errors
    /// Returns a sentence for the operator, without a value.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut values = BTreeMap::new();
        for line in text.lines() {
            let Some((name, value)) = line.split_once(':') else {
                continue;
            };
            let is_around = |c: char| c.is_whitespace() || matches!(c, ',' | '"' | '{' | '}');
            values.insert(name.trim_matches(is_around), value.trim_matches(is_around));
        }
        let value = |name: &str| {
            let found = values.get(name).copied();
            found.ok_or_else(|| format!("{name} is missing; copy all lines from the console"))
        };
        let decoded = |name: &str| {
            let bytes = bytes(value(name)?);
            bytes.map_err(|_| format!("{name} is not base64; copy it from the console again"))
        };
        if value("algorithm")? != "SCRYPT" {
            return Err("algorithm is not SCRYPT".to_owned());
        }
        let number = |name: &str| {
            let number: Option<u8> = value(name)?.parse().ok();
            number.ok_or_else(|| format!("{name} is not a small number"))
        };
        Ok(Self {
            signer_key: Zeroizing::new(decoded("base64_signer_key")?),
            salt_separator: decoded("base64_salt_separator")?,
            rounds: number("rounds")?.into(),
            mem_cost: number("mem_cost")?,
        })
    }
}

impl fmt::Debug for FirebaseConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FirebaseConfig")
            .field("rounds", &self.rounds)
            .field("mem_cost", &self.mem_cost)
            .finish_non_exhaustive()
    }
}

/// Reads base64 of either alphabet, with or without padding.
fn bytes(base64: &str) -> Result<Vec<u8>> {
    let text = base64.trim_end_matches('=');
    let text = text.replace('+', "-").replace('/', "_");
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| ForeignHashError::Malformed)
}

/// Reads a hash. What is kept is the key stream, hash XOR signer key, so that no row needs the signer key.
pub(super) fn parse(hash: &str, salt: &str, config: &FirebaseConfig) -> Result<Scheme> {
    if hash.is_empty() {
        return Err(ForeignHashError::Unusable);
    }
    let hash = bytes(hash)?;
    if hash.len() != config.signer_key.len() {
        return Err(ForeignHashError::Malformed);
    }
    let stream = hash.iter().zip(config.signer_key.iter());
    let stream = stream.map(|(hash, key)| hash ^ key).collect();
    let mut salt = bytes(salt)?;
    salt.extend(&config.salt_separator);
    Scrypt::scheme((config.mem_cost, config.rounds, 1), salt, stream)?.into_firebase()
}
