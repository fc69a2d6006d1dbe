//! Keys of service providers, and the certificates of this server's keys.

use std::time::Duration;

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
use x509_cert::certificate::{Certificate, TbsCertificate, Version};
use x509_cert::der::asn1::{AnyRef, BitString, ObjectIdentifier, UtcTime};
use x509_cert::der::{Decode, Encode as _};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::AlgorithmIdentifierOwned;
use x509_cert::time::{Time, Validity};

#[cfg(test)]
pub mod tests;

const MIN_RSA_BITS: u32 = 2048;
/// 2020-01-01.
const VALID_FROM: u64 = 1_577_836_800;
/// RFC 4055 §5.
const SHA_256_WITH_RSA_ENCRYPTION: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");

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
    let content = content(key).ok_or_else(damaged)?;
    let signature = signer.sign_bytes(&content.to_der().map_err(|_| damaged())?)?;
    let certificate = Certificate {
        signature_algorithm: content.signature.clone(),
        tbs_certificate: content,
        signature: BitString::from_bytes(&signature).map_err(|_| damaged())?,
    };
    Ok(STANDARD.encode(certificate.to_der().map_err(|_| damaged())?))
}

/// Returns the content of RFC 5280 §4.1, version 3 without extensions.
fn content(key: &PublishedKey) -> Option<TbsCertificate> {
    let number = |text: &str| BigNum::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok();
    let rsa = Rsa::from_public_components(number(&key.n)?, number(&key.e)?).ok()?;
    let digest = hash(MessageDigest::sha256(), key.kid.as_bytes()).ok()?;
    // A positive number of at most 20 bytes that does not begin with a zero (§4.1.2.2).
    let mut serial = digest.get(..16)?.to_vec();
    let first = serial.first_mut()?;
    *first = 0x40 | (*first & 0x3f);
    let name: Name = format!("CN=Doorward {}", key.kid).parse().ok()?;
    let start = Duration::from_secs(VALID_FROM);
    Some(TbsCertificate {
        version: Version::V3,
        serial_number: SerialNumber::new(&serial).ok()?,
        signature: AlgorithmIdentifierOwned {
            oid: SHA_256_WITH_RSA_ENCRYPTION,
            parameters: Some(AnyRef::NULL.into()),
        },
        issuer: name.clone(),
        validity: Validity {
            not_before: Time::UtcTime(UtcTime::from_unix_duration(start).ok()?),
            // That of a certificate without an end (§4.1.2.5).
            not_after: Time::INFINITY,
        },
        subject: name,
        subject_public_key_info: Decode::from_der(&rsa.public_key_to_der().ok()?).ok()?,
        issuer_unique_id: None,
        subject_unique_id: None,
        extensions: None,
    })
}
