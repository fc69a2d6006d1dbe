//! Packages of the workspace with their dependencies and test targets, from `cargo metadata`.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::failure::Failure;
use crate::run;

/// A package of the workspace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Package {
    pub name: String,
    /// Directory below the root.
    pub directory: String,
    /// Packages of the workspace that it depends on, also for its tests.
    pub dependencies: BTreeSet<String>,
    /// Names of its test targets, with their paths below the root: a file, or the directory of `main.rs`.
    pub tests: Vec<(String, String)>,
}

/// Reads the packages of this workspace.
pub fn read() -> Result<Vec<Package>, Failure> {
    let mut cargo = run::cargo();
    cargo.args(["metadata", "--no-deps", "--format-version=1"]);
    parse(&run::output(&mut cargo)?, &run::root())
}

fn parse(metadata: &str, root: &Path) -> Result<Vec<Package>, Failure> {
    let metadata: Value = serde_json::from_str(metadata)
        .map_err(|error| format!("cargo metadata is no JSON: {error}"))?;
    let packages = list(&metadata["packages"])
        .map(|package| read_package(package, root))
        .collect::<Option<Vec<_>>>();
    packages.ok_or_else(|| "cargo metadata lacks a name or a path".to_owned())
}

fn read_package(package: &Value, root: &Path) -> Option<Package> {
    let below_root = |path: &Path| {
        let path = path.strip_prefix(root).ok()?;
        path.to_str().map(str::to_owned)
    };
    let dependencies = list(&package["dependencies"]);
    let is_test = |target: &&Value| list(&target["kind"]).any(|kind| kind == "test");
    let targets = list(&package["targets"]).filter(is_test);
    let tests = targets.map(|target| {
        let path = Path::new(target["src_path"].as_str()?);
        let is_main = path.file_name()? == "main.rs";
        let path = if is_main { path.parent()? } else { path };
        Some((target["name"].as_str()?.to_owned(), below_root(path)?))
    });
    Some(Package {
        name: package["name"].as_str()?.to_owned(),
        directory: below_root(Path::new(package["manifest_path"].as_str()?).parent()?)?,
        dependencies: dependencies
            .filter(|dependency| dependency["path"].is_string())
            .filter_map(|dependency| Some(dependency["name"].as_str()?.to_owned()))
            .collect(),
        tests: tests.collect::<Option<_>>()?,
    })
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Returns the modules of this source whose files are in another folder: the path, and the name.
pub fn modules_elsewhere(source: &str) -> impl Iterator<Item = (&str, &str)> {
    source.split("#[path = \"").skip(1).filter_map(|rest| {
        let (path, rest) = rest.split_once("\"]")?;
        let (_, rest) = rest.split_once("mod ")?;
        let (module, _) = rest.split_once([';', ' '])?;
        Some((path, module))
    })
}

#[cfg(test)]
pub mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::test::selection::Target;

    /// Checks that a target exists, and a module or a test of it.
    pub fn assert_exists(packages: &[Package], target: &Target, module: Option<&str>) {
        let is_package = |package: &&Package| package.name == target.package;
        let tests = packages
            .iter()
            .filter(is_package)
            .flat_map(|package| &package.tests);
        let mut paths = tests.filter(|(name, _)| *name == target.name);
        let (_, path) = paths
            .next()
            .unwrap_or_else(|| panic!("no target {target:?}"));
        if let Some(module) = module {
            let exists = exists(&run::root().join(path), module);
            assert!(exists, "{target:?} has no {module}");
        }
    }

    /// Returns the modules of test targets whose files are in a feature: its folder, and `api::console::notices`.
    pub fn modules_of_features(packages: &[Package]) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let is_program = |package: &&Package| package.name == "doorward";
        let tests = packages.iter().filter(is_program);
        for (target, path) in tests.flat_map(|package| &package.tests) {
            let directory = run::root().join(path);
            for file in entries(&directory) {
                let Some(module) = file.strip_suffix(".rs") else {
                    continue;
                };
                let text = std::fs::read_to_string(directory.join(&file)).unwrap();
                let parent = match module {
                    "main" => target.clone(),
                    module => format!("{target}::{module}"),
                };
                let named = text.matches("#[path = \"").count();
                assert_eq!(modules_elsewhere(&text).count(), named, "{path}/{file}");
                for (path, module) in modules_elsewhere(&text) {
                    let Some((_, path)) = path.split_once("features/") else {
                        continue;
                    };
                    let (feature, _) = path.split_once('/').unwrap();
                    let folder = format!("crates/features/{feature}");
                    found.push((folder, format!("{parent}::{module}")));
                }
            }
        }
        found
    }

    /// Returns true if a module names the file of this one, as those of features.
    fn is_elsewhere(directory: &Path, name: &str) -> bool {
        let parents = [directory.join("main.rs"), directory.with_extension("rs")];
        let texts = parents
            .iter()
            .filter_map(|file| std::fs::read_to_string(file).ok());
        let is_named =
            |text: String| text.contains("#[path = ") && text.contains(&format!("mod {name};"));
        texts.into_iter().any(is_named)
    }

    /// Returns true if the directory of a module contains this module, or its file this test.
    fn exists(directory: &Path, module: &str) -> bool {
        let (name, rest) = match module.split_once("::") {
            None => (module, None),
            Some((name, rest)) => (name, Some(rest)),
        };
        if let Some(beginning) = name.strip_suffix('*') {
            return entries(directory).any(|entry| entry.starts_with(beginning));
        }
        let (file, below) = (directory.join(format!("{name}.rs")), directory.join(name));
        match rest {
            None => file.exists() || below.join("mod.rs").exists() || is_elsewhere(directory, name),
            Some(rest) if exists(&below, rest) => true,
            Some(rest) => {
                let text = std::fs::read_to_string(file).unwrap_or_default();
                text.contains(&format!("fn {rest}(")) || text.contains(&format!("mod {rest} "))
            }
        }
    }

    fn entries(directory: &Path) -> impl Iterator<Item = String> {
        let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
        entries.map(|entry| PathBuf::from(entry.file_name()).display().to_string())
    }

    #[test]
    fn reads_own_workspace() {
        let packages = read().unwrap();
        let find = |name: &str| packages.iter().find(|package| package.name == name);
        let program = find("doorward").unwrap();
        assert_eq!(program.directory, "crates/identity/doorward");
        assert!(program.dependencies.contains("doorward-testkit"));
        let oidc = (
            "oidc".to_owned(),
            "crates/identity/doorward/tests/oidc".to_owned(),
        );
        assert!(program.tests.contains(&oidc));
        let fuzz = &find("doorward-fuzz").unwrap().tests;
        let file = "crates/tools/fuzz/tests/mutants.rs".to_owned();
        assert_eq!(fuzz[..], [("mutants".to_owned(), file)]);
        assert!(find("doorward-protocol").unwrap().dependencies.is_empty());
    }

    #[test]
    fn rejects_package_without_path() {
        let metadata = r#"{"packages":[{"name":"a"}]}"#;
        assert!(parse(metadata, Path::new("/")).is_err());
        assert!(parse("", Path::new("/")).is_err());
    }
}
