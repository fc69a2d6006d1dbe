//! The key of a certificate, and the request for the certificate (RFC 2986).

use openssl::ec::{EcGroup, EcKey};
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::stack::Stack;
use openssl::x509::X509ReqBuilder;
use openssl::x509::extension::SubjectAlternativeName;

/// Creates a key on the curve P-256, which all browsers support.
pub(super) fn generate() -> Result<PKey<Private>, ErrorStack> {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?;
    PKey::from_ec_key(EcKey::generate(&group)?)
}

/// Creates the request for a certificate with these hosts, in DER (RFC 8555 §7.4).
pub(super) fn request(key: &PKey<Private>, hosts: &[String]) -> Result<Vec<u8>, ErrorStack> {
    let mut builder = X509ReqBuilder::new()?;
    builder.set_version(0)?;
    builder.set_pubkey(key)?;
    let mut names = SubjectAlternativeName::new();
    for host in hosts {
        names.dns(host);
    }
    let mut extensions = Stack::new()?;
    extensions.push(names.build(&builder.x509v3_context(None))?)?;
    builder.add_extensions(&extensions)?;
    builder.sign(key, MessageDigest::sha256())?;
    builder.build().to_der()
}

#[cfg(test)]
mod tests {
    use openssl::x509::X509Req;

    use super::*;

    #[test]
    fn request_is_signed_and_names_hosts() {
        let key = generate().unwrap();
        let hosts = ["id.example.org", "acme.example.org"].map(str::to_owned);
        let request = X509Req::from_der(&request(&key, &hosts).unwrap()).unwrap();
        assert!(request.verify(&key).unwrap());
        let text = String::from_utf8(request.to_text().unwrap()).unwrap();
        assert!(
            text.contains("DNS:id.example.org, DNS:acme.example.org"),
            "{text}"
        );
    }
}
