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
