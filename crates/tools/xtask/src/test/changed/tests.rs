use std::collections::BTreeSet;

use super::{Action, Row, TABLE, above, everything, git, is_unit_test, select, table};
use crate::test::selection::{Modules, Selection, is_in_module, parse};
use crate::test::workspace::tests::{assert_exists, modules_of_features};
use crate::test::workspace::{self, Package};

fn package(name: &str, directory: &str, dependencies: &[&str], tests: &[&str]) -> Package {
    let path = |name: &&str| ((*name).to_owned(), format!("{directory}/tests/{name}"));
    Package {
        name: name.to_owned(),
        directory: directory.to_owned(),
        dependencies: dependencies.iter().copied().map(str::to_owned).collect(),
        tests: tests.iter().map(path).collect(),
    }
}

/// rules ← pages ← doorward, texts ← pages
fn packages() -> [Package; 4] {
    [
        package("rules", "crates/shared/rules", &[], &[]),
        package("texts", "crates/texts", &[], &[]),
        package("pages", "crates/identity/pages", &["rules", "texts"], &[]),
        package(
            "doorward",
            "crates/identity/doorward",
            &["pages"],
            &["oidc", "cli"],
        ),
    ]
}

const ROWS: &str = "
crates/shared/rules oidc::pkce
crates/texts -
crates/texts/catalogs library:texts cli::languages
crates/identity/pages oidc
crates/identity/doorward cli
templates above:pages
docs -
docs cli::guides
Cargo.lock everything
";

fn selected(files: &[&str]) -> Result<Selection, String> {
    let files: Vec<_> = files.iter().copied().map(str::to_owned).collect();
    select(&files, &packages(), &table(ROWS).unwrap())
}

/// Returns the libraries, and the words of the targets without that of the architecture.
fn shown(selection: &Selection) -> (Vec<&str>, Vec<String>) {
    let libraries = selection.libraries.iter().map(String::as_str).collect();
    let mut words = Vec::new();
    for (target, modules) in &selection.targets {
        match modules {
            Modules::All => words.push(target.name.clone()),
            Modules::Only(some) => {
                words.extend(some.iter().map(|it| format!("{}::{it}", target.name)));
            }
        }
    }
    words.retain(|word| word != "architecture");
    (libraries, words)
}

#[test]
fn change_selects_crates_above_and_tests_of_folder() {
    for (file, libraries, tests) in [
        (
            "crates/shared/rules/src/lib.rs",
            &["doorward", "pages", "rules"][..],
            &["oidc::pkce"][..],
        ),
        (
            "crates/shared/rules/Cargo.toml",
            &["doorward", "pages", "rules"],
            &["oidc::pkce"],
        ),
        (
            "crates/identity/pages/src/login.rs",
            &["doorward", "pages"],
            &["oidc"],
        ),
        (
            "crates/identity/doorward/src/main.rs",
            &["doorward"],
            &["cli"],
        ),
        // Unit tests concern their crate alone.
        ("crates/shared/rules/src/pkce/tests.rs", &["rules"], &[]),
        (
            "crates/identity/pages/src/login/form_tests.rs",
            &["pages"],
            &[],
        ),
        // A row below a crate replaces that of the crate.
        (
            "crates/texts/catalogs/de/page.ftl",
            &["texts"],
            &["cli::languages"],
        ),
        (
            "crates/texts/src/lib.rs",
            &["doorward", "pages", "texts"],
            &[],
        ),
        ("templates/base.html", &["doorward", "pages"], &[]),
        ("docs/guides/a.md", &[], &["cli::guides"]),
        (
            "crates/identity/doorward/tests/oidc/pkce.rs",
            &[],
            &["oidc::pkce"],
        ),
        (
            "crates/identity/doorward/tests/oidc/dpop/nonce.rs",
            &[],
            &["oidc::dpop"],
        ),
        (
            "crates/identity/doorward/tests/oidc/main.rs",
            &[],
            &["oidc"],
        ),
        // Tests of a crate that are modules of another target.
        ("crates/shared/rules/tests/api.rs", &[], &["oidc::pkce"]),
        (
            "Cargo.lock",
            &["doorward", "pages", "rules", "texts"],
            &["cli", "oidc"],
        ),
    ] {
        let selection = selected(&[file]).unwrap();
        let tests: Vec<_> = tests.iter().copied().map(str::to_owned).collect();
        assert_eq!(shown(&selection), (libraries.to_vec(), tests), "{file}");
        let (architecture, _) = parse("architecture").unwrap();
        assert_eq!(selection.targets.get(&architecture), Some(&Modules::All));
    }
}

#[test]
fn several_files_add_up() {
    let selection = selected(&[
        "crates/shared/rules/src/a.rs",
        "crates/identity/doorward/tests/oidc/par.rs",
    ]);
    let (_, tests) = shown(&selection.unwrap());
    assert_eq!(tests, ["oidc::par", "oidc::pkce"]);
    assert_eq!(selected(&[]), Ok(Selection::default()));
}

#[test]
fn file_without_row_fails() {
    for file in [
        "new-folder/a.txt",
        "crates/new/src/lib.rs",
        "templates2/a",
        "LICENSE",
    ] {
        let failure = selected(&["docs/a.md", file]).unwrap_err();
        assert!(failure.contains(file), "{failure}");
    }
    assert!(table("docs above:a:: oidc::").is_err());
}

#[test]
fn crates_above_are_transitive() {
    let names = |name: &str| above(name, &packages()).into_iter().collect::<Vec<_>>();
    assert_eq!(names("rules"), ["doorward", "pages", "rules"]);
    assert_eq!(names("doorward"), ["doorward"]);
    assert_eq!(everything(&packages()).targets.len(), 2);
    assert!(!is_unit_test("crates/shared/rules/src/contests.rs"));
}

/// Returns the folders and files that need a row: those in the root, and the crates.
fn places() -> BTreeSet<String> {
    let tracked = git(&["ls-files", "--cached", "--others", "--exclude-standard"]).unwrap();
    let place = |file: &str| {
        let steps = if file.starts_with("crates/") { 3 } else { 1 };
        let steps: Vec<_> = file.split('/').take(steps).collect();
        steps.join("/")
    };
    tracked.lines().map(place).collect()
}

#[test]
fn every_folder_has_row() {
    let rows = table(TABLE).unwrap();
    let places = places();
    assert!(places.contains("docs") && places.contains("crates/shared/rules"));
    let is_named = |place: &&String| rows.iter().any(|row| row.path == **place);
    let missing: Vec<_> = places.iter().filter(|place| !is_named(place)).collect();
    assert!(missing.is_empty(), "no row in folders.txt: {missing:?}");
}

#[test]
fn row_of_feature_names_its_modules() {
    let packages = workspace::read().unwrap();
    let rows = table(TABLE).unwrap();
    let modules = modules_of_features(&packages);
    assert!(modules.len() > 30, "{modules:?}");
    for (folder, word) in modules {
        let row = rows.iter().find(|row| row.path == folder).unwrap();
        let (target, module) = parse(&word).unwrap();
        let is_named = row.actions.iter().any(|action| match action {
            Action::Tests(named, None) => *named == target,
            Action::Tests(named, Some(path)) => {
                *named == target && is_in_module(module.unwrap(), path)
            }
            _ => false,
        });
        assert!(is_named, "the row {folder} of folders.txt lacks {word}");
    }
}

#[test]
fn every_row_names_existing_folder_and_tests() {
    let packages = workspace::read().unwrap();
    let known: BTreeSet<_> = packages
        .iter()
        .map(|package| package.name.as_str())
        .collect();
    for Row { path, actions } in table(TABLE).unwrap() {
        assert!(crate::run::root().join(&path).exists(), "{path}");
        for action in actions {
            match action {
                Action::Above(package) | Action::Library(package) => {
                    assert!(known.contains(package.as_str()), "{path}: {package}");
                }
                Action::Tests(target, module) => {
                    assert_exists(&packages, &target, module.as_deref());
                }
                Action::Everything | Action::Quick => {}
            }
        }
    }
}
