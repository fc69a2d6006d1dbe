//! Client certificates (RFC 8705 §2): parsing only, without verification.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr as _;

use doorward_access::jwt::jwk;
use doorward_protocol::certificate::{MAX_CERTIFICATE, thumbprint};
use serde_json::json;
use unicode_normalization::UnicodeNormalization as _;
use x509_cert::Certificate;
use x509_cert::der::asn1::{Any, ObjectIdentifier, UintRef};
use x509_cert::der::{Decode as _, Encode as _, Reader as _, SliceReader, Tag, Tagged as _};
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::name::RdnSequence;
use x509_cert::spki::SubjectPublicKeyInfoOwned;

use crate::prelude::*;
use crate::time::UnixSeconds;

/// The minimum number of bits of an RSA key.
const LEAST_RSA_BITS: usize = 2048;

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
/// The curves of RFC 7518 §6.2.1.1, with the size of a coordinate in bytes.
const CURVES: [(ObjectIdentifier, &str, usize); 3] = [
    (
        ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7"),
        "P-256",
        32,
    ),
    (ObjectIdentifier::new_unwrap("1.3.132.0.34"), "P-384", 48),
    (ObjectIdentifier::new_unwrap("1.3.132.0.35"), "P-521", 66),
];

#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the client certificate cannot be parsed")]
pub struct NoCertificate;

/// A distinguished name, prepared for comparison (RFC 4517 §4.2.15, RFC 5280 §7.1): RDNs from the
/// root to the leaf, each an unordered set of attributes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DistinguishedName(Vec<BTreeSet<(ObjectIdentifier, NameValue)>>);

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum NameValue {
    /// A text prepared by RFC 4518: one spelling of each character, of case and of spaces.
    Text(String),
    /// Any other value, as DER bytes.
    Other(Vec<u8>),
}

impl DistinguishedName {
    /// Reads the string form of RFC 4514, such as `CN=billing,O=Example,C=NL`; returns `None` if it
    /// is malformed or empty.
    pub fn parse(text: &str) -> Option<Self> {
        let name = RdnSequence::from_str(text).ok()?;
        Self::from_name(&name).filter(|name| !name.is_empty())
    }

    /// Returns true if the name or one of its RDNs has no attributes.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty() || self.0.iter().any(BTreeSet::is_empty)
    }

    fn from_name(name: &RdnSequence) -> Option<Self> {
        let steps = name.0.iter().map(|step| {
            let parts = step.0.iter();
            let parts = parts.map(|part| Some((part.oid, value_of(&part.value)?)));
            parts.collect::<Option<BTreeSet<_>>>()
        });
        steps.collect::<Option<Vec<_>>>().map(Self)
    }
}

fn value_of(value: &Any) -> Option<NameValue> {
    let bytes = value.value();
    let text = match value.tag() {
        Tag::Utf8String => std::str::from_utf8(bytes).ok().map(str::to_owned),
        Tag::PrintableString | Tag::Ia5String | Tag::TeletexString if bytes.is_ascii() => {
            std::str::from_utf8(bytes).ok().map(str::to_owned)
        }
        Tag::BmpString if bytes.len().is_multiple_of(2) => {
            let units = bytes.chunks_exact(2);
            let units = units.map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            String::from_utf16(&units.collect::<Vec<_>>()).ok()
        }
        _ => return value.to_der().ok().map(NameValue::Other),
    };
    text.map(|text| NameValue::Text(prepare(&text)))
}

/// Prepares a text by RFC 4518 §2: NFKC, lower case, insignificant spaces removed.
fn prepare(text: &str) -> String {
    let folded: String = text.nfkc().collect::<String>().to_lowercase();
    let names: Vec<_> = folded.split_whitespace().collect();
    names.join(" ")
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClientCertificate {
    pub der: Vec<u8>,
    /// The certificates presented with it, in DER, which form the chain to an authority.
    pub chain: Vec<Vec<u8>>,
    /// The `x5t#S256` of the certificate.
    pub thumbprint: String,
    pub subject: DistinguishedName,
    pub names: AlternativeNames,
    pub not_before: UnixSeconds,
    /// The last second of its validity.
    pub not_after: UnixSeconds,
    /// The thumbprint of its key as a JWK (RFC 7638); none for an unsupported or weak key.
    pub key: Option<String>,
}

/// The alternative names of a certificate (RFC 5280 §4.2.1.6) that can identify a client.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AlternativeNames {
    pub dns: Vec<String>,
    pub uri: Vec<String>,
    pub ip: Vec<IpAddr>,
    pub email: Vec<String>,
}

impl ClientCertificate {
    /// Reads a certificate in DER, presented with the chain `chain`.
    pub fn read(der: &[u8], chain: Vec<Vec<u8>>) -> Result<Self, NoCertificate> {
        if der.len() > MAX_CERTIFICATE {
            return Err(NoCertificate);
        }
        let read = Certificate::from_der(der)
            .map_err(|_| NoCertificate)?
            .tbs_certificate;
        let names = read.get::<SubjectAltName>().map_err(|_| NoCertificate)?;
        let seconds = |time: x509_cert::time::Time| time.to_unix_duration().as_secs();
        let seconds = |time| i64::try_from(seconds(time)).map_err(|_| NoCertificate);
        Ok(Self {
            der: der.to_owned(),
            chain,
            thumbprint: thumbprint(der),
            subject: DistinguishedName::from_name(&read.subject).ok_or(NoCertificate)?,
            names: names.map(|(_, names)| names_of(&names)).unwrap_or_default(),
            not_before: seconds(read.validity.not_before)?,
            not_after: seconds(read.validity.not_after)?,
            key: key_of(&read.subject_public_key_info).and_then(|jwk| jwk::thumbprint(&jwk)),
        })
    }

    /// Returns true if the certificate is valid at this time.
    pub const fn is_current(&self, now: UnixSeconds) -> bool {
        self.not_before <= now && now <= self.not_after
    }
}

fn names_of(names: &SubjectAltName) -> AlternativeNames {
    let mut found = AlternativeNames::default();
    for name in &names.0 {
        match name {
            GeneralName::DnsName(text) => found.dns.push(text.as_str().to_owned()),
            GeneralName::UniformResourceIdentifier(text) => {
                found.uri.push(text.as_str().to_owned());
            }
            GeneralName::Rfc822Name(text) => found.email.push(text.as_str().to_owned()),
            GeneralName::IpAddress(octets) => {
                let four = <[u8; 4]>::try_from(octets.as_bytes()).map(Ipv4Addr::from);
                let sixteen = <[u8; 16]>::try_from(octets.as_bytes()).map(Ipv6Addr::from);
                let address = four.map(IpAddr::V4).or(sixteen.map(IpAddr::V6));
                found.ip.extend(address.ok());
            }
            _ => {}
        }
    }
    found
}

/// Returns the public key as a JWK (RFC 7518 §6, RFC 8037 §2); `None` for an unsupported or weak
/// key.
fn key_of(info: &SubjectPublicKeyInfoOwned) -> Option<Map<String, Value>> {
    let bits = info.subject_public_key.as_bytes()?;
    let base64 = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let jwk = match info.algorithm.oid {
        RSA => {
            let (modulus, exponent) = rsa(bits)?;
            if modulus.len() * 8 < LEAST_RSA_BITS {
                return None;
            }
            json!({ "kty": "RSA", "n": base64(&modulus), "e": base64(&exponent) })
        }
        EC => {
            let named = info.algorithm.parameters.as_ref()?;
            let named: ObjectIdentifier = named.decode_as().ok()?;
            let (_, name, size) = CURVES.into_iter().find(|(oid, ..)| *oid == named)?;
            // SEC 1 §2.3.3, uncompressed.
            let point = bits.strip_prefix(&[4])?;
            if point.len() != 2 * size {
                return None;
            }
            let (x, y) = point.split_at(size);
            json!({ "kty": "EC", "crv": name, "x": base64(x), "y": base64(y) })
        }
        ED25519 => json!({ "kty": "OKP", "crv": "Ed25519", "x": base64(bits) }),
        _ => return None,
    };
    match jwk {
        Value::Object(members) => Some(members),
        _ => None,
    }
}

/// Reads an `RSAPublicKey` (RFC 8017 A.1.1): modulus and exponent.
fn rsa(bits: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut reader = SliceReader::new(bits).ok()?;
    let pair = reader.sequence(|inner| {
        let modulus: UintRef<'_> = inner.decode()?;
        let exponent: UintRef<'_> = inner.decode()?;
        Ok((modulus.as_bytes().to_vec(), exponent.as_bytes().to_vec()))
    });
    pair.ok()
}
