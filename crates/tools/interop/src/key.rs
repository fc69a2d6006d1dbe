//! Key pairs of clients that authenticate by `private_key_jwt`.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openssl::error::ErrorStack;
use openssl::pkey::{PKey, Private};
use openssl::rsa::{Rsa, RsaRef};
use serde_json::{Value, json};

use crate::failure::Failure;

/// `kid` of the key.
pub const KEY_ID: &str = "interop-1";

/// The files of a key pair.
#[derive(Clone)]
pub struct KeyFiles {
    /// Private key, PKCS #8 in PEM.
    pub private_key: PathBuf,
    /// Public key, a JWK Set.
    pub jwks: PathBuf,
}

impl KeyFiles {
    /// Generates an RSA key pair and writes it into a directory.
    ///
    /// # Errors
    ///
    /// Returns an error if a file cannot be written.
    pub fn generate(directory: &Path) -> Result<Self, Failure> {
        let (pem, jwks) = generate().map_err(|error| error.to_string())?;
        let files = Self {
            private_key: directory.join("private-key.pem"),
            jwks: directory.join("jwks.json"),
        };
        for (path, content) in [(&files.private_key, pem), (&files.jwks, jwks)] {
            std::fs::write(path, content)
                .map_err(|error| format!("{}: {error}", path.display()))?;
        }
        Ok(files)
    }
}

fn generate() -> Result<(Vec<u8>, Vec<u8>), ErrorStack> {
    let rsa = Rsa::generate(2048)?;
    let mut key = public_jwk(&rsa, KEY_ID);
    key["alg"] = json!("RS256");
    let jwks = json!({"keys": [key]});
    let pem = PKey::from_rsa(rsa)?.private_key_to_pem_pkcs8()?;
    Ok((pem, jwks.to_string().into_bytes()))
}

pub fn public_jwk(rsa: &RsaRef<Private>, key_id: &str) -> Value {
    json!({
        "kty": "RSA",
        "use": "sig",
        "kid": key_id,
        "n": URL_SAFE_NO_PAD.encode(rsa.n().to_vec()),
        "e": URL_SAFE_NO_PAD.encode(rsa.e().to_vec()),
    })
}
