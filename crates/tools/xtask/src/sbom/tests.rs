use std::collections::{BTreeMap, BTreeSet, HashSet};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, PackageId};
use serde_json::Value;

use super::{document, quoted, read_tree};
use crate::run;

/// Returns the target of this machine, which the document is about.
fn host() -> String {
    let received = run::output(std::process::Command::new("rustc").arg("-vV")).unwrap();
    let line = received
        .lines()
        .find_map(|line| line.strip_prefix("host: "));
    line.unwrap().to_owned()
}

/// Returns the packages of the program according to `cargo metadata`.
fn built_from(metadata: &Metadata) -> BTreeSet<(String, String)> {
    let nodes = &metadata.resolve.as_ref().unwrap().nodes;
    let nodes: BTreeMap<&PackageId, _> = nodes.iter().map(|node| (&node.id, node)).collect();
    let program = metadata
        .packages
        .iter()
        .find(|package| package.name.as_str() == "doorward");
    let mut waiting = vec![&program.unwrap().id];
    let mut seen = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        if !seen.insert(id) {
            continue;
        }
        for dependency in &nodes[id].deps {
            let kinds = &dependency.dep_kinds;
            if kinds
                .iter()
                .any(|kind| kind.kind != DependencyKind::Development)
            {
                waiting.push(&dependency.pkg);
            }
        }
    }
    let named = |id: &PackageId| {
        let package = metadata
            .packages
            .iter()
            .find(|package| &package.id == id)
            .unwrap();
        (package.name.to_string(), package.version.to_string())
    };
    seen.into_iter().map(named).collect()
}

#[test]
fn each_package_of_program_is_listed() {
    let text = document(None).unwrap();
    let whole: Value = serde_json::from_str(&text).unwrap();
    let field = |value: &Value, name: &str| value[name].as_str().unwrap().to_owned();
    let mut components: Vec<Value> = whole["components"].as_array().unwrap().clone();
    components.push(whole["metadata"]["component"].clone());
    let there: BTreeSet<_> = components
        .iter()
        .map(|component| (field(component, "name"), field(component, "version")))
        .collect();
    assert_eq!(there.len(), components.len(), "each is there once");

    let metadata = MetadataCommand::new()
        .manifest_path(run::root().join("Cargo.toml"))
        .other_options([
            "--locked".to_owned(),
            "--features=doorward/vendored-openssl".to_owned(),
            format!("--filter-platform={}", host()),
        ])
        .exec()
        .unwrap();
    let missing: Vec<_> = there.difference(&built_from(&metadata)).cloned().collect();
    assert!(missing.is_empty(), "nothing is made up: {missing:?}");
    // `cargo metadata` reports features for the whole workspace, `cargo tree` for the program:
    // packages enabled only by tests are in neither the program nor the document.
    let lock = std::fs::read_to_string(run::root().join("Cargo.lock")).unwrap();
    for component in &components {
        let (name, version) = (field(component, "name"), field(component, "version"));
        let locked = format!("name = \"{name}\"\nversion = \"{version}\"\n");
        let entry = lock
            .split("[[package]]\n")
            .find(|entry| entry.starts_with(&locked))
            .unwrap();
        let sum = component["hashes"][0]["content"].as_str();
        assert_eq!(entry.contains("checksum"), sum.is_some(), "{name}");
        assert!(sum.is_none_or(|sum| entry.contains(sum)), "{name}");
        assert!(
            component["licenses"][0]["expression"].is_string(),
            "{name} has no licence"
        );
    }
    for (name, scope) in [
        ("doorward-store", "required"),
        ("sqlx-sqlite", "required"),
        // Linked C code.
        ("openssl-src", "required"),
        ("libsqlite3-sys", "required"),
        ("serde_derive", "excluded"),
    ] {
        let component = components
            .iter()
            .find(|component| component["name"] == name);
        assert_eq!(component.unwrap()["scope"], scope, "{name}");
    }
}

#[test]
fn edges_lead_to_listed_packages() {
    let whole: Value = serde_json::from_str(&document(None).unwrap()).unwrap();
    let edges = whole["dependencies"].as_array().unwrap();
    let known: HashSet<&Value> = edges.iter().map(|edge| &edge["ref"]).collect();
    for edge in edges {
        let needs = edge["dependsOn"].as_array().unwrap();
        assert!(needs.iter().all(|need| known.contains(need)), "{edge}");
    }
    let of = |name: &str| {
        let start = format!("pkg:cargo/{name}@");
        let edge = edges
            .iter()
            .find(|edge| edge["ref"].as_str().unwrap().starts_with(&start));
        edge.unwrap()["dependsOn"].to_string()
    };
    assert!(of("doorward").contains("pkg:cargo/doorward-store@"));
    assert!(of("doorward-store").contains("pkg:cargo/sea-orm@"));
}

#[test]
fn output_is_deterministic() {
    assert_eq!(document(None).unwrap(), document(None).unwrap());
}

#[test]
fn dependency_tree_is_parsed_with_edges() {
    let text = "0\ta v1.0.0 (/somewhere)\tMIT\t\t\n1\tb v2.0.0+3.1\tMIT/Apache-2.0\thttps://b\t\n\
                2\tc v0.1.0 (proc-macro)\tMIT\t\t\n1\tc v0.1.0 (proc-macro)\tMIT\t\t (*)\n";
    let found = read_tree(text).unwrap();
    let needs = |reference: &str| -> Vec<&str> {
        found[reference].needs.iter().map(String::as_str).collect()
    };
    assert_eq!(
        needs("pkg:cargo/a@1.0.0"),
        ["pkg:cargo/b@2.0.0%2B3.1", "pkg:cargo/c@0.1.0"]
    );
    assert_eq!(needs("pkg:cargo/b@2.0.0%2B3.1"), ["pkg:cargo/c@0.1.0"]);
    assert!(read_tree("what is this").is_err());
    assert_eq!(quoted("a\"b\\c\n"), r#""a\"b\\c\u000a""#);
}
