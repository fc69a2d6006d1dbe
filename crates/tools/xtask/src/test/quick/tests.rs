use super::{ONLY_ALL, TABLE, contains, selection, table};
use crate::test::selection::{Modules, lines, parse};
use crate::test::workspace::{self, tests::assert_exists};

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
    let only_all = lines(TABLE).filter(|(topic, _)| *topic == ONLY_ALL);
    for word in only_all.flat_map(|(_, words)| words) {
        let (target, _) = parse(word).unwrap();
        assert!(!table().unwrap().targets.contains_key(&target), "{word}");
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
