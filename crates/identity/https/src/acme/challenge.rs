//! Challenges: the proof that this server answers for a host.

use std::fmt;
use std::str::FromStr;

use openssl::asn1::{Asn1Integer, Asn1Object, Asn1OctetString, Asn1Time};
use openssl::bn::BigNum;
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::sha::sha256;
use openssl::x509::extension::SubjectAlternativeName;
use openssl::x509::{X509, X509Extension, X509NameBuilder};

use super::request_key;
use crate::key_pair::KeyPair;

/// The extension `id-pe-acmeIdentifier` (RFC 8737 §3).
const ACME_IDENTIFIER: &str = "1.3.6.1.5.5.7.1.31";

/// The kind of a challenge that this server can answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChallengeKind {
    /// By plain HTTP at port 80 (RFC 8555 §8.3).
    Http01,
    /// By TLS at port 443 (RFC 8737).
    TlsAlpn01,
}

/// A challenge that the server answers, until the authority has verified it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Challenge {
    pub kind: ChallengeKind,
    pub host: String,
    pub token: String,
    /// The token with the thumbprint of the account key (RFC 8555 §8.1).
    pub key_authorization: String,
}

impl ChallengeKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http01 => "http-01",
            Self::TlsAlpn01 => "tls-alpn-01",
        }
    }
}

impl fmt::Display for ChallengeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ChallengeKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let all = [Self::Http01, Self::TlsAlpn01];
        all.into_iter().find(|kind| kind.as_str() == text).ok_or(())
    }
}

impl Challenge {
    /// Creates the self-signed certificate of a TLS-ALPN-01 challenge (RFC 8737 §3).
    pub(crate) fn certificate(&self) -> Result<KeyPair, ErrorStack> {
        let key = request_key::generate()?;
        let mut name = X509NameBuilder::new()?;
        name.append_entry_by_text("CN", "ACME challenge")?;
        let name = name.build();
        let mut builder = X509::builder()?;
        builder.set_version(2)?;
        let serial = BigNum::from_u32(1)?;
        let serial = Asn1Integer::from_bn(&serial)?;
        builder.set_serial_number(&serial)?;
        builder.set_subject_name(&name)?;
        builder.set_issuer_name(&name)?;
        let (from, to) = (Asn1Time::from_unix(0)?, Asn1Time::days_from_now(365)?);
        builder.set_not_before(&from)?;
        builder.set_not_after(&to)?;
        builder.set_pubkey(&key)?;
        let names = SubjectAlternativeName::new()
            .dns(&self.host)
            .build(&builder.x509v3_context(None, None))?;
        builder.append_extension(names)?;
        // An octet string of 32 bytes in DER.
        let mut digest = vec![0x04, 0x20];
        digest.extend_from_slice(&sha256(self.key_authorization.as_bytes()));
        let identifier = Asn1Object::from_str(ACME_IDENTIFIER)?;
        let digest = Asn1OctetString::new_from_bytes(&digest)?;
        builder.append_extension(X509Extension::new_from_der(&identifier, true, &digest)?)?;
        builder.sign(&key, MessageDigest::sha256())?;
        Ok(KeyPair {
            chain: vec![builder.build()],
            key,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_8737_3_certificate_has_host_and_critical_digest() {
        let challenge = Challenge {
            kind: ChallengeKind::TlsAlpn01,
            host: "id.example.org".to_owned(),
            token: "token".to_owned(),
            key_authorization: "token.thumbprint".to_owned(),
        };
        let pair = challenge.certificate().unwrap();
        assert_eq!(pair.facts().unwrap().names, ["id.example.org"]);
        let der = pair.chain[0].to_der().unwrap();
        // OID, TRUE, and the octet string within that of the extension.
        let mut expected = vec![
            0x06, 8, 0x2b, 6, 1, 5, 5, 7, 1, 31, 1, 1, 0xff, 4, 34, 4, 32,
        ];
        expected.extend_from_slice(&sha256(b"token.thumbprint"));
        assert!(der.windows(expected.len()).any(|part| part == expected));
    }
}
