//! Client certificates on the wire: the registered subject (RFC 8705 §2.1.2), the thumbprint (RFC
//! 8705 §3.1), and the header field of proxies (RFC 9440).

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The maximum size of a certificate, in bytes.
pub const MAX_CERTIFICATE: usize = 16 * 1024;
/// The maximum number of certificates of a chain, without the client's own.
pub const MAX_CHAIN: usize = 8;

/// RFC 8941 §4.2.7: padding may be missing, and trailing bits may be non-zero.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The required subject of a client's certificate (RFC 8705 §2.1.2): exactly one of five names.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum CertificateSubject {
    /// The distinguished name of the subject, written as in RFC 4514.
    Dn(String),
    /// A `dNSName` among the alternative names.
    Dns(String),
    /// A `uniformResourceIdentifier` among the alternative names.
    Uri(String),
    /// An `iPAddress` among the alternative names.
    Ip(String),
    /// An `rfc822Name` among the alternative names.
    Email(String),
}

/// The error that more than one of the five was given.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("exactly one of the tls_client_auth_… members may be given (RFC 8705 §2.1.2)")]
pub struct SeveralSubjects;

impl CertificateSubject {
    /// The names of the five members, in the order of [`Self::one_of`].
    pub const MEMBERS: [&str; 5] = [
        "tls_client_auth_subject_dn",
        "tls_client_auth_san_dns",
        "tls_client_auth_san_uri",
        "tls_client_auth_san_ip",
        "tls_client_auth_san_email",
    ];

    /// Returns the given one of the five, which are in the order of [`Self::MEMBERS`].
    ///
    /// # Errors
    /// Returns [`SeveralSubjects`] if more than one was given.
    pub fn one_of(members: [Option<String>; 5]) -> Result<Option<Self>, SeveralSubjects> {
        let kinds: [fn(String) -> Self; 5] =
            [Self::Dn, Self::Dns, Self::Uri, Self::Ip, Self::Email];
        let pairs = kinds.into_iter().zip(members);
        let mut given = pairs.filter_map(|(kind, value)| value.map(kind));
        match (given.next(), given.next()) {
            (found, None) => Ok(found),
            (_, Some(_)) => Err(SeveralSubjects),
        }
    }

    /// Returns the name of the member (RFC 8705 §2.1.2).
    pub const fn member(&self) -> &'static str {
        let [dn, dns, uri, ip, email] = Self::MEMBERS;
        match self {
            Self::Dn(_) => dn,
            Self::Dns(_) => dns,
            Self::Uri(_) => uri,
            Self::Ip(_) => ip,
            Self::Email(_) => email,
        }
    }

    /// Returns the registered text.
    pub fn value(&self) -> &str {
        match self {
            Self::Dn(text)
            | Self::Dns(text)
            | Self::Uri(text)
            | Self::Ip(text)
            | Self::Email(text) => text,
        }
    }
}

/// Computes `x5t#S256` of a certificate in DER (RFC 8705 §3.1).
pub fn thumbprint(der: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(der))
}

/// An unreadable header field with certificates.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the certificate header field of the proxy is malformed")]
pub struct CertificateHeaderError;

/// Returns the certificate of a `Client-Cert` field (RFC 9440 §2.2), in DER. An empty one is
/// `None`: some proxies send it if the client presented no certificate.
///
/// # Errors
/// Returns [`CertificateHeaderError`] for anything but a byte sequence (RFC 8941 §3.3.5).
pub fn from_field(value: &[u8]) -> Result<Option<Vec<u8>>, CertificateHeaderError> {
    let der = byte_sequence(value)?;
    Ok((!der.is_empty()).then_some(der))
}

/// Returns the certificates of a `Client-Cert-Chain` field (RFC 9440 §2.3), in DER.
///
/// # Errors
/// Returns [`CertificateHeaderError`] for anything but a list of byte sequences, or for a list that
/// is too long.
pub fn chain_from_field(value: &[u8]) -> Result<Vec<Vec<u8>>, CertificateHeaderError> {
    let items = value.split(|byte| *byte == b',').map(byte_sequence);
    let chain: Vec<_> = items.collect::<Result<_, _>>()?;
    if chain.len() > MAX_CHAIN {
        return Err(CertificateHeaderError);
    }
    Ok(chain)
}

/// Decodes `:base64:` (RFC 8941 §4.2.7).
fn byte_sequence(value: &[u8]) -> Result<Vec<u8>, CertificateHeaderError> {
    let text = value.trim_ascii();
    let inner = text
        .strip_prefix(b":")
        .and_then(|rest| rest.strip_suffix(b":"))
        .ok_or(CertificateHeaderError)?;
    // Four characters encode three bytes.
    if inner.len() / 4 * 3 > MAX_CERTIFICATE {
        return Err(CertificateHeaderError);
    }
    LENIENT.decode(inner).map_err(|_| CertificateHeaderError)
}

#[cfg(test)]
mod tests;
