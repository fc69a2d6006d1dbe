//! Every address of the identity server's pages and protocol endpoints, read from where they are
//! registered, so that a new one is swept, or asked for rubbish, without being named anywhere else.

use std::collections::BTreeSet;
use std::path::Path;

/// Stands where an address has the id of something.
pub const ID: &str = "018f0000-0000-7000-8000-000000000000";
/// Stands where an address has the name of a provider.
pub const PROVIDER: &str = "acme";

/// Where pages and endpoints are registered, below the sources of the HTTP layer.
const PLACES: [&str; 5] = ["pages", "oauth", "inbox.rs", "health.rs", "pictures.rs"];
/// What is registered under a name that is put together.
const COMPOSED: [(&str, &[&str]); 3] = [
    (
        "/account/security/2fa",
        &["start", "confirm", "codes", "saved", "off", "distrust"],
    ),
    (
        "/account/security/passkeys",
        &["add", "rename", "remove", "later"],
    ),
    ("/account/providers", &["add", "connect", "remove"]),
];

/// Every path of ours, with [`ID`] and [`PROVIDER`] where there is a choice.
pub fn paths() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../http/src");
    let composed = COMPOSED.iter();
    let mut found: BTreeSet<String> = composed
        .flat_map(|(home, names)| names.iter().map(move |name| format!("{home}/{name}")))
        .collect();
    for place in PLACES {
        collect(&root.join(place), &mut found);
    }
    assert!(found.len() > 40, "only {found:?}");
    for known in ["/login", "/account/email/undo", "/oauth2/token", "/setup"] {
        assert!(found.contains(known), "{known} is not in {found:?}");
    }
    found
        .into_iter()
        .map(|path| path.replace("{provider}", PROVIDER))
        .collect()
}

fn collect(place: &Path, into: &mut BTreeSet<String>) {
    if place.is_dir() {
        for entry in std::fs::read_dir(place).expect("sources").flatten() {
            collect(&entry.path(), into);
        }
        return;
    }
    let text = std::fs::read_to_string(place).expect("a source");
    for literal in text.split('"').skip(1).step_by(2) {
        let is_path =
            |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "/-_.{}".contains(c);
        if literal.starts_with('/') && literal.chars().all(is_path) {
            into.insert(literal.replace("{id}", ID));
        }
    }
}
