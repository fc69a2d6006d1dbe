//! All paths of the identity server's pages and protocol endpoints, read from the sources that
//! register them, so that tests over all paths include new ones.

use std::collections::BTreeSet;
use std::path::Path;

/// Placeholder for the ID of a record in a path.
pub const ID: &str = "018f0000-0000-7000-8000-000000000000";
/// Placeholder for the name of a provider in a path.
pub const PROVIDER: &str = "acme";

/// Sources that register pages and endpoints, below `crates/identity`.
const PLACES: [&str; 5] = [
    "pages/src",
    "oauth-http/src/lib.rs",
    "identity-server/src/health.rs",
    "console-ui/src",
    "console/src",
];
/// Paths that are composed from a prefix and several names.
const COMPOSED: [(&str, &[&str]); 5] = [
    (
        "/account/security/2fa",
        &["start", "confirm", "codes", "saved", "off", "distrust"],
    ),
    (
        "/account/security/passkeys",
        &["add", "rename", "remove", "later"],
    ),
    ("/account/providers", &["add", "connect", "remove"]),
    ("/admin/apps/{id}", &["texts"]),
    ("/admin/organizations/{id}", &["texts"]),
];

/// Returns every path of this server, with [`ID`] and [`PROVIDER`] in place of parameters.
pub fn paths() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../identity");
    let composed = COMPOSED.iter();
    let mut found: BTreeSet<String> = composed
        .flat_map(|(home, names)| names.iter().map(move |name| format!("{home}/{name}")))
        .collect();
    for place in PLACES {
        collect(&root.join(place), &mut found);
    }
    for feature in std::fs::read_dir(root.join("../features")).expect("features") {
        collect(&feature.expect("a feature").path().join("src"), &mut found);
    }
    assert!(found.len() > 40, "only {found:?}");
    for known in [
        "/login",
        "/account/email/undo",
        "/oauth2/token",
        "/setup",
        "/admin/people",
    ] {
        assert!(found.contains(known), "{known} is not in {found:?}");
    }
    found
        .into_iter()
        .map(|path| path.replace("{provider}", PROVIDER).replace("{id}", ID))
        .collect()
}

fn collect(path: &Path, into: &mut BTreeSet<String>) {
    // The equivalents of forms name each form with its action, and tests have paths that are no routes.
    let is_named = |name: &str| path.file_stem().is_some_and(|stem| stem == name);
    if is_named("equivalent") || is_named("equivalent_tests") || is_named("tests") {
        return;
    }
    if path.is_dir() {
        for entry in std::fs::read_dir(path).expect("sources").flatten() {
            collect(&entry.path(), into);
        }
        return;
    }
    let text = std::fs::read_to_string(path).expect("a source");
    for literal in text.split('"').skip(1).step_by(2) {
        let is_path =
            |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "/-_.{}".contains(c);
        if literal.starts_with('/') && literal.chars().all(is_path) {
            into.insert(literal.replace("{id}", ID));
        }
    }
}
