use std::net::TcpListener;

use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::PKey;
use openssl::ssl::{SslAcceptor, SslMethod};
use openssl::x509::X509Name;
use openssl::x509::extension::SubjectAlternativeName;

use super::*;
use crate::doctor::report::CheckStatus;

#[test]
fn remediation_follows_cause() {
    for (cause, word) in [
        (
            "certificate verify failed: (self-signed certificate in certificate chain)",
            "SSL_CERT_FILE",
        ),
        (
            "certificate verify failed: (self-signed certificate)",
            "SSL_CERT_FILE",
        ),
        (
            "certificate verify failed: (unable to get local issuer certificate)",
            "SSL_CERT_FILE",
        ),
        (
            "certificate verify failed: (unable to verify the first certificate)",
            "SSL_CERT_FILE",
        ),
        (
            "certificate verify failed: (certificate has expired)",
            "renew",
        ),
        (
            "certificate verify failed: (hostname mismatch)",
            "host of the issuer",
        ),
        (
            "certificate verify failed: (IP address mismatch)",
            "host of the issuer",
        ),
        (
            "certificate verify failed: (certificate revoked)",
            "chain is complete",
        ),
        ("Connection refused (os error 111)", "server runs"),
        ("dns error", "name"),
    ] {
        let found = unreachable_remediation(cause);
        assert!(found.contains(word), "{cause}: {found}");
    }
}

#[test]
fn certificate_warning_starts_two_weeks_before_expiry() {
    let health = [90, 14, 13, -1].map(|days| certificate_line(days).health);
    let [good, warning] = [CheckStatus::Good, CheckStatus::Warning];
    assert_eq!(health, [good, good, warning, warning]);
}

/// Answers one connection with a certificate of an unknown authority for this host.
fn serve_once(host: &str) -> u16 {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    let key = PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap();
    let mut name = X509Name::builder().unwrap();
    name.append_entry_by_text("CN", host).unwrap();
    let name = name.build();
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    builder.set_subject_name(&name).unwrap();
    builder.set_issuer_name(&name).unwrap();
    builder.set_pubkey(&key).unwrap();
    let (from, to) = (Asn1Time::days_from_now(0), Asn1Time::days_from_now(9));
    builder.set_not_before(&from.unwrap()).unwrap();
    builder.set_not_after(&to.unwrap()).unwrap();
    let names = SubjectAlternativeName::new()
        .dns(host)
        .build(&builder.x509v3_context(None, None));
    builder.append_extension(names.unwrap()).unwrap();
    builder.sign(&key, MessageDigest::sha256()).unwrap();
    let mut acceptor = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls()).unwrap();
    acceptor.set_private_key(&key).unwrap();
    acceptor.set_certificate(&builder.build()).unwrap();
    let acceptor = acceptor.build();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        listener
            .accept()
            .map(|(stream, _)| acceptor.accept(stream).is_ok())
    });
    port
}

#[actix_web::test]
async fn certificate_of_own_authority_names_its_setting() {
    let port = serve_once("localhost");
    let found = discover(&format!("https://localhost:{port}"), 0, &mut Vec::new()).await;
    let line = found.unwrap_err();
    let remediation = line.suggestion.unwrap();
    assert!(
        remediation.contains("SSL_CERT_FILE"),
        "{}: {remediation}",
        line.seen
    );
}
