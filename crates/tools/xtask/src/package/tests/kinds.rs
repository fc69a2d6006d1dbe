//! Tests that all kinds of packages have the same names, version, description and contents.

use std::collections::BTreeSet;

use super::super::names::{self, SYSTEMS, System};
use super::super::{check, npm, program, program_wheel};
use super::*;

fn text(path: &str) -> String {
    std::fs::read_to_string(run::root().join(path)).unwrap()
}

fn parsed(path: &str) -> toml::Value {
    toml::from_str(&text(path)).unwrap()
}

/// Returns the last parts of paths.
fn base_names<'a>(paths: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    paths
        .map(|path| path.rsplit('/').next().unwrap().to_owned())
        .collect()
}

fn selected(files: &[(String, bool)], is_program: bool) -> BTreeSet<String> {
    let files = files.iter().filter(|(_, it)| *it == is_program);
    base_names(files.map(|(path, _)| path.as_str()))
}

#[test]
fn manifests_have_same_name_version_and_description() {
    let workspace = &parsed("Cargo.toml")["workspace"]["package"];
    assert_eq!(workspace["version"].as_str(), Some(names::VERSION));
    assert_eq!(workspace["license"].as_str(), Some(names::LICENSE));
    for package in &PACKAGES {
        let manifest = &manifest(package)["package"];
        assert_eq!(manifest["name"].as_str(), Some(package.name));
        for key in ["version", "license"] {
            assert_eq!(manifest[key]["workspace"].as_bool(), Some(true), "{key}");
        }
    }
    let rpm = &manifest(&PACKAGES[0])["package"]["metadata"]["generate-rpm"];
    assert_eq!(rpm["summary"].as_str(), Some(names::SUMMARY));
    let wheel = &parsed("deploy/packages/wheel/pyproject.toml")["project"];
    assert_eq!(wheel["name"].as_str(), Some(names::product()));
    assert_eq!(wheel["description"].as_str(), Some(names::SUMMARY));
    assert_eq!(wheel["license"].as_str(), Some(names::LICENSE));
    // Set at the build, from the same place.
    assert!(wheel.get("version").is_none());
    let python = &parsed("clients/python/pyproject.toml")["project"];
    assert_eq!(python["version"].as_str(), Some(names::VERSION));
    let client: serde_json::Value = serde_json::from_str(&text("clients/js/package.json")).unwrap();
    assert_eq!(client["version"], names::VERSION);
    assert_eq!(client["license"], names::LICENSE);
    let module = text("clients/go/go.mod");
    assert_eq!(
        module.lines().next(),
        Some(&*format!("module {}", names::GO_MODULE))
    );
    let launcher = npm::launcher_manifest();
    assert_eq!(launcher["name"], names::product());
    for manifest in SYSTEMS.iter().map(npm::system_manifest).chain([launcher]) {
        assert_eq!(manifest["version"], names::VERSION);
        assert_eq!(manifest["description"], names::SUMMARY);
        assert_eq!(manifest["license"], names::LICENSE);
    }
}

#[test]
fn each_kind_contains_both_programs_and_licences() {
    let files = || PACKAGES.iter().flat_map(|package| package.files);
    let programs = files().filter(|file| file.is_program);
    let programs = base_names(programs.map(|file| file.place));
    assert_eq!(
        programs,
        ["doorward", "doorward-tasks"].map(str::to_owned).into()
    );
    let wheel = check::wheel_files(true);
    let system = npm::system_files();
    assert_eq!(selected(&wheel, true), programs);
    assert_eq!(selected(&system, true), programs);
    let scripts = npm::launcher_manifest()["bin"].clone();
    let scripts: BTreeSet<String> = scripts.as_object().unwrap().keys().cloned().collect();
    assert_eq!(scripts, programs);
    let started = selected(&npm::launcher_files(), true);
    assert_eq!(
        started,
        programs.iter().map(|name| format!("{name}.js")).collect()
    );

    let licences: BTreeSet<String> = names::LICENSES.map(str::to_owned).into();
    for package in &PACKAGES {
        let places = base_names(package.files.iter().map(|file| file.place));
        assert!(licences.is_subset(&places), "{}", package.name);
    }
    for files in [
        wheel,
        check::wheel_files(false),
        system,
        npm::launcher_files(),
    ] {
        assert!(licences.is_subset(&selected(&files, false)), "{files:?}");
    }
    for package in &PACKAGES {
        for file in package.files.iter().filter(|file| file.is_program) {
            assert_eq!(file.mode(), 0o755);
        }
    }
}

#[test]
fn launcher_depends_on_package_of_each_system() {
    let systems = npm::launcher_manifest()["optionalDependencies"].clone();
    let systems: Vec<String> = systems.as_object().unwrap().keys().cloned().collect();
    let expected = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"];
    assert_eq!(
        systems,
        expected.map(|system| format!("@doorward/{system}"))
    );
    let code = text("deploy/packages/npm/run.js");
    assert!(code.contains("`@doorward/${system}/package.json`"));
    let release = text(".github/workflows/release.yml");
    for system in &SYSTEMS {
        let row = format!("- system: {}-{}\n", system.architecture, system.os);
        assert!(release.contains(&row), "{row}");
    }
}

#[test]
fn wheel_names_oldest_system() {
    let platform = |system: &System| system.wheel_platform((2, 34));
    assert_eq!(
        SYSTEMS.each_ref().map(platform),
        [
            "manylinux_2_34_x86_64",
            "manylinux_2_34_aarch64",
            "macosx_11_0_x86_64",
            "macosx_11_0_arm64"
        ]
    );
    let sentence = text(program_wheel::SENTENCE);
    let (major, minor) = program::GLIBC;
    let (macos, _) = names::MACOS.split_once('.').unwrap();
    assert!(sentence.contains("{system}"));
    assert!(sentence.contains(&format!("glibc {major}.{minor} or newer")));
    assert!(sentence.contains(&format!("macOS {macos} or newer")));
}

#[test]
fn page_names_files_of_each_kind() {
    let page = text("deploy/README.md");
    let system = &SYSTEMS[0];
    let platform = system.wheel_platform(program::GLIBC);
    let files = [
        system.deb(&PACKAGES[0]),
        system.deb(&PACKAGES[1]),
        system.rpm(&PACKAGES[0]),
        format!("{}.tar.gz", system.archive_directory()),
        system.image(),
        names::program_wheel(&platform),
        names::program_wheel(program_wheel::ANY),
        names::npm_file(names::product()),
        names::npm_file(&system.npm_package()),
        names::crate_file("doorward-access"),
        names::npm_file("doorward-access"),
        names::go_module_file(),
        names::bill_of_materials(),
    ];
    for file in files {
        assert!(page.contains(&format!("`{file}`")), "{file}");
    }
    for part in PARTS {
        assert!(page.contains(&format!("\n| `{part}` | ")), "{part}");
    }
}
