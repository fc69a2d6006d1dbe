//! Certificates for the tests of this crate.

use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::x509::extension::SubjectAlternativeName;
use openssl::x509::{X509, X509Name, X509NameBuilder};

use crate::key_pair::KeyPair;

pub fn key() -> PKey<Private> {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap()
}

fn name(common: &str) -> X509Name {
    let mut name = X509NameBuilder::new().unwrap();
    name.append_entry_by_text("CN", common).unwrap();
    name.build()
}

/// Creates a certificate for a day; without an issuer, a self-signed one. The first name is its
/// subject.
pub fn certificate(
    names: &[&str],
    key: &PKey<Private>,
    issuer: Option<(&str, &PKey<Private>)>,
) -> X509 {
    let (issuer, signer) = issuer.unwrap_or((names[0], key));
    let mut certificate = X509::builder().unwrap();
    certificate.set_version(2).unwrap();
    let serial = BigNum::from_u32(1).unwrap().to_asn1_integer().unwrap();
    certificate.set_serial_number(&serial).unwrap();
    certificate.set_subject_name(&name(names[0])).unwrap();
    certificate.set_issuer_name(&name(issuer)).unwrap();
    let [begin, end] = [0, 1].map(|days| Asn1Time::days_from_now(days).unwrap());
    certificate.set_not_before(&begin).unwrap();
    certificate.set_not_after(&end).unwrap();
    certificate.set_pubkey(key).unwrap();
    let mut alternative = SubjectAlternativeName::new();
    for name in names {
        alternative.dns(name);
    }
    alternative.ip("127.0.0.1");
    let alternative = alternative
        .build(&certificate.x509v3_context(None, None))
        .unwrap();
    certificate.append_extension(alternative).unwrap();
    certificate.sign(signer, MessageDigest::sha256()).unwrap();
    certificate.build()
}

pub fn pem(key: &PKey<Private>) -> Vec<u8> {
    key.private_key_to_pem_pkcs8().unwrap()
}

/// Creates a self-signed pair for these names.
pub fn pair(names: &[&str]) -> KeyPair {
    let key = key();
    let chain = certificate(names, &key, None).to_pem().unwrap();
    KeyPair::from_pem(&chain, &pem(&key)).unwrap()
}
