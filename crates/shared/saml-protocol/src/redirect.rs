//! The Redirect binding (SAML Bindings §3.4): a message in a query, signed over the bytes of the query exactly as
//! they were received.

use std::io::{Read as _, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doorward_domain::keys::KeyError;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::sign::Verifier;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::error::{MessageError, Result, differs, malformed};
use crate::key::{SignBytes, VerificationKey};
use crate::names::{DEFLATE, RSA_SHA256};
use crate::xml::MAX_MESSAGE;

#[cfg(test)]
mod tests;

/// Maximum length of a query in bytes.
const MAX_QUERY: usize = 64 * 1024;
/// Parameter with the algorithm of a signature.
pub const SIG_ALG: &str = "SigAlg";
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
    digest: Nid,
    value: Vec<u8>,
    signed: String,
}

impl QuerySignature {
    /// Verifies the signature by one of the keys.
    pub fn verify(&self, keys: &[VerificationKey]) -> Result<()> {
        let verifies = |key: &VerificationKey| {
            let digest = MessageDigest::from_nid(self.digest)?;
            let mut verifier = Verifier::new(digest, key.public_key()).ok()?;
            let signed = self.signed.as_bytes();
            verifier.verify_oneshot(&self.value, signed).ok()
        };
        if keys.iter().any(|key| verifies(key) == Some(true)) {
            return Ok(());
        }
        Err(MessageError::Signature(keys.len()))
    }
}

/// Returns the values of these parameters, each as it was received.
fn parameters<'q, const N: usize>(
    query: &'q str,
    names: [&str; N],
) -> Result<[Option<&'q str>; N]> {
    let mut values = [None; N];
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        // A reader that decodes the name would verify another value than the one it uses.
        if name.contains(['%', '+']) {
            let name: String = name.chars().take(80).collect();
            let text = format!("the name of the parameter {name} is percent-encoded");
            return malformed(text);
        }
        let mut slots = names.iter().zip(&mut values);
        if let Some((known, slot)) = slots.find(|(known, _)| **known == name)
            && slot.replace(value).is_some()
        {
            return malformed(format!("the query repeats the parameter {known}"));
        }
    }
    Ok(values)
}

/// Reads the message of a query.
pub fn read(query: &str) -> Result<Received> {
    if query.len() > MAX_QUERY {
        return malformed(format!("the query has more than {MAX_QUERY} bytes"));
    }
    let [request, response] = parameters(query, ["SAMLRequest", "SAMLResponse"])?;
    let [relay_state, encoding] = parameters(query, ["RelayState", "SAMLEncoding"])?;
    let [algorithm, signature] = parameters(query, [SIG_ALG, "Signature"])?;
    let (direction, message) = match (request, response) {
        (Some(message), None) => (Direction::Request, message),
        (None, Some(message)) => (Direction::Response, message),
        _ => {
            return malformed("the query must have either SAMLRequest or SAMLResponse");
        }
    };
    let encoding = encoding.map(|encoding| text("SAMLEncoding", encoding));
    if let Some(other) = encoding.transpose()?.filter(|other| other != DEFLATE) {
        return malformed(format!("SAMLEncoding must be {DEFLATE}, got {other}"));
    }
    let signature = match (algorithm, signature) {
        (None, None) => None,
        (Some(written), Some(signature)) => Some(QuerySignature {
            digest: digest(written)?,
            value: decode("Signature", percent_decode_str(signature))?,
            signed: joined(&[
                (direction.parameter(), Some(message)),
                ("RelayState", relay_state),
                (SIG_ALG, Some(written)),
            ]),
        }),
        _ => return malformed("the query has SigAlg or Signature, but not both"),
    };
    let relay_state = relay_state.map(|state| text("RelayState", state));
    let message = decode(direction.parameter(), percent_decode_str(message))?;
    Ok(Received {
        direction,
        document: inflate(&message)?,
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
) -> Result<Received> {
    let document = decode(direction.parameter(), message.bytes())?;
    Ok(Received {
        direction,
        document: limited(document)?,
        relay_state: relay_state.map(str::to_owned),
        signature: None,
    })
}

/// Returns the query of encoded parameters, in the order in which they are signed (SAML Bindings §3.4.4.1).
fn joined(parameters: &[(&str, Option<&str>)]) -> String {
    let given = parameters.iter();
    let given = given.filter_map(|(name, value)| Some(format!("{name}={}", (*value)?)));
    given.collect::<Vec<_>>().join("&")
}

fn digest(written: &str) -> Result<Nid> {
    let named = text(SIG_ALG, written)?;
    match named.strip_prefix("http://www.w3.org/2001/04/xmldsig-more#rsa-") {
        Some("sha256") => Ok(Nid::SHA256),
        Some("sha384") => Ok(Nid::SHA384),
        Some("sha512") => Ok(Nid::SHA512),
        _ => differs(SIG_ALG, RSA_SHA256, &named),
    }
}

/// Returns the text of a value in form encoding.
fn text(name: &str, value: &str) -> Result<String> {
    let spaced = value.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8();
    let decoded = decoded.map(std::borrow::Cow::into_owned);
    decoded.or_else(|_| malformed(format!("{name} is not UTF-8 in percent-encoding")))
}

/// Decodes base64, which may have line breaks (SAML Bindings §3.4.4.1: they are not sent, but some do).
fn decode(name: &'static str, encoded: impl Iterator<Item = u8>) -> Result<Vec<u8>> {
    let encoded: Vec<u8> = encoded
        .filter(|byte| !matches!(byte, b'\r' | b'\n'))
        .take(MAX_MESSAGE * 2)
        .collect();
    let decoded = STANDARD.decode(encoded);
    decoded.or_else(|_| malformed(format!("{name} is not base64 in percent-encoding")))
}

fn limited(document: Vec<u8>) -> Result<Vec<u8>> {
    if document.len() <= MAX_MESSAGE {
        return Ok(document);
    }
    malformed(format!(
        "the message has more than {MAX_MESSAGE} bytes after it was inflated"
    ))
}

fn inflate(deflated: &[u8]) -> Result<Vec<u8>> {
    let mut document = Vec::new();
    let limit = u64::try_from(MAX_MESSAGE).unwrap_or(u64::MAX) + 1;
    let read = DeflateDecoder::new(deflated)
        .take(limit)
        .read_to_end(&mut document);
    read.or_else(|_| malformed("the message is not deflated (RFC 1951)"))?;
    limited(document)
}

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

fn encode(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

/// Returns the query of an unsigned message.
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
    let message = encode(&STANDARD.encode(encoder.finish()?));
    let relay_state = relay_state.map(encode);
    Ok(joined(&[
        (direction.parameter(), Some(&message)),
        ("RelayState", relay_state.as_deref()),
    ]))
}

/// Signs an unsigned query by RSA-SHA256.
pub fn signed(query: &str, sign: &SignBytes<'_>) -> Result<String, KeyError> {
    let text = format!("{query}&{SIG_ALG}={}", encode(RSA_SHA256));
    let signature = STANDARD.encode(sign(text.as_bytes())?);
    Ok(format!("{text}&Signature={}", encode(&signature)))
}
