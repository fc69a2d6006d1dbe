use std::path::{Path, PathBuf};
use std::process::Command;

use doorward_domain::model::saml_client::AttributeNames;
use openssl::pkey::{PKey, Private};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use rstest::rstest;
use serde_json::json;

use super::*;
use crate::attributes::attributes;
use crate::key::tests::{certificate_of, own_signer, private_key};
use crate::key::{VerificationKey, certificate};
use crate::names::{ASSERTION, PROTOCOL};
use crate::xml::{self, Element};

const NOW: UnixSeconds = 1_796_040_000;

const ENVELOPE: Envelope<'_> = Envelope {
    id: "_response",
    issuer: "https://auth.example.com/saml/metadata",
    provider: "https://sp.example.com",
    destination: "https://sp.example.com/acs?a=1&b=2",
    in_response_to: Some("_request"),
    now: NOW,
};

/// A key of this server, and the files of the programs that verify what it signs.
struct Verified {
    signer: doorward_domain::keys::Signer,
    certificate: String,
    folder: tempfile::TempDir,
}

impl Verified {
    fn new() -> Self {
        let (signer, key) = own_signer();
        let certificate = certificate(&signer, &key).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let pem =
            format!("-----BEGIN CERTIFICATE-----\n{certificate}\n-----END CERTIFICATE-----\n");
        std::fs::write(folder.path().join("own.pem"), pem).unwrap();
        Self {
            signer,
            certificate,
            folder,
        }
    }

    fn response(&self, signed: Signed, encryption: Option<&Encryption>, user: &User) -> String {
        let sign = |bytes: &[u8]| self.signer.sign_bytes(bytes);
        let protection = Protection {
            signed,
            signer: XmlSigner {
                certificate: &self.certificate,
                sign: &sign,
            },
            encryption,
        };
        let statement = Statement {
            id: "_assertion",
            name_id: &user.name_id,
            authenticated_at: NOW - 100,
            session_index: "_session",
            session_ends_at: NOW + 3600,
            context: "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
            attributes: &user.attributes,
        };
        success(&ENVELOPE, &statement, &protection).unwrap()
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Returns the canonical form that a foreign program makes of a document.
    fn canonical(&self, text: &str) -> String {
        let file = self.write("document.xml", text);
        let canonical = run(Command::new(installed("xmllint")).args(["--exc-c14n", &file]));
        String::from_utf8(canonical).unwrap()
    }

    /// Verifies the signature that covers elements with this name, in all files.
    fn verify(&self, element: &str, files: &[String]) {
        let own = self.folder.path().join("own.pem");
        let namespace = if element == "Assertion" {
            ASSERTION
        } else {
            PROTOCOL
        };
        let signature = format!("//*[local-name()='{element}']/*[local-name()='Signature']");
        run(Command::new(installed("xmlsec1"))
            .args(["--verify", "--pubkey-cert-pem"])
            .arg(own)
            .args(["--id-attr:ID", &format!("{namespace}:{element}")])
            .args(["--node-xpath", &signature])
            .args(files));
    }
}

/// Returns a program that `cargo xtask test` installs.
fn installed(program: &str) -> PathBuf {
    let path = Path::new("/usr/bin").join(program);
    assert!(path.exists(), "no {program}: run `cargo xtask test`");
    path
}

/// Returns the Python with signxml that `cargo xtask test` installs into the target directory.
fn python() -> PathBuf {
    let program = std::env::current_exe().unwrap();
    let path = program
        .ancestors()
        .nth(3)
        .unwrap()
        .join("saml/signxml/bin/python");
    assert!(path.exists(), "no signxml: run `cargo xtask test`");
    path
}

fn run(command: &mut Command) -> Vec<u8> {
    let output = command.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    output.stdout
}

struct User {
    name_id: NameId,
    attributes: Vec<Attribute>,
}

impl User {
    fn new(name: &str, values: &[String]) -> Self {
        let claims = json!({"email": name, "groups": values, name: "x"});
        Self {
            name_id: NameId {
                format: NameIdFormat::Persistent,
                value: name.to_owned(),
            },
            attributes: attributes(AttributeNames::Uri, claims.as_object().unwrap()),
        }
    }
}

fn encryption() -> (PKey<Private>, Encryption) {
    let private = private_key();
    let key = VerificationKey::from_certificate(&certificate_of(&private)).unwrap();
    let encryption = Encryption::new(key, &mut rand::rng());
    (private, encryption)
}

fn only<'a>(element: Element<'a>, namespace: &str, name: &str) -> Element<'a> {
    element.only(namespace, name).unwrap().unwrap()
}

#[rstest]
#[case::assertion(Signed::Assertion, &["Assertion"])]
#[case::response(Signed::Response, &["Response"])]
#[case::both(Signed::Both, &["Response", "Assertion"])]
fn foreign_program_verifies_signatures(#[case] signed: Signed, #[case] elements: &[&str]) {
    let verified = Verified::new();
    let text = verified.response(signed, None, &User::new("ada", &["<a>".to_owned()]));
    assert_eq!(text.matches("<ds:Signature ").count(), elements.len());
    let file = verified.write("response.xml", &text);
    for element in elements {
        verified.verify(element, std::slice::from_ref(&file));
    }
}

#[test]
fn changed_response_is_not_verified() {
    let verified = Verified::new();
    let text = verified.response(Signed::Assertion, None, &User::new("ada", &[]));
    let file = verified.write("response.xml", &text.replace(">ada<", ">eve<"));
    let status = Command::new(installed("xmlsec1"))
        .args(["--verify", "--pubkey-cert-pem"])
        .arg(verified.folder.path().join("own.pem"))
        .args(["--id-attr:ID", &format!("{ASSERTION}:Assertion"), &file])
        .output()
        .unwrap();
    assert!(!status.status.success());
}

#[rstest]
#[case(Signed::Assertion)]
#[case(Signed::Response)]
#[case(Signed::Both)]
fn encrypted_assertion_is_signed_assertion(#[case] signed: Signed) {
    let verified = Verified::new();
    let (private, encryption) = encryption();
    let user = User::new("ada & eve", &["é".to_owned()]);
    let text = verified.response(signed, Some(&encryption), &user);
    assert!(!text.contains("ada &amp;"));
    let file = verified.write("response.xml", &text);
    if signed != Signed::Assertion {
        verified.verify("Response", std::slice::from_ref(&file));
    }
    let pem = private.private_key_to_pem_pkcs8().unwrap();
    let key = verified.write("sp.pem", std::str::from_utf8(&pem).unwrap());
    let mut command = Command::new(installed("xmlsec1"));
    let decrypted = run(command.args(["--decrypt", "--privkey-pem", &key, &file]));
    let decrypted = String::from_utf8(decrypted).unwrap();
    assert!(decrypted.contains(">ada &amp; eve<"), "{decrypted}");
    if signed != Signed::Response {
        let file = verified.write("decrypted.xml", &decrypted);
        verified.verify("Assertion", &[file]);
    }
}

/// Returns texts with characters of all scripts, controls, and the ends of CDATA sections.
fn texts(count: usize) -> Vec<Vec<String>> {
    let part = prop_oneof![
        any::<char>().prop_map(String::from),
        "[\\PC]{1,8}",
        prop_oneof![
            "]]>",
            "\r\n",
            "<!--",
            "&amp;",
            "\"'",
            "\u{0}",
            "\u{feff}",
            "\u{202e}",
            "\u{85}\u{2028}"
        ],
    ];
    let text = proptest::collection::vec(part, 0..6).prop_map(|parts| parts.concat());
    let user = proptest::collection::vec(text, 1..5);
    let mut runner = TestRunner::deterministic();
    let tree = |_| user.new_tree(&mut runner).unwrap().current();
    (0..count).map(tree).collect()
}

#[test]
fn signed_bytes_are_canonical_for_all_texts() {
    let verified = Verified::new();
    let mut files = Vec::new();
    let mut expected = String::new();
    for (at, mut values) in texts(1000).into_iter().enumerate() {
        let name = values.pop().unwrap();
        let text = verified.response(Signed::Both, None, &User::new(&name, &values));
        files.push(verified.write(&format!("{at}.xml"), &text));
        expected.push_str(&text);
    }
    for files in files.chunks(250) {
        verified.verify("Response", files);
        verified.verify("Assertion", files);
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/signxml/verify.py");
    for files in files.chunks(500) {
        let own = verified.folder.path().join("own.pem");
        run(Command::new(python()).arg(&script).arg(own).args(files));
    }
    let canonical = run(Command::new(installed("xmllint"))
        .arg("--exc-c14n")
        .args(&files));
    let canonical = String::from_utf8(canonical).unwrap();
    assert!(canonical == expected, "xmllint writes other bytes");
}

#[test]
fn own_metadata_is_canonical() {
    let verified = Verified::new();
    let own = crate::metadata::OwnAddresses::new("https://auth.example.com");
    let text =
        crate::metadata::write(&own, std::iter::once(verified.certificate.as_str())).unwrap();
    assert_eq!(verified.canonical(&text), text);
}

/// A value without the escapes of its place, and attributes in another order, fail.
#[test]
fn each_value_of_each_document_is_escaped_as_its_place_demands() {
    const VALUE: &str = "<&>\"'\t\n\r]]>&amp;\u{0}é";
    let verified = Verified::new();
    let sign = |bytes: &[u8]| verified.signer.sign_bytes(bytes);
    let signer = XmlSigner {
        certificate: VALUE,
        sign: &sign,
    };
    let envelope = Envelope {
        id: VALUE,
        issuer: VALUE,
        provider: VALUE,
        destination: VALUE,
        in_response_to: Some(VALUE),
        now: NOW,
    };
    let user = User::new(VALUE, &[VALUE.to_owned(), String::new()]);
    let statement = Statement {
        id: VALUE,
        name_id: &user.name_id,
        authenticated_at: NOW,
        session_index: VALUE,
        session_ends_at: NOW,
        context: VALUE,
        attributes: &user.attributes,
    };
    let protection = |encryption| Protection {
        signed: Signed::Both,
        signer,
        encryption,
    };
    let (_, encryption) = encryption();
    let own = crate::metadata::OwnAddresses::new(VALUE);
    for text in [
        success(&envelope, &statement, &protection(None)).unwrap(),
        success(&envelope, &statement, &protection(Some(&encryption))).unwrap(),
        failure(&envelope, Status::NO_PASSIVE, VALUE, &signer).unwrap(),
        logout_request(&envelope, &user.name_id, VALUE).unwrap(),
        logout_response(&envelope, Status::PARTIAL_LOGOUT).unwrap(),
        crate::metadata::write(&own, [VALUE, VALUE].into_iter()).unwrap(),
    ] {
        assert_eq!(verified.canonical(&text), text);
    }
}

#[test]
fn assertion_is_bound_to_request() {
    let verified = Verified::new();
    let text = verified.response(
        Signed::Assertion,
        None,
        &User::new("ada", &["g".to_owned()]),
    );
    let document = xml::parse(text.as_bytes(), usize::MAX).unwrap();
    let response = Element::root(&document);
    for (name, value) in [
        ("Destination", ENVELOPE.destination),
        ("InResponseTo", "_request"),
        ("IssueInstant", "2026-11-30T12:00:00Z"),
    ] {
        assert_eq!(response.attribute(name), Some(value), "{name}");
    }
    assert_eq!(only(response, ASSERTION, "Issuer").value(), ENVELOPE.issuer);
    let assertion = only(response, ASSERTION, "Assertion");
    let subject = only(assertion, ASSERTION, "Subject");
    let confirmation = only(
        only(subject, ASSERTION, "SubjectConfirmation"),
        ASSERTION,
        "SubjectConfirmationData",
    );
    assert_eq!(
        confirmation.attribute("Recipient"),
        Some(ENVELOPE.destination)
    );
    assert_eq!(confirmation.attribute("InResponseTo"), Some("_request"));
    assert_eq!(
        confirmation.attribute("NotOnOrAfter"),
        Some("2026-11-30T12:05:00Z")
    );
    let conditions = only(assertion, ASSERTION, "Conditions");
    assert_eq!(
        conditions.attribute("NotOnOrAfter"),
        Some("2026-11-30T12:05:00Z")
    );
    let audience = only(
        only(conditions, ASSERTION, "AudienceRestriction"),
        ASSERTION,
        "Audience",
    );
    assert_eq!(audience.value(), ENVELOPE.provider);
    let statement = only(assertion, ASSERTION, "AuthnStatement");
    assert_eq!(
        statement.attribute("SessionNotOnOrAfter"),
        Some("2026-11-30T13:00:00Z")
    );
    let name = only(subject, ASSERTION, "NameID");
    assert_eq!(name.attribute("SPNameQualifier"), Some(ENVELOPE.provider));
    assert_eq!(name.value(), "ada");
}

#[rstest]
#[case(Status::NO_PASSIVE, "Responder", "NoPassive")]
#[case(Status::REQUEST_DENIED, "Responder", "RequestDenied")]
#[case(Status::NO_AUTHN_CONTEXT, "Requester", "NoAuthnContext")]
#[case(Status::INVALID_NAME_ID_POLICY, "Requester", "InvalidNameIDPolicy")]
#[case(Status::AUTHN_FAILED, "Responder", "AuthnFailed")]
fn failure_has_no_assertion(#[case] reason: Status, #[case] side: &str, #[case] second: &str) {
    let verified = Verified::new();
    let sign = |bytes: &[u8]| verified.signer.sign_bytes(bytes);
    let signer = XmlSigner {
        certificate: &verified.certificate,
        sign: &sign,
    };
    let text = failure(&ENVELOPE, reason, "a & b", &signer).unwrap();
    assert!(!text.contains("Assertion "), "{text}");
    let file = verified.write("response.xml", &text);
    verified.verify("Response", &[file]);
    let document = xml::parse(text.as_bytes(), usize::MAX).unwrap();
    let response = Element::root(&document);
    let status = only(response, PROTOCOL, "Status");
    let code = only(status, PROTOCOL, "StatusCode");
    assert!(code.attribute("Value").unwrap().ends_with(side));
    let nested = only(code, PROTOCOL, "StatusCode")
        .attribute("Value")
        .unwrap();
    assert!(nested.ends_with(second));
    assert_eq!(only(status, PROTOCOL, "StatusMessage").value(), "a & b");
}
