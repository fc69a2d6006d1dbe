use super::{ONLY_ALL, TABLE, contains, selection};
use crate::test::selection::{Modules, lines, parse};
use crate::test::workspace;
use crate::test::workspace::tests::{assert_exists, modules_of_features};

/// Ways in which users, clients and administrators reach the system.
const FACES: [&str; 7] = [
    "face-accounts",
    "face-api",
    "face-command-line",
    "face-console",
    "face-oidc",
    "face-pages",
    "face-tasks",
];
/// Rules that a landing checks on a running server.
const RULES: [&str; 10] = [
    "code-replay",
    "consent",
    "console-form",
    "delegation",
    "migration",
    "pkce",
    "redirect-uri",
    "session-end",
    "text",
    "throttle",
];

#[test]
fn every_face_and_rule_has_tests() {
    let rows: Vec<_> = lines(TABLE).collect();
    for topic in FACES.iter().chain(&RULES) {
        let mut words = rows.iter().filter(|(name, _)| name == topic);
        let (_, words) = words.next().unwrap_or_else(|| panic!("no row {topic}"));
        assert!(!words.is_empty(), "{topic}");
    }
}

#[test]
fn every_word_names_existing_tests() {
    let packages = workspace::read().unwrap();
    for (topic, words) in lines(TABLE) {
        for word in words {
            let (target, module) = parse(word).unwrap_or_else(|error| panic!("{topic}: {error}"));
            assert_exists(&packages, &target, module);
        }
    }
}

#[test]
fn every_target_is_placed() {
    let packages = workspace::read().unwrap();
    let named: Vec<_> = lines(TABLE)
        .flat_map(|(_, words)| words)
        .map(|word| parse(word).unwrap().0)
        .collect();
    for package in &packages {
        for (name, path) in &package.tests {
            let is_named = named
                .iter()
                .any(|target| target.package == package.name && target.name == *name);
            assert!(is_named, "no row of quick.txt names the tests of {path}");
        }
    }
    for word in only_all() {
        let (target, module) = parse(word).unwrap();
        let runs = contains(&target, module.unwrap_or_default()).unwrap();
        assert!(!runs, "{word}");
    }
}

fn only_all() -> impl Iterator<Item = &'static str> {
    let rows = lines(TABLE).filter(|(topic, _)| *topic == ONLY_ALL);
    rows.flat_map(|(_, words)| words)
}

/// A new feature decides of each of its modules whether a landing runs it.
#[test]
fn every_module_of_feature_is_placed() {
    let packages = workspace::read().unwrap();
    for (_, word) in modules_of_features(&packages) {
        let (target, module) = parse(&word).unwrap();
        let is_in_landing = contains(&target, module.unwrap()).unwrap();
        let is_placed = is_in_landing || only_all().any(|other| other == word);
        assert!(is_placed, "no row of quick.txt names {word}");
    }
}

#[test]
fn all_unit_tests_run() {
    let packages = workspace::read().unwrap();
    let selection = selection(&packages).unwrap();
    assert_eq!(selection.libraries.len(), packages.len());
    let (architecture, _) = parse("architecture").unwrap();
    assert_eq!(selection.targets[&architecture], Modules::All);
    assert!(contains(&architecture, "words::any").unwrap());
    let (unknown, _) = parse("unknown").unwrap();
    assert!(!contains(&unknown, "words::any").unwrap());
}
