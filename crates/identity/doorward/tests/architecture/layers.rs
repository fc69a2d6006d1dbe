//! Checks the dependencies between crates (docs/architecture.md). Development dependencies are free;
//! nothing ships the test kit.

mod table;
mod tools;

use std::collections::BTreeSet;
use std::process::Command;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

use crate::http_layers::HTTP;
use table::{ABOVE, BELOW};
use tools::TOOLS;

pub use table::Layer;

/// Layers without async code, input, output or a server.
const PURE: [&str; 3] = ["doorward-protocol", "doorward-domain", "doorward-rules"];
const IMPURE: [&str; 9] = [
    "tokio",
    "actix-web",
    "reqwest",
    "async-trait",
    "futures-util",
    "sea-orm",
    "sqlx",
    "redis",
    "config",
];

/// Returns every layer, sorted by dependency.
fn layers() -> impl Iterator<Item = &'static Layer> {
    let servers = BELOW.iter().chain(&HTTP).chain(&ABOVE);
    servers.chain(&TOOLS)
}

pub fn metadata() -> Metadata {
    MetadataCommand::new()
        .manifest_path(crate::root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .expect("cargo metadata")
}

/// Returns the dependencies of a package with its default features and all features of the program, without
/// development dependencies.
pub fn built_with(package: &Package) -> BTreeSet<String> {
    let folders = crate::root().join("crates/features");
    let mut features: Vec<&str> = package.features.keys().map(String::as_str).collect();
    features.retain(|name| *name == "default" || folders.join(name).exists());
    let mut added = BTreeSet::new();
    while let Some(feature) = features.pop() {
        for part in package.features.get(feature).into_iter().flatten() {
            if let Some(name) = part.strip_prefix("dep:") {
                added.insert(name);
            } else {
                features.push(part);
            }
        }
    }
    package
        .dependencies
        .iter()
        .filter(|it| it.kind != DependencyKind::Development)
        .filter(|it| !it.optional || added.contains(it.name.as_str()))
        .map(|dependency| dependency.name.clone())
        .collect()
}

#[test]
fn each_package_is_known_layer() {
    let known: BTreeSet<_> = layers().map(|layer| layer.name.to_owned()).collect();
    let there: BTreeSet<_> = metadata()
        .packages
        .iter()
        .map(|package| package.name.to_string())
        .collect();
    assert_eq!(there, known);
}

#[test]
fn crates_depend_only_on_allowed_crates() {
    let metadata = metadata();
    let mut wrong = Vec::new();
    for layer in layers() {
        let package = metadata
            .packages
            .iter()
            .find(|package| package.name.as_str() == layer.name)
            .expect(layer.name);
        for dependency in built_with(package) {
            let ours = layers().any(|layer| layer.name == dependency);
            let impure = PURE.contains(&layer.name) && IMPURE.contains(&dependency.as_str());
            let allowed = if ours {
                layer.may_see.contains(&dependency.as_str())
            } else {
                !impure && !layer.never.contains(&dependency.as_str())
            };
            if !allowed {
                wrong.push(format!("{} must not depend on {dependency}", layer.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Use cases, which run without a server.
const USE_CASES: [&str; 6] = [
    "doorward-services",
    "doorward-oauth",
    "doorward-accounts",
    "doorward-first-party",
    "doorward-admin",
    "doorward-import",
];

#[test]
fn use_cases_contain_no_server_pages_or_mailer() {
    let mut wrong = Vec::new();
    for package in USE_CASES {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(["tree", "--locked", "--offline", "--package", package])
            .args(["--edges=normal", "--prefix=none", "--format={p}"])
            .current_dir(crate::root())
            .output()
            .expect("cargo tree");
        let tree = String::from_utf8_lossy(&output.stdout);
        let names = tree.lines().filter_map(|line| line.split(' ').next());
        let names: BTreeSet<&str> = names.collect();
        assert!(names.contains("serde"), "no tree of {package}");
        let banned = ["actix-web", "askama", "lettre"].into_iter();
        let banned = banned.filter(|name| names.contains(name));
        wrong.extend(banned.map(|name| format!("{package} contains {name}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn layers_are_sorted_by_dependency() {
    for (place, layer) in layers().enumerate() {
        for seen in layer.may_see {
            let before = layers().position(|other| other.name == *seen);
            assert!(
                before.is_some_and(|it| it < place),
                "{} -> {seen}",
                layer.name
            );
        }
    }
}

#[test]
fn third_party_can_take_access_without_server_or_client() {
    let metadata = metadata();
    let access = metadata
        .packages
        .iter()
        .find(|package| package.name.as_str() == "doorward-access")
        .expect("access");
    let heavy: Vec<_> = access
        .dependencies
        .iter()
        .filter(|dependency| dependency.kind == DependencyKind::Normal && !dependency.optional)
        .map(|dependency| dependency.name.as_str())
        .filter(|name| ["actix-web", "reqwest", "tokio"].contains(name))
        .collect();
    assert!(heavy.is_empty(), "must be optional: {heavy:?}");
}

#[test]
fn every_package_inherits_lints() {
    for package in metadata().packages {
        let manifest = std::fs::read_to_string(&package.manifest_path).expect("manifest");
        assert!(
            manifest.contains("[lints]\nworkspace = true"),
            "{} does not inherit the workspace lints",
            package.name
        );
    }
}

#[test]
fn program_without_demo_contains_no_tasks_api() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let received = std::process::Command::new(cargo)
        .args([
            "tree",
            "--locked",
            "--offline",
            "--package=doorward",
            "--no-default-features",
            "--edges=normal,build",
            "--prefix=none",
        ])
        .current_dir(crate::root())
        .output()
        .expect("cargo tree");
    let tree = String::from_utf8_lossy(&received.stdout);
    let names: BTreeSet<&str> = tree
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert!(names.contains("doorward-identity-server"), "{received:?}");
    for name in [
        "doorward-resource-server",
        "doorward-authzen",
        "doorward-policy",
        "doorward-tasks",
        "cedar-policy",
    ] {
        assert!(!names.contains(name), "{name}");
    }
}
