use openssl::pkey::{PKey, Private};
use rstest::rstest;

use super::*;
use crate::key::tests::{certificate_of, private_key};
use crate::names::ASSERTION;

const NOW: UnixSeconds = 1_796_040_000;
const CONSUMER: &str = "<AssertionConsumerService Binding='urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST' \
    Location='https://sp.example.com/acs' index='1'/>";

fn document(attributes: &str, content: &str) -> String {
    format!(
        "<?xml version='1.0'?><!-- license --><EntityDescriptor xmlns='{METADATA}' xmlns:ds='{SIGNATURE}' \
         entityID='https://sp.example.com'><SPSSODescriptor protocolSupportEnumeration='{PROTOCOL}' {attributes}>\
         {content}</SPSSODescriptor></EntityDescriptor>"
    )
}

fn key(key: &PKey<Private>, usage: &str) -> String {
    let certificate = certificate_of(key);
    let (head, tail) = certificate.split_at(64);
    format!(
        "<KeyDescriptor{usage}><ds:KeyInfo><ds:X509Data><ds:X509Certificate>\n{head}\n {tail}\n\
         </ds:X509Certificate></ds:X509Data></ds:KeyInfo></KeyDescriptor>"
    )
}

fn read_text(text: &str) -> Result<ServiceProvider> {
    read(text.as_bytes(), NOW)
}

#[test]
fn reads_service_provider() {
    let (signing, encryption) = (private_key(), private_key());
    let content = format!(
        "{}{}<SingleLogoutService Binding='{POST}' Location='https://sp.example.com/post'/>\
         <SingleLogoutService Binding='{REDIRECT}' Location='https://sp.example.com/out' \
         ResponseLocation='https://sp.example.com/done'/>\
         <NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</NameIDFormat>\
         <NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName</NameIDFormat>\
         {CONSUMER}<AssertionConsumerService Binding='{POST}' Location='https://sp.example.com/second' index='2' \
         isDefault='true'/><AssertionConsumerService Binding='{REDIRECT}' Location='https://sp.example.com/no'/>",
        key(&signing, " use='signing'"),
        key(&encryption, " use='encryption'"),
    );
    let read = read_text(&document("AuthnRequestsSigned='true'", &content)).unwrap();
    assert_eq!(read.entity_id, "https://sp.example.com");
    assert_eq!(
        read.consumers,
        [
            "https://sp.example.com/second",
            "https://sp.example.com/acs"
        ]
    );
    let settings = read.settings;
    let numbers: Vec<u16> = settings.consumers.iter().map(|own| own.index).collect();
    assert_eq!(numbers, [1, 2]);
    assert_eq!(
        settings.logout_url.as_deref(),
        Some("https://sp.example.com/out")
    );
    assert_eq!(
        settings.logout_response_url.as_deref(),
        Some("https://sp.example.com/done")
    );
    // Each certificate is made at another time, so it is that of the document.
    let written = content
        .split(['<', '>'])
        .filter(|part| part.contains("MII"));
    let written: Vec<String> = written.map(certificate_text).collect();
    assert_eq!(settings.signing_certificates, written[..1]);
    assert_eq!(settings.encryption_certificate.as_ref(), written.last());
    assert!(settings.signed_requests);
    assert_eq!(settings.name_id_format, NameIdFormat::Email);
}

/// A key without `use` is one for signatures too; otherwise a request without a signature would be accepted.
#[test]
fn key_without_use_serves_for_both() {
    let content = format!("{}{CONSUMER}", key(&private_key(), ""));
    let read = read_text(&document("AuthnRequestsSigned='1'", &content)).unwrap();
    let read = read.settings;
    assert_eq!(read.signing_certificates.len(), 1);
    assert_eq!(
        read.encryption_certificate.as_ref(),
        read.signing_certificates.first()
    );
    assert!(read.signed_requests);
}

#[test]
fn signed_requests_need_key() {
    let encryption = key(&private_key(), " use='encryption'");
    for keys in ["", &encryption] {
        let text = document("AuthnRequestsSigned='true'", &format!("{keys}{CONSUMER}"));
        let missing = MessageError::Missing("the key of the signatures of requests");
        assert_eq!(read_text(&text), Err(missing), "{keys}");
    }
    let unsigned = read_text(&document("", CONSUMER)).unwrap().settings;
    assert!(!unsigned.signed_requests && unsigned.signing_certificates.is_empty());
}

#[rstest]
#[case::no_consumer("", "", "an AssertionConsumerService with the POST binding is missing")]
#[case::artifact_only(
    "",
    "<AssertionConsumerService Binding='urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact' Location='https://x'/>",
    "an AssertionConsumerService with the POST binding is missing"
)]
#[case::index(
    "",
    "<AssertionConsumerService Binding='urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST' Location='https://x' index='x'/>",
    "index must be a number"
)]
#[case::no_location(
    "",
    "<AssertionConsumerService Binding='urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'/>",
    "Location is missing"
)]
#[case::expired(
    "validUntil='2020-01-01T00:00:00Z'",
    "",
    "validUntil must be in the future, got 2020-01-01T00:00:00Z"
)]
#[case::validity("validUntil='soon'", "", "validUntil must be a time")]
#[case::usage(
    "",
    "<KeyDescriptor use='other'><ds:KeyInfo/></KeyDescriptor>",
    "X509Certificate of a key is missing"
)]
#[case::key_name(
    "",
    "<KeyDescriptor><ds:KeyInfo><ds:KeyName>x</ds:KeyName></ds:KeyInfo></KeyDescriptor>",
    "X509Certificate of a key is missing"
)]
#[case::certificate(
    "",
    "<KeyDescriptor><ds:KeyInfo><ds:X509Data><ds:X509Certificate>AAAA</ds:X509Certificate></ds:X509Data></ds:KeyInfo></KeyDescriptor>",
    "a certificate is not base64 of DER"
)]
#[case::flag(
    "AuthnRequestsSigned='yes'",
    CONSUMER,
    "AuthnRequestsSigned must be true or false"
)]
fn rejects(#[case] attributes: &str, #[case] content: &str, #[case] expected: &str) {
    let error = read_text(&document(attributes, content)).unwrap_err();
    assert!(error.to_string().starts_with(expected), "{error}");
}

#[rstest]
#[case::several(format!("<EntitiesDescriptor xmlns='{METADATA}'/>"), "the document must be one EntityDescriptor")]
#[case::other(format!("<Assertion xmlns='{ASSERTION}'/>"), "the document must be one EntityDescriptor")]
#[case::no_entity(format!("<EntityDescriptor xmlns='{METADATA}'/>"), "entityID is missing")]
#[case::no_provider(format!("<EntityDescriptor xmlns='{METADATA}' entityID='x'/>"), "SPSSODescriptor is missing")]
#[case::old(document("", "").replace("2.0:protocol", "1.1:protocol"), "protocolSupportEnumeration must be SAML 2.0")]
#[case::two(document("", "").replace("</EntityDescriptor>", "<SPSSODescriptor/></EntityDescriptor>"), "the document has several SPSSODescriptor")]
#[case::document_type(format!("<!DOCTYPE x>{}", document("", CONSUMER).split_once("?>").unwrap().1), "the document has a document type")]
#[case::long("x".repeat(MAX_DOCUMENT + 1), "the document has more than")]
fn rejects_document(#[case] text: String, #[case] expected: &str) {
    let error = read_text(&text).unwrap_err();
    assert!(error.to_string().starts_with(expected), "{error}");
}

#[test]
fn own_metadata_has_all_keys() {
    let own = OwnAddresses::new("https://auth.example.com");
    let certificates = ["AAAA", "BBBB"];
    let text = write(&own, certificates.into_iter()).unwrap();
    let document = xml::parse(text.as_bytes(), MAX_DOCUMENT).unwrap();
    let root = Element::root(&document);
    assert_eq!(
        root.attribute("entityID"),
        Some("https://auth.example.com/saml/metadata")
    );
    let provider = root.only(METADATA, "IDPSSODescriptor").unwrap().unwrap();
    let names: Vec<String> = provider.names();
    let (keys, rest) = names.split_at(2);
    assert_eq!(keys, ["KeyDescriptor"; 2]);
    assert_eq!(rest[0], "SingleLogoutService");
    assert_eq!(rest[1..5], ["NameIDFormat"; 4]);
    assert_eq!(rest[5..], ["SingleSignOnService"; 2]);
    let certificates: Vec<String> = provider
        .all(METADATA, "KeyDescriptor")
        .map(|key| certificate(key).unwrap())
        .collect();
    assert_eq!(certificates, ["AAAA", "BBBB"]);
}
