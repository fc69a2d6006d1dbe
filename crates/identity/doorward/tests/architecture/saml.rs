//! Checks that nothing verifies signatures in XML (decision 154): those of requests cover a query, and readers of
//! messages do not know the elements of a signature.

use std::collections::BTreeSet;

use crate::{root, sources};

/// Crates that speak SAML.
const CRATES: [&str; 2] = ["crates/features/saml", "crates/shared/saml-protocol"];
/// Writes signatures.
const SIGNER: &str = "crates/shared/saml-protocol/src/signature.rs";
/// Verifies signatures of queries.
const QUERY: &str = "crates/shared/saml-protocol/src/redirect.rs";
/// Libraries that verify signatures in XML, or read SAML.
const LIBRARIES: [&str; 8] = [
    "bergshamra",
    "libxml",
    "opensaml",
    "saml-rs",
    "samael",
    "xml-sec",
    "xmlsec",
    "xmlsign",
];
/// Elements that a verifier reads.
const ELEMENTS: [&str; 4] = ["SignedInfo", "SignatureValue", "DigestValue", "Transforms"];
/// Functions by which OpenSSL verifies or recovers what was signed.
const VERIFIERS: [&str; 5] = [
    "Verifier",
    "verify_oneshot",
    "public_decrypt",
    "verify_recover",
    "sign::verify",
];

/// Files of the ground with sentences that name SAML: those about a client that speaks it, which only the feature
/// registers. Other texts take their words from the features that are there (`client_kinds`, `ADDED`).
const NAMED: [&str; 6] = [
    "crates/identity/admin/src/clients/saml.rs",
    "crates/identity/import/src/read/keycloak/client.rs",
    "crates/identity/oauth/src/clients/registration.rs",
    "crates/shared/protocol/src/error/cause.rs",
    "crates/shared/rules/src/rejection.rs",
    "crates/shared/store/src/repo/plans/lists.rs",
];
/// Spellings that give the words of all kinds of clients, also of features that are left out.
const ALL_KINDS: [&str; 3] = ["OneOf<ClientKind>", "ClientKind::ALL", "ClientKind::parse"];

/// Returns the files of production code that contain one of the words.
fn files_with(place: &str, words: &[&str]) -> BTreeSet<String> {
    let files = sources(&root().join(place), &["rs"]);
    let files = files.into_iter().filter(|file| {
        let path = file.to_string_lossy();
        let text = std::fs::read_to_string(file).unwrap();
        !path.contains("tests") && words.iter().any(|word| text.contains(word))
    });
    let names = files.map(|file| file.strip_prefix(root()).unwrap().display().to_string());
    names.collect()
}

#[test]
fn nothing_verifies_signatures_in_xml() {
    for place in CRATES {
        for file in files_with(place, &VERIFIERS) {
            assert_eq!(file, QUERY, "verifies a signature");
        }
        for file in files_with(place, &ELEMENTS) {
            assert_eq!(file, SIGNER, "knows the parts of a signature");
        }
    }
    // One writes and the other one reads no document.
    for file in [SIGNER, QUERY] {
        let text = std::fs::read_to_string(root().join(file)).unwrap();
        for reader in ["xml::parse", "Element", "roxmltree"] {
            let code = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"));
            let found: Vec<&str> = code.filter(|line| line.contains(reader)).collect();
            let reads = found
                .iter()
                .any(|line| !line.contains("{ENCRYPTION}Element"));
            assert!(!reads, "{file} reads documents: {found:?}");
        }
    }
    // Nothing else knows signatures in XML.
    for file in files_with("crates", &["xmldsig", "\"SignedInfo"]) {
        let is_known = CRATES.iter().any(|place| file.starts_with(place));
        assert!(is_known || file.starts_with("crates/tools"), "{file}");
    }
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    for name in LIBRARIES {
        assert!(!lock.contains(&format!("name = \"{name}\"")), "{name}");
    }
}

#[test]
fn texts_name_saml_only_about_a_client_that_speaks_it() {
    let grounds = ["crates/identity", "crates/shared"];
    for file in grounds
        .into_iter()
        .flat_map(|place| files_with(place, &["SAML", "saml"]))
    {
        let text = std::fs::read_to_string(root().join(&file)).unwrap();
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        let texts = code.flat_map(|line| line.split('"').skip(1).step_by(2));
        let is_sentence = |text: &&str| text.contains(' ') && text.to_lowercase().contains("saml");
        let sentences: Vec<&str> = texts.filter(is_sentence).collect();
        let is_known = NAMED.contains(&file.as_str()) || file.starts_with(CRATES[1]);
        assert!(is_known || sentences.is_empty(), "{file}: {sentences:?}");
    }
    let found = files_with("crates/identity", &ALL_KINDS);
    assert!(found.is_empty(), "words of all kinds: {found:?}");
}
