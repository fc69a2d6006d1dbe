//! Checks that each feature can be left out of the program (decision 148).

use crate::layers::metadata;
use crate::root;

/// Returns the name of each feature: its folder.
fn features() -> Vec<String> {
    let folders = std::fs::read_dir(root().join("crates/features")).unwrap();
    let mut found: Vec<String> = folders
        .map(|folder| folder.unwrap().file_name().into_string().unwrap())
        .collect();
    found.sort();
    found
}

#[test]
fn each_feature_is_cargo_feature_of_same_name() {
    let metadata = metadata();
    let package = |name: &str| {
        let mut packages = metadata.packages.iter();
        packages
            .find(|package| package.name.as_str() == name)
            .unwrap()
    };
    let (server, program) = (package("doorward-identity-server"), package("doorward"));
    let mut all = program.features["features"].clone();
    all.sort();
    assert_eq!(
        all,
        features(),
        "`features` in crates/identity/doorward/Cargo.toml"
    );
    let list = root().join("crates/identity/identity-server/src/features.rs");
    let list = std::fs::read_to_string(list).unwrap();
    for name in features() {
        let library = format!("doorward-{name}");
        assert_eq!(server.features[&name], [format!("dep:{library}")], "{name}");
        let of_program = format!("doorward-identity-server/{name}");
        assert_eq!(program.features[&name], [of_program], "{name}");
        assert!(
            list.contains(&format!("#[cfg(feature = \"{name}\")]")),
            "{name}"
        );
        let others = metadata.packages.iter();
        let mut others =
            others.filter(|other| !other.manifest_path.as_str().contains("/crates/tools/"));
        let is_needed = others.any(|other| {
            let mut dependencies = other.dependencies.iter();
            dependencies.any(|it| {
                it.name == library
                    && !it.optional
                    && it.kind == cargo_metadata::DependencyKind::Normal
            })
        });
        assert!(!is_needed, "a crate needs {library} always");
    }
}

#[test]
fn shipped_program_has_all_features() {
    let build = root().join("crates/tools/xtask/src/package/program.rs");
    let build = std::fs::read_to_string(build).unwrap();
    assert!(build.contains("doorward/features"));
    let page = std::fs::read_to_string(root().join("deploy/README.md")).unwrap();
    let built = page
        .lines()
        .filter(|line| line.contains("--no-default-features"));
    for line in built {
        assert!(line.contains("--features features"), "{line}");
    }
}
