//! Client certificates on the wire: how a registration names one (RFC 8705 §2.1.2), its thumbprint
//! (RFC 8705 §3.1), and the header field by which a proxy passes it on (RFC 9440).

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The longest certificate that is looked at, in bytes.
pub const MAX_CERTIFICATE: usize = 16 * 1024;
/// The most certificates of a chain, without the client's own.
pub const MAX_CHAIN: usize = 8;

/// RFC 8941 §4.2.7: padding may be missing, and what stands behind the last byte may be anything.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// What the certificate of a client has to name (RFC 8705 §2.1.2): one of five, and exactly one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum CertificateSubject {
    /// The distinguished name of the subject, written as in RFC 4514.
    Dn(String),
    /// A `dNSName` among the alternative names.
    Dns(String),
    /// A `uniformResourceIdentifier` among them.
    Uri(String),
    /// An `iPAddress` among them.
    Ip(String),
    /// An `rfc822Name` among them.
    Email(String),
}

/// More than one of the five was given.
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

    /// The one that was given of the five, in the order of [`Self::MEMBERS`].
    ///
    /// # Errors
    /// [`SeveralSubjects`].
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

    /// The name of the member (RFC 8705 §2.1.2).
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

    /// The registered text.
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

/// `x5t#S256` of a certificate in DER (RFC 8705 §3.1).
pub fn thumbprint(der: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(der))
}

/// A header field that should hold certificates cannot be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the certificate that the proxy passed on cannot be read")]
pub struct CertificateHeaderError;

/// The certificate of a `Client-Cert` field (RFC 9440 §2.2), in DER. An empty one is none: that is
/// what some proxies send where the client has shown none.
///
/// # Errors
/// [`CertificateHeaderError`] for what is no byte sequence (RFC 8941 §3.3.5).
pub fn from_field(value: &[u8]) -> Result<Option<Vec<u8>>, CertificateHeaderError> {
    let der = byte_sequence(value)?;
    Ok((!der.is_empty()).then_some(der))
}

/// The certificates of a `Client-Cert-Chain` field (RFC 9440 §2.3), in DER.
///
/// # Errors
/// [`CertificateHeaderError`] for what is no list of byte sequences, or too long a one.
pub fn chain_from_field(value: &[u8]) -> Result<Vec<Vec<u8>>, CertificateHeaderError> {
    let items = value.split(|byte| *byte == b',').map(byte_sequence);
    let chain: Vec<_> = items.collect::<Result<_, _>>()?;
    if chain.len() > MAX_CHAIN {
        return Err(CertificateHeaderError);
    }
    Ok(chain)
}

/// `:base64:` (RFC 8941 §4.2.7).
fn byte_sequence(value: &[u8]) -> Result<Vec<u8>, CertificateHeaderError> {
    let text = value.trim_ascii();
    let inner = text
        .strip_prefix(b":")
        .and_then(|rest| rest.strip_suffix(b":"))
        .ok_or(CertificateHeaderError)?;
    // Three bytes of every four.
    if inner.len() / 4 * 3 > MAX_CERTIFICATE {
        return Err(CertificateHeaderError);
    }
    LENIENT.decode(inner).map_err(|_| CertificateHeaderError)
}

#[cfg(test)]
mod tests;
