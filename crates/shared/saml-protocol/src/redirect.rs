//! The Redirect binding (SAML Bindings §3.4): a message in a query, signed over the bytes of the query exactly as
//! they were received.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use openssl::hash::MessageDigest;
use openssl::sign::Verifier;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::key::VerificationKey;
use crate::names::{DEFLATE, RSA_SHA256};
use crate::xml::MAX_MESSAGE;

#[cfg(test)]
mod tests;

/// Maximum length of a query in bytes.
const MAX_QUERY: usize = 64 * 1024;
const RSA_SHA384: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384";
const RSA_SHA512: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512";

#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BindingError {
    #[error("the query has more than {MAX_QUERY} bytes")]
    TooLong,
    #[error("the query repeats the parameter {0}")]
    Repeated(&'static str),
    #[error("the name of the parameter {0} is percent-encoded")]
    EncodedName(String),
    #[error("the query must have either SAMLRequest or SAMLResponse")]
    NoMessage,
    #[error("SAMLEncoding must be {DEFLATE}, got {0}")]
    Encoding(String),
    #[error("{0} is not base64 in percent-encoding")]
    Base64(&'static str),
    #[error("RelayState is not UTF-8 in percent-encoding")]
    RelayState,
    #[error("the message has more than {MAX_MESSAGE} bytes after it was inflated")]
    TooLarge,
    #[error("the message is not deflated (RFC 1951)")]
    Inflate,
    #[error("the query has SigAlg or Signature, but not both")]
    HalfSigned,
    #[error("SigAlg must be {RSA_SHA256}, got {0}")]
    Algorithm(String),
    #[error("the signature matches none of the {0} registered keys")]
    Signature(usize),
}

/// The kind of a message, which names its parameter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    Request,
    Response,
}

impl Direction {
    pub const fn parameter(self) -> &'static str {
        match self {
            Self::Request => "SAMLRequest",
            Self::Response => "SAMLResponse",
        }
    }
}

/// A message as a browser brought it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Received {
    pub direction: Direction,
    pub document: Vec<u8>,
    /// Returned unchanged, and never followed.
    pub relay_state: Option<String>,
    pub signature: Option<QuerySignature>,
}

/// The signature of a query, with the bytes that it was made over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct QuerySignature {
    algorithm: Algorithm,
    value: Vec<u8>,
    signed: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Algorithm {
    Sha256,
    Sha384,
    Sha512,
}

impl QuerySignature {
    /// Verifies the signature by one of the keys.
    pub fn verify(&self, keys: &[VerificationKey]) -> Result<(), BindingError> {
        let digest = match self.algorithm {
            Algorithm::Sha256 => MessageDigest::sha256(),
            Algorithm::Sha384 => MessageDigest::sha384(),
            Algorithm::Sha512 => MessageDigest::sha512(),
        };
        let verifies = |key: &VerificationKey| {
            let mut verifier = Verifier::new(digest, key.public_key()).ok()?;
            let signed = self.signed.as_bytes();
            verifier.verify_oneshot(&self.value, signed).ok()
        };
        if keys.iter().any(|key| verifies(key) == Some(true)) {
            return Ok(());
        }
        Err(BindingError::Signature(keys.len()))
    }
}

/// The parameters of a query, each as it was received.
#[derive(Default)]
struct Raw<'a> {
    request: Option<&'a str>,
    response: Option<&'a str>,
    relay_state: Option<&'a str>,
    encoding: Option<&'a str>,
    algorithm: Option<&'a str>,
    signature: Option<&'a str>,
}

impl<'a> Raw<'a> {
    fn read(query: &'a str) -> Result<Self, BindingError> {
        let mut raw = Self::default();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            // A reader that decodes the name would verify another value than the one it uses.
            if name.contains(['%', '+']) {
                return Err(BindingError::EncodedName(name.chars().take(80).collect()));
            }
            let (name, slot) = match name {
                "SAMLRequest" => ("SAMLRequest", &mut raw.request),
                "SAMLResponse" => ("SAMLResponse", &mut raw.response),
                "RelayState" => ("RelayState", &mut raw.relay_state),
                "SAMLEncoding" => ("SAMLEncoding", &mut raw.encoding),
                "SigAlg" => ("SigAlg", &mut raw.algorithm),
                "Signature" => ("Signature", &mut raw.signature),
                _ => continue,
            };
            if slot.replace(value).is_some() {
                return Err(BindingError::Repeated(name));
            }
        }
        Ok(raw)
    }
}

/// Reads the message of a query.
pub fn read(query: &str) -> Result<Received, BindingError> {
    if query.len() > MAX_QUERY {
        return Err(BindingError::TooLong);
    }
    let raw = Raw::read(query)?;
    let (direction, message) = match (raw.request, raw.response) {
        (Some(message), None) => (Direction::Request, message),
        (None, Some(message)) => (Direction::Response, message),
        _ => return Err(BindingError::NoMessage),
    };
    if let Some(encoding) = raw.encoding {
        let encoding = text(encoding).unwrap_or_default();
        if encoding != DEFLATE {
            return Err(BindingError::Encoding(encoding));
        }
    }
    let signature = match (raw.algorithm, raw.signature) {
        (None, None) => None,
        (Some(written), Some(signature)) => Some(QuerySignature {
            algorithm: algorithm(written)?,
            value: bytes("Signature", signature)?,
            signed: signed_text(direction, message, raw.relay_state, written),
        }),
        _ => return Err(BindingError::HalfSigned),
    };
    let relay_state = raw.relay_state.map(text);
    let relay_state = relay_state.map(|text| text.ok_or(BindingError::RelayState));
    Ok(Received {
        direction,
        document: inflate(&bytes(direction.parameter(), message)?)?,
        relay_state: relay_state.transpose()?,
        signature,
    })
}

/// Reads the message of a form (SAML Bindings §3.5). It counts as unsigned: a signature inside the message is not
/// read.
pub fn read_post(
    direction: Direction,
    message: &str,
    relay_state: Option<&str>,
) -> Result<Received, BindingError> {
    let document = decode(direction.parameter(), message.bytes())?;
    if document.len() > MAX_MESSAGE {
        return Err(BindingError::TooLarge);
    }
    Ok(Received {
        direction,
        document,
        relay_state: relay_state.map(str::to_owned),
        signature: None,
    })
}

/// Returns the text that a signature is made over (SAML Bindings §3.4.4.1).
fn signed_text(
    direction: Direction,
    message: &str,
    relay_state: Option<&str>,
    algorithm: &str,
) -> String {
    let mut signed = format!("{}={message}", direction.parameter());
    if let Some(relay_state) = relay_state {
        let _ = write!(signed, "&RelayState={relay_state}");
    }
    let _ = write!(signed, "&SigAlg={algorithm}");
    signed
}

fn algorithm(written: &str) -> Result<Algorithm, BindingError> {
    let named = text(written).unwrap_or_default();
    match named.as_str() {
        RSA_SHA256 => Ok(Algorithm::Sha256),
        RSA_SHA384 => Ok(Algorithm::Sha384),
        RSA_SHA512 => Ok(Algorithm::Sha512),
        _ => Err(BindingError::Algorithm(named.chars().take(200).collect())),
    }
}

/// Returns the text of a value in form encoding.
fn text(value: &str) -> Option<String> {
    let spaced = value.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8().ok()?;
    Some(decoded.into_owned())
}

fn bytes(name: &'static str, value: &str) -> Result<Vec<u8>, BindingError> {
    decode(name, percent_decode_str(value))
}

/// Decodes base64, which may have line breaks (SAML Bindings §3.4.4.1: they are not sent, but some do).
fn decode(name: &'static str, encoded: impl Iterator<Item = u8>) -> Result<Vec<u8>, BindingError> {
    let encoded: Vec<u8> = encoded
        .filter(|byte| !matches!(byte, b'\r' | b'\n'))
        .take(MAX_MESSAGE * 2)
        .collect();
    STANDARD
        .decode(encoded)
        .map_err(|_| BindingError::Base64(name))
}

fn inflate(deflated: &[u8]) -> Result<Vec<u8>, BindingError> {
    let mut document = Vec::new();
    let limit = u64::try_from(MAX_MESSAGE).unwrap_or(u64::MAX) + 1;
    DeflateDecoder::new(deflated)
        .take(limit)
        .read_to_end(&mut document)
        .map_err(|_| BindingError::Inflate)?;
    if document.len() > MAX_MESSAGE {
        return Err(BindingError::TooLarge);
    }
    Ok(document)
}

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Returns the query of an unsigned message; see [`to_sign`].
///
/// # Errors
/// Returns the error of the compression.
pub fn query(
    direction: Direction,
    document: &[u8],
    relay_state: Option<&str>,
) -> Result<String, std::io::Error> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(document)?;
    let message = STANDARD.encode(encoder.finish()?);
    let encode = |text: &str| utf8_percent_encode(text, UNRESERVED).to_string();
    let mut query = format!("{}={}", direction.parameter(), encode(&message));
    if let Some(relay_state) = relay_state {
        let _ = write!(query, "&RelayState={}", encode(relay_state));
    }
    Ok(query)
}

/// Returns the query that a signature by RSA-SHA256 is made over.
pub fn to_sign(query: &str) -> String {
    let algorithm = utf8_percent_encode(RSA_SHA256, UNRESERVED);
    format!("{query}&SigAlg={algorithm}")
}

/// Adds the signature, which was made over the whole query.
pub fn with_signature(query: &str, signature: &[u8]) -> String {
    let encoded = STANDARD.encode(signature);
    let encoded = utf8_percent_encode(&encoded, UNRESERVED);
    format!("{query}&Signature={encoded}")
}
