use doorward_domain::keys::generate;
use doorward_domain::random::Random;
use doorward_domain::secret::MasterKey;
use doorward_protocol::signing_alg::SigningAlg;
use openssl::asn1::Asn1Time;
use openssl::pkey::Private;
use openssl::x509::{X509Builder, X509NameBuilder};

use super::*;

pub fn private_key() -> PKey<Private> {
    PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap()
}

/// Returns a certificate of a service provider in base64 of DER.
pub fn certificate_of(key: &PKey<Private>) -> String {
    let mut name = X509NameBuilder::new().unwrap();
    name.append_entry_by_text("CN", "sp.example.com").unwrap();
    let name = name.build();
    let mut builder = X509Builder::new().unwrap();
    builder.set_version(2).unwrap();
    builder.set_subject_name(&name).unwrap();
    builder.set_issuer_name(&name).unwrap();
    builder.set_pubkey(key).unwrap();
    let (start, end) = (Asn1Time::days_from_now(0), Asn1Time::days_from_now(1));
    builder.set_not_before(&start.unwrap()).unwrap();
    builder.set_not_after(&end.unwrap()).unwrap();
    builder.sign(key, MessageDigest::sha256()).unwrap();
    STANDARD.encode(builder.build().to_der().unwrap())
}

/// Returns a signer of this server with its published key.
pub fn own_signer() -> (Signer, PublishedKey) {
    let random = Random::default();
    let master = MasterKey::generate(&mut random.rng());
    let record = generate(SigningAlg::Rs256, &master, 0, 0, &mut random.rng()).unwrap();
    let published = serde_json::from_str(&record.public_jwk).unwrap();
    (Signer::open(&record, &master).unwrap(), published)
}

#[test]
fn certificate_is_signed_by_its_own_key() {
    let (signer, key) = own_signer();
    let text = certificate(&signer, &key).unwrap();
    assert_eq!(certificate(&signer, &key).unwrap(), text);
    let read = X509::from_der(&STANDARD.decode(&text).unwrap()).unwrap();
    let public_key = read.public_key().unwrap();
    assert!(read.verify(&public_key).unwrap());
    let subject = read.subject_name().entries().next().unwrap();
    let name = subject.data().to_string().unwrap();
    assert_eq!(name, format!("Doorward {}", key.kid));
    assert!(read.not_after() > &*Asn1Time::days_from_now(36_500).unwrap());
    assert!(VerificationKey::from_certificate(&text).is_ok());
}

#[test]
fn keys_of_certificates_are_checked() {
    let pem = format!(
        "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
        certificate_of(&private_key())
    );
    assert!(VerificationKey::from_certificate(&pem).is_ok());
    let weak = PKey::from_rsa(Rsa::generate(1024).unwrap()).unwrap();
    let error = VerificationKey::from_certificate(&certificate_of(&weak)).unwrap_err();
    assert_eq!(error, CertificateError::Weak(1024));
    let ed25519 = PKey::generate_ed25519().unwrap();
    let mut builder = X509Builder::new().unwrap();
    builder.set_pubkey(&ed25519).unwrap();
    let (start, end) = (Asn1Time::days_from_now(0), Asn1Time::days_from_now(1));
    builder.set_not_before(&start.unwrap()).unwrap();
    builder.set_not_after(&end.unwrap()).unwrap();
    builder.sign(&ed25519, MessageDigest::null()).unwrap();
    let other = STANDARD.encode(builder.build().to_der().unwrap());
    let error = VerificationKey::from_certificate(&other).unwrap_err();
    assert_eq!(error, CertificateError::NotRsa);
    for text in ["", "x", "AAAA"] {
        let error = VerificationKey::from_certificate(text).unwrap_err();
        assert_eq!(error, CertificateError::Unreadable, "{text}");
    }
}
