use std::net::Ipv4Addr;

use openssl::asn1::Asn1Time;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::x509::extension::SubjectAlternativeName;
use openssl::x509::{X509, X509NameBuilder};
use rstest::rstest;

use super::*;

const MADE: i64 = 1_800_000_000;
const OVER: i64 = MADE + 3600;

fn key(bits: u32) -> PKey<Private> {
    PKey::from_rsa(Rsa::generate(bits).unwrap()).unwrap()
}

/// Builds a certificate with this subject, from the root to the leaf.
fn shown(subject: &[(Nid, &str)], key: &PKey<Private>) -> ClientCertificate {
    let mut name = X509NameBuilder::new().unwrap();
    for (part, text) in subject {
        name.append_entry_by_nid(*part, text).unwrap();
    }
    let name = name.build();
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    builder.set_subject_name(&name).unwrap();
    builder.set_issuer_name(&name).unwrap();
    builder.set_pubkey(key).unwrap();
    let time = |at| Asn1Time::from_unix(at).unwrap();
    builder.set_not_before(&time(MADE)).unwrap();
    builder.set_not_after(&time(OVER)).unwrap();
    let names = SubjectAlternativeName::new()
        .dns("billing.example.org")
        .dns("*.wild.example.org")
        .uri("spiffe://example.org/billing")
        .ip("192.0.2.7")
        .ip("2001:db8::7")
        .email("Billing@example.org")
        .build(&builder.x509v3_context(None, None))
        .unwrap();
    builder.append_extension(names).unwrap();
    builder.sign(key, MessageDigest::sha256()).unwrap();
    let der = builder.build().to_der().unwrap();
    ClientCertificate::read(&der, Vec::new()).unwrap()
}

fn subject() -> Vec<(Nid, &'static str)> {
    vec![
        (Nid::COUNTRYNAME, "NL"),
        (Nid::ORGANIZATIONNAME, "Example, Ltd"),
        (Nid::COMMONNAME, "Bílling  Service"),
    ]
}

/// Registered name × the certificate above (RFC 8705 §2.1.2).
#[rstest]
#[case("dn", r"CN=Bílling  Service,O=Example\, Ltd,C=NL", true)]
#[case::case_and_spaces("dn", r"cn=bÍLLING service,o=EXAMPLE\, LTD,c=nl", true)]
#[case::escaped("dn", r"CN=B\C3\ADlling Service,O=Example\2C Ltd,C=NL", true)]
#[case::by_number("dn", r"2.5.4.3=Bílling Service,2.5.4.10=Example\, Ltd,C=NL", true)]
#[case::other_order("dn", r"C=NL,O=Example\, Ltd,CN=Bílling Service", false)]
#[case::less("dn", r"CN=Bílling Service,O=Example\, Ltd", false)]
#[case::more("dn", r"OU=a,CN=Bílling Service,O=Example\, Ltd,C=NL", false)]
#[case::other("dn", r"CN=Billing Service,O=Example\, Ltd,C=NL", false)]
#[case::prefix("dn", r"CN=Bílling,O=Example\, Ltd,C=NL", false)]
#[case::together("dn", r"CN=Bílling Service+O=Example\, Ltd,C=NL", false)]
#[case::other_part("dn", r"OU=Bílling Service,O=Example\, Ltd,C=NL", false)]
#[case::nothing("dn", "", false)]
#[case("dns", "billing.example.org", true)]
#[case("dns", "BILLING.example.org", true)]
#[case("dns", "example.org", false)]
#[case::wildcard_matches_no_host("dns", "a.wild.example.org", false)]
#[case("uri", "spiffe://example.org/billing", true)]
#[case("uri", "spiffe://example.org/Billing", false)]
#[case("uri", "spiffe://example.org", false)]
#[case("ip", "192.0.2.7", true)]
#[case("ip", "192.0.2.70", false)]
#[case::spelling("ip", "2001:DB8:0:0::7", true)]
#[case("ip", "2001:db8::8", false)]
#[case::mapped("ip", "::ffff:192.0.2.7", false)]
#[case("email", "Billing@EXAMPLE.org", true)]
#[case("email", "billing@example.org", false)]
#[case::kinds_are_apart("email", "billing.example.org", false)]
fn rfc_8705_2_1_2_certificate_must_have_registered_name(
    #[case] kind: &str,
    #[case] text: &str,
    #[case] expected: bool,
) {
    let displayed = shown(&subject(), &key(2048));
    let registered = registered(kind, text);
    assert_eq!(names(&registered, &displayed), expected);
}

fn registered(kind: &str, text: &str) -> CertificateSubject {
    let json = serde_json::json!({ "kind": kind, "value": text });
    serde_json::from_value(json).unwrap()
}

/// A certificate without a subject matches no registered name.
#[test]
fn certificate_without_names_matches_no_name() {
    let displayed = shown(&[], &key(2048));
    for text in ["", "CN=", "CN=a"] {
        assert!(!names(&registered("dn", text), &displayed), "{text:?}");
    }
}

#[rstest]
#[case("dn", "CN=billing,O=Example", true)]
#[case("dn", "", false)]
#[case("dn", "billing", false)]
#[case("dn", "/C=NL/CN=billing", false)]
#[case("dn", "CN = billing, O = Example", false)]
#[case("dn", "purple=billing", false)]
#[case("dns", "billing.example.org", true)]
#[case("dns", "*.example.org", false)]
#[case("dns", "", false)]
#[case("dns", "https://example.org", false)]
#[case("uri", "spiffe://example.org/billing", true)]
#[case("uri", "billing", false)]
#[case("ip", "2001:db8::7", true)]
#[case("ip", "192.0.2.0/24", false)]
#[case("email", "billing@example.org", true)]
#[case("email", "@example.org", false)]
#[case("email", "example.org", false)]
fn registered_subject_must_be_matchable(
    #[case] kind: &str,
    #[case] text: &str,
    #[case] good: bool,
) {
    assert_eq!(check_subject(&registered(kind, text)).is_ok(), good);
}

#[test]
fn certificate_is_valid_within_validity_period() {
    let text = shown(&subject(), &key(2048));
    for (now, holds) in [
        (MADE - 1, false),
        (MADE, true),
        (OVER, true),
        (OVER + 1, false),
    ] {
        assert_eq!(text.is_current(now), holds, "{now}");
    }
    assert_eq!(text.names.ip[0], Ipv4Addr::new(192, 0, 2, 7));
}

/// The key has the thumbprint of its JWK, as in other libraries; a weak key has none.
#[test]
fn thumbprint_of_key_equals_jwk_thumbprint() {
    let strong = key(2048);
    let pem = strong.public_key_to_pem().unwrap();
    let algorithm = josekit::jws::alg::rsassa::RsassaJwsAlgorithm::Rs256;
    let pair = algorithm.key_pair_from_pem(strong.private_key_to_pem_pkcs8().unwrap());
    let jwk = pair.unwrap().to_jwk_public_key();
    let jwk: &serde_json::Map<_, _> = jwk.as_ref();
    let expected = doorward_access::jwt::jwk::thumbprint(jwk);
    assert!(expected.is_some() && !pem.is_empty());
    assert_eq!(shown(&subject(), &strong).key, expected);
    assert_eq!(shown(&subject(), &key(1024)).key, None);
}

#[test]
fn rejects_invalid_certificate() {
    let long = vec![0x30; 20_000];
    for der in [&b""[..], b"abc", &[0x30, 0x03, 1, 2, 3], &long] {
        assert!(ClientCertificate::read(der, Vec::new()).is_err());
    }
}
