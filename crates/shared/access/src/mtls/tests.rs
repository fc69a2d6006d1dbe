use std::net::{TcpListener, TcpStream};
use std::thread;

use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::ssl::{SslConnector, SslConnectorBuilder};
use openssl::x509::X509NameBuilder;

use super::*;

fn ec_key() -> PKey<Private> {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap()
}

fn rsa_key() -> PKey<Private> {
    PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap()
}

/// Creates an acceptor with a self-signed certificate of this key.
fn listener(key: &PKey<Private>) -> SslAcceptor {
    let mut name = X509NameBuilder::new().unwrap();
    name.append_entry_by_text("CN", "localhost").unwrap();
    let name = name.build();
    let mut certificate = X509::builder().unwrap();
    certificate.set_version(2).unwrap();
    let serial = BigNum::from_u32(1).unwrap().to_asn1_integer().unwrap();
    certificate.set_serial_number(&serial).unwrap();
    certificate.set_subject_name(&name).unwrap();
    certificate.set_issuer_name(&name).unwrap();
    let [begin, end] = [0, 1].map(|days| Asn1Time::days_from_now(days).unwrap());
    certificate.set_not_before(&begin).unwrap();
    certificate.set_not_after(&end).unwrap();
    certificate.set_pubkey(key).unwrap();
    certificate.sign(key, MessageDigest::sha256()).unwrap();
    let chain = certificate.build().to_pem().unwrap();
    acceptor(&chain, &key.private_key_to_pem_pkcs8().unwrap()).unwrap()
}

/// Performs one handshake. Returns the negotiated version and cipher suite.
fn handshake(
    acceptor: &SslAcceptor,
    offer: impl FnOnce(&mut SslConnectorBuilder),
) -> Option<(String, String)> {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    let acceptor = acceptor.clone();
    let server = thread::spawn(move || {
        let (stream, _) = socket.accept().unwrap();
        acceptor.accept(stream).is_ok()
    });
    let mut builder = SslConnector::builder(SslMethod::tls_client()).unwrap();
    builder.set_verify(SslVerifyMode::NONE);
    // The listener must reject weak suites, not the client of this test.
    builder.set_security_level(0);
    offer(&mut builder);
    let connected = builder
        .build()
        .connect("localhost", TcpStream::connect(address).unwrap());
    let agreed = connected.ok().map(|stream| {
        let ssl = stream.ssl();
        let cipher = ssl.current_cipher().unwrap().name();
        (ssl.version_str().to_owned(), cipher.to_owned())
    });
    assert_eq!(server.join().unwrap(), agreed.is_some());
    agreed
}

fn tls_1_2(acceptor: &SslAcceptor, cipher: &str) -> Option<(String, String)> {
    handshake(acceptor, |builder| {
        let version = Some(SslVersion::TLS1_2);
        builder.set_max_proto_version(version).unwrap();
        builder.set_min_proto_version(version).unwrap();
        builder.set_cipher_list(cipher).unwrap();
    })
}

/// Cipher suites that OpenSSL supports for each key type and that RFC 9325 §4.2 does not recommend.
const REJECTED_ECDSA: [&str; 8] = [
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "ECDHE-ECDSA-AES128-SHA256",
    "ECDHE-ECDSA-AES256-SHA384",
    "ECDHE-ECDSA-AES128-SHA",
    "ECDHE-ECDSA-AES256-SHA",
    "ECDHE-ECDSA-AES128-CCM",
    "ECDHE-ECDSA-AES256-CCM",
    "ECDHE-ECDSA-AES128-CCM8",
];
const REJECTED_RSA: [&str; 16] = [
    "DHE-RSA-AES128-GCM-SHA256",
    "DHE-RSA-AES256-GCM-SHA384",
    "DHE-RSA-CHACHA20-POLY1305",
    "DHE-RSA-AES128-SHA256",
    "DHE-RSA-AES256-SHA256",
    "ECDHE-RSA-CHACHA20-POLY1305",
    "ECDHE-RSA-AES128-SHA256",
    "ECDHE-RSA-AES256-SHA384",
    "ECDHE-RSA-AES128-SHA",
    "ECDHE-RSA-AES256-SHA",
    "AES128-GCM-SHA256",
    "AES256-GCM-SHA384",
    "AES128-SHA256",
    "AES256-SHA256",
    "AES128-SHA",
    "AES256-SHA",
];

#[test]
fn rfc_9325_4_2_tls_1_2_takes_ecdhe_with_aes_gcm_alone() {
    for (key, family, rejected) in [
        (ec_key(), "ECDSA", REJECTED_ECDSA.as_slice()),
        (rsa_key(), "RSA", REJECTED_RSA.as_slice()),
    ] {
        let acceptor = listener(&key);
        for suite in ["AES128-GCM-SHA256", "AES256-GCM-SHA384"] {
            let cipher = format!("ECDHE-{family}-{suite}");
            let expected = ("TLSv1.2".to_owned(), cipher.clone());
            assert_eq!(tls_1_2(&acceptor, &cipher), Some(expected));
        }
        for cipher in rejected {
            assert_eq!(tls_1_2(&acceptor, cipher), None, "{cipher}");
        }
        assert_eq!(tls_1_2(&acceptor, &rejected.join(":")), None, "all of them");
    }
}

#[test]
fn rfc_9325_3_1_1_versions_below_tls_1_2_are_rejected() {
    let acceptor = listener(&ec_key());
    let agreed = handshake(&acceptor, |_| {}).unwrap();
    assert_eq!(agreed.0, "TLSv1.3");
    for version in [SslVersion::TLS1, SslVersion::TLS1_1] {
        let agreed = handshake(&acceptor, |builder| {
            builder.set_min_proto_version(Some(version)).unwrap();
            builder.set_max_proto_version(Some(version)).unwrap();
            builder.set_cipher_list("ALL:@SECLEVEL=0").unwrap();
        });
        assert_eq!(agreed, None, "{version:?}");
    }
}
