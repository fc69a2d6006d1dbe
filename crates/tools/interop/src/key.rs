//! Key pairs of clients that authenticate by `private_key_jwt`, and of SAML service providers that sign.

use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::rsa::{Rsa, RsaRef};
use openssl::x509::{X509, X509Name};
use serde_json::{Value, json};

use crate::failure::Failure;

/// `kid` of the key.
pub const KEY_ID: &str = "interop-1";

/// Certificate of the LDAP server, its own authority.
pub const CERTIFICATE: &str = "ldap.pem";

/// The files of a key pair.
#[derive(Clone)]
pub struct KeyFiles {
    /// Private key, PKCS #8 in PEM.
    pub private_key: PathBuf,
    /// Public key, a JWK Set.
    pub jwks: PathBuf,
    /// Self-signed certificate in PEM.
    pub certificate: PathBuf,
}

impl KeyFiles {
    /// Generates an RSA key pair and writes it into a directory.
    ///
    /// # Errors
    ///
    /// Returns an error if a file cannot be written.
    pub fn generate(directory: &Path) -> Result<Self, Failure> {
        let [pem, jwks, certificate] = generate().map_err(|error| error.to_string())?;
        let files = Self {
            private_key: directory.join("private-key.pem"),
            jwks: directory.join("jwks.json"),
            certificate: directory.join("certificate.pem"),
        };
        let contents = [
            (&files.private_key, pem),
            (&files.jwks, jwks),
            (&files.certificate, certificate),
        ];
        for (path, content) in contents {
            std::fs::write(path, content)
                .map_err(|error| format!("{}: {error}", path.display()))?;
        }
        Ok(files)
    }
}

/// Writes the certificate and the key of the LDAP server, for the name in the guide and the address of a run.
///
/// # Errors
///
/// Returns an error if OpenSSL fails.
pub fn write_certificate(directory: &Path) -> Result<(), Failure> {
    let mut openssl = Command::new("openssl");
    openssl
        .current_dir(directory)
        .args(["req", "-x509", "-newkey"]);
    openssl.args(["rsa:2048", "-nodes", "-days", "2", "-keyout", "ldap.key"]);
    openssl.args([
        "-out",
        CERTIFICATE,
        "-subj",
        "/CN=id.example.org",
        "-addext",
    ]);
    openssl.arg("subjectAltName=DNS:id.example.org,IP:127.0.0.1");
    let made = openssl.output().map_err(|error| error.to_string())?;
    let printed = String::from_utf8_lossy(&made.stderr);
    made.status
        .success()
        .then_some(())
        .ok_or_else(|| printed.into_owned())
}

/// Returns the private key, the JWKS and the certificate.
fn generate() -> Result<[Vec<u8>; 3], ErrorStack> {
    let rsa = Rsa::generate(2048)?;
    let mut key = public_jwk(&rsa, KEY_ID);
    key["alg"] = json!("RS256");
    let jwks = json!({"keys": [key]});
    let key = PKey::from_rsa(rsa)?;
    let pem = key.private_key_to_pem_pkcs8()?;
    let certificate = certificate(&key)?.to_pem()?;
    Ok([pem, jwks.to_string().into_bytes(), certificate])
}

fn certificate(key: &PKey<Private>) -> Result<X509, ErrorStack> {
    let mut name = X509Name::builder()?;
    name.append_entry_by_text("CN", "interop")?;
    let name = name.build();
    let mut builder = X509::builder()?;
    builder.set_version(2)?;
    builder.set_serial_number(BigNum::from_u32(1)?.to_asn1_integer()?.as_ref())?;
    builder.set_subject_name(&name)?;
    builder.set_issuer_name(&name)?;
    builder.set_not_before(Asn1Time::days_from_now(0)?.as_ref())?;
    builder.set_not_after(Asn1Time::days_from_now(1)?.as_ref())?;
    builder.set_pubkey(key)?;
    builder.sign(key, MessageDigest::sha256())?;
    Ok(builder.build())
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
