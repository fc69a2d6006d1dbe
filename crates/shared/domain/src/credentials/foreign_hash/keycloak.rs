//! Keycloak's password credentials: two JSON texts, `secretData` and `credentialData`.

use std::collections::HashMap;

use super::bounds::number;
use super::error::{ForeignHashError, Result};
use super::scheme::{self, Bcrypt, BcryptInput, Pbkdf2, Prf, Scheme};
use crate::credentials::password::HashParams;
use crate::prelude::*;

#[derive(Deserialize)]
struct SecretData {
    value: String,
    #[serde(default)]
    salt: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CredentialData {
    hash_iterations: u32,
    algorithm: String,
    additional_parameters: Option<HashMap<String, Vec<String>>>,
}

impl CredentialData {
    /// Returns a parameter that has exactly one value.
    fn parameter(&self, name: &str) -> Result<&str> {
        let values = self.additional_parameters.as_ref();
        match values.and_then(|all| all.get(name)).map(Vec::as_slice) {
            Some([one]) => Ok(one),
            _ => Err(ForeignHashError::Malformed),
        }
    }
}

/// The algorithms of Keycloak, and the one of the add-on keycloak-bcrypt, whose value is bcrypt's own
/// form.
pub(super) const ALGORITHMS: [&str; 5] = [
    "pbkdf2",
    "pbkdf2-sha256",
    "pbkdf2-sha512",
    "argon2",
    "bcrypt",
];

/// Reads the password of Keycloak up to version 26.
pub(super) fn parse(secret: &str, credential: &str) -> Result<Scheme> {
    let data: CredentialData = json(credential)?;
    let algorithm = data.algorithm.as_str();
    if !ALGORITHMS.contains(&algorithm) {
        return Err(ForeignHashError::unsupported(algorithm));
    }
    let secret: SecretData = json(secret)?;
    if algorithm == "bcrypt" {
        return Bcrypt::scheme(BcryptInput::Password, &secret.value);
    }
    let (salt, hash) = (bytes(&secret.salt)?, bytes(&secret.value)?);
    let prf = match algorithm {
        "pbkdf2" => Prf::Sha1,
        "pbkdf2-sha256" => Prf::Sha256,
        "pbkdf2-sha512" => Prf::Sha512,
        _ => return argon2(&data, &salt, &hash),
    };
    Pbkdf2::scheme(prf, data.hash_iterations, salt, hash)
}

fn json<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T> {
    serde_json::from_str(text).map_err(|_| ForeignHashError::Malformed)
}

fn bytes(base64: &str) -> Result<Vec<u8>> {
    STANDARD
        .decode(base64)
        .map_err(|_| ForeignHashError::Malformed)
}

fn argon2(data: &CredentialData, salt: &[u8], hash: &[u8]) -> Result<Scheme> {
    let algorithm = match data.parameter("type")? {
        "id" => Algorithm::Argon2id,
        "i" => Algorithm::Argon2i,
        "d" => Algorithm::Argon2d,
        _ => return Err(ForeignHashError::Malformed),
    };
    let version = match data.parameter("version")? {
        "1.3" => Version::V0x13,
        "1.0" => Version::V0x10,
        _ => return Err(ForeignHashError::Malformed),
    };
    let params = HashParams {
        m: number(data.parameter("memory")?)?,
        t: data.hash_iterations,
        p: number(data.parameter("parallelism")?)?,
    };
    scheme::argon2((algorithm, version), params, salt, hash)
}
