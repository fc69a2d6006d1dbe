//! Compares the software bill of materials (`cargo xtask sbom`) with the program itself: the source
//! locations of panics in it name the packages compiled into it.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

use crate::root;

#[test]
fn packages_in_program_are_in_bill_of_materials() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let received = Command::new(cargo)
        .args([
            "run",
            "--quiet",
            "--locked",
            "--package=doorward-xtask",
            "--",
            "sbom",
        ])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        received.status.success(),
        "{}",
        String::from_utf8_lossy(&received.stderr)
    );
    let bill: Value = serde_json::from_slice(&received.stdout).unwrap();
    let components = bill["components"].as_array().unwrap().iter();
    let required = components.filter(|component| component["scope"] == "required");
    let listed: BTreeSet<String> = required
        .map(|required| {
            let field = |name: &str| required[name].as_str().unwrap();
            format!("{}-{}", field("name"), field("version"))
        })
        .collect();
    let program = std::fs::read(env!("CARGO_BIN_EXE_doorward")).unwrap();
    let compiled = packages(&program);
    assert!(
        compiled.len() > 100,
        "no packages found in the program: {compiled:?}"
    );
    let missing: Vec<_> = compiled.difference(&listed).collect();
    assert!(
        missing.is_empty(),
        "missing in the bill of materials: {missing:?}"
    );
}

/// Returns names and versions of `…/registry/src/INDEX/NAME-VERSION/src/…`.
fn packages(program: &[u8]) -> BTreeSet<String> {
    let text = String::from_utf8_lossy(program);
    let places = text.split("/registry/src/").skip(1);
    let named = places.filter_map(|place| {
        let mut parts = place.split('/');
        let package = parts.nth(1)?;
        let (_, version) = package.rsplit_once('-')?;
        let is_version = version.starts_with(|letter: char| letter.is_ascii_digit());
        let is_source = parts.next() == Some("src");
        // Strings are adjacent in the program; one that ends here is not a path.
        let is_name = package
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || "-_.+".contains(letter));
        (is_version && is_source && is_name).then(|| package.to_owned())
    });
    named.collect()
}
