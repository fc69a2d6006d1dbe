//! Keys of service providers, and the certificates of this server's keys.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use doorward_domain::keys::{KeyError, Signer};
use openssl::bn::BigNum;
use openssl::error::ErrorStack;
use openssl::hash::{MessageDigest, hash};
use openssl::pkey::{PKey, Public};
use openssl::rsa::{Padding, Rsa};
use openssl::x509::X509;
use serde::Deserialize;

#[cfg(test)]
pub mod tests;

const MIN_RSA_BITS: u32 = 2048;

#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CertificateError {
    #[error("a certificate is not base64 of DER (X.509)")]
    Unreadable,
    #[error("a certificate has a key that is not RSA")]
    NotRsa,
    #[error("a certificate has an RSA key with {0} bits; at least {MIN_RSA_BITS} are needed")]
    Weak(u32),
}

/// The RSA key of a service provider, from its certificate. The certificate proves nothing else: the registration
/// is the reason to trust the key, and its validity is not checked.
#[derive(Clone, Debug)]
pub struct VerificationKey(PKey<Public>);

impl VerificationKey {
    /// Reads a certificate: base64 of DER, with or without the lines of PEM.
    pub fn from_certificate(text: &str) -> Result<Self, CertificateError> {
        let unreadable = |_: ErrorStack| CertificateError::Unreadable;
        let der = STANDARD.decode(certificate_text(text));
        let der = der.map_err(|_| CertificateError::Unreadable)?;
        let certificate = X509::from_der(&der).map_err(unreadable)?;
        let key = certificate.public_key().map_err(unreadable)?;
        let rsa = key.rsa().map_err(|_| CertificateError::NotRsa)?;
        let bits = rsa.size() * 8;
        if bits < MIN_RSA_BITS {
            return Err(CertificateError::Weak(bits));
        }
        Ok(Self(key))
    }

    pub const fn public_key(&self) -> &PKey<Public> {
        &self.0
    }

    /// Encrypts a content key (RSA-OAEP).
    pub fn encrypt(&self, key: &[u8]) -> Result<Vec<u8>, ErrorStack> {
        let rsa = self.0.rsa()?;
        let mut encrypted = vec![0; usize::try_from(rsa.size()).unwrap_or_default()];
        let length = rsa.public_encrypt(key, &mut encrypted, Padding::PKCS1_OAEP)?;
        encrypted.truncate(length);
        Ok(encrypted)
    }
}

/// Returns the base64 of a certificate without white space and the lines of PEM.
pub fn certificate_text(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with("-----"));
    lines.flat_map(str::split_whitespace).collect()
}

/// Signs bytes by RSA-SHA256.
pub type SignBytes<'a> = dyn Fn(&[u8]) -> Result<Vec<u8>, KeyError> + 'a;

/// Returns the SHA-256 of a certificate in base64 of DER, as programs show it: `AB:CD:…`.
pub fn fingerprint(certificate: &str) -> String {
    let der = STANDARD.decode(certificate).unwrap_or_default();
    let digest = hash(MessageDigest::sha256(), &der);
    let digest = digest.as_deref().unwrap_or_default();
    let bytes: Vec<String> = digest.iter().map(|byte| format!("{byte:02X}")).collect();
    bytes.join(":")
}

/// A key of this server for signatures in XML, with its certificate.
#[derive(Clone, Copy)]
pub struct XmlSigner<'a> {
    /// Base64 of DER.
    pub certificate: &'a str,
    pub sign: &'a SignBytes<'a>,
}

/// The public part of an RSA key in a JWK Set.
#[derive(Clone, Debug, Deserialize)]
pub struct PublishedKey {
    pub kid: String,
    #[serde(default)]
    n: String,
    #[serde(default)]
    e: String,
}

/// Returns the self-signed certificate of a key in base64 of DER. It is the same at every time, so that service
/// providers can compare it; service providers take the key from it and nothing else.
pub fn certificate(signer: &Signer, key: &PublishedKey) -> Result<String, KeyError> {
    let damaged = || KeyError::Corrupt {
        kid: key.kid.clone(),
        what: "the public part is not an RSA key",
    };
    let number = |text: &str| {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        BigNum::from_slice(&bytes).ok()
    };
    let parts = number(&key.n).zip(number(&key.e)).ok_or_else(damaged)?;
    let rsa = Rsa::from_public_components(parts.0, parts.1).map_err(|_| damaged())?;
    let public_key = rsa.public_key_to_der().map_err(|_| damaged())?;
    let serial = hash(MessageDigest::sha256(), key.kid.as_bytes()).map_err(|_| damaged())?;
    let body = certificate_body(&key.kid, &serial, &public_key);
    let signature = signer.sign_bytes(&body)?;
    let algorithm = signature_algorithm();
    let certificate = sequence(&[&body, &algorithm, &bit_string(&signature)]);
    Ok(STANDARD.encode(certificate))
}

/// Returns the `TBSCertificate` of RFC 5280 §4.1, version 3 without extensions.
fn certificate_body(kid: &str, serial: &[u8], public_key: &[u8]) -> Vec<u8> {
    // A positive number of at most 20 bytes that does not begin with a zero (§4.1.2.2).
    let mut number = vec![0x40 | (serial.first().copied().unwrap_or_default() & 0x3f)];
    number.extend(serial.iter().skip(1).take(15));
    let common_name = format!("Doorward {kid}");
    let name = sequence(&[&der(
        0x31,
        &sequence(&[
            &der(0x06, &[0x55, 0x04, 0x03]),
            &der(0x0c, common_name.as_bytes()),
        ]),
    )]);
    // The second is the time of a certificate without an end (§4.1.2.5).
    let validity = sequence(&[&der(0x17, b"200101000000Z"), &der(0x18, b"99991231235959Z")]);
    sequence(&[
        &der(0xa0, &der(0x02, &[2])),
        &der(0x02, &number),
        &signature_algorithm(),
        &name,
        &validity,
        &name,
        public_key,
    ])
}

/// Returns `sha256WithRSAEncryption` (RFC 4055 §5).
fn signature_algorithm() -> Vec<u8> {
    let oid = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b];
    sequence(&[&der(0x06, &oid), &der(0x05, &[])])
}

fn bit_string(bytes: &[u8]) -> Vec<u8> {
    let content = [&[0], bytes].concat();
    der(0x03, &content)
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    der(0x30, &parts.concat())
}

/// Encodes a value with its tag and its length (X.690 §8.1).
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let bytes = content.len().to_be_bytes();
    let used = bytes.iter().skip_while(|byte| **byte == 0).copied();
    let length: Vec<u8> = used.collect();
    let mut encoded = vec![tag];
    match (content.len(), u8::try_from(length.len())) {
        (0..0x80, _) => encoded.push(length.first().copied().unwrap_or_default()),
        (_, Ok(count)) => {
            encoded.push(0x80 | count);
            encoded.extend(length);
        }
        // No slice has a length of 256 bytes.
        (_, Err(_)) => {}
    }
    encoded.extend_from_slice(content);
    encoded
}
