//! Checks `docs/reference/conformance.md`: every test that it names exists, every row with tests
//! names a test that is named after the row's section, and every error code is shown by a test.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use doorward_protocol::error::ErrorCode;

use crate::{crates, root, sources};

/// The text of a table row without tests.
const NOT_OFFERED: &str = "not offered, because ";
/// The text for an error code without tests.
const NEVER: &str = "never answered, because ";

fn document() -> String {
    std::fs::read_to_string(root().join("docs/reference/conformance.md")).unwrap()
}

/// Returns the rows of all tables with their headings, without table heads and rules.
fn rows(text: &str) -> Vec<(&str, Vec<&str>)> {
    let mut heading = "";
    let mut found = Vec::new();
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            heading = title;
        }
        let Some(row) = line.strip_prefix("| ") else {
            continue;
        };
        let cells: Vec<&str> = row.trim_end_matches(" |").split(" | ").collect();
        if cells.len() > 1 && !["§", "code"].contains(&cells[0]) {
            found.push((heading, cells));
        }
    }
    found
}

/// Returns the function paths in backticks.
fn names(cell: &str) -> Vec<&str> {
    let quoted = cell.split('`').skip(1).step_by(2);
    quoted.filter(|name| name.contains("::")).collect()
}

/// Returns the sources of each module, by the module path that the document uses.
fn modules() -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let files = crates().into_values().flat_map(|place| {
        let group = place.parent().unwrap().to_path_buf();
        let files = sources(&place, &["rs"]).into_iter();
        files.map(move |path| (module(path.strip_prefix(&group).unwrap()), path))
    });
    for (place, path) in files {
        let text = std::fs::read_to_string(&path).unwrap();
        found.entry(place).or_default().push(text);
    }
    found
}

/// Returns the module path of a file: `crates/shared/rules/src/device/tests.rs` is
/// `rules::device`. The test binaries of `crates/identity/doorward` have no crate name.
fn module(path: &Path) -> String {
    let path = path.with_extension("");
    let parts = path.iter().map(|part| part.to_str().unwrap());
    let mut parts = parts.filter(|part| !["src", "tests"].contains(part));
    let name = parts.next().unwrap().replace('-', "_");
    let own = (name != "doorward").then_some(name);
    let all: Vec<String> = own.into_iter().chain(parts.map(str::to_owned)).collect();
    all.join("::")
}

/// Returns true if the source has a test of this name, either with a test attribute or listed in a
/// macro that creates tests of functions.
fn has_test(source: &str, name: &str) -> bool {
    let Some(at) = source.find(&format!("fn {name}(")) else {
        return false;
    };
    let before = &source[..at];
    let block = &before[before.rfind("\n\n").unwrap_or(0)..];
    let attributes = [
        "#[test]",
        "#[rstest]",
        "#[tokio::test]",
        "#[actix_web::test]",
    ];
    let is_marked = attributes.iter().any(|attribute| block.contains(attribute));
    let lists = [
        "both_backends!(",
        "both_backends_with!(",
        "flows!(",
        "flows_with!(",
        "flows_with_certificates!(",
        "on_both!(",
    ];
    let is_listed = lists.iter().any(|list| {
        source.split(list).skip(1).any(|rest| {
            let listed = rest.split(')').next().unwrap_or_default();
            let mut words = listed.split([',', ';']).map(str::trim);
            words.any(|word| word == name)
        })
    });
    is_marked || is_listed
}

#[test]
fn each_test_on_conformance_page_exists() {
    let (text, modules) = (document(), modules());
    let mut missing = Vec::new();
    let mut checked = 0;
    for (heading, cells) in rows(&text) {
        for name in names(cells.last().unwrap()) {
            checked += 1;
            let (place, function) = name.rsplit_once("::").unwrap();
            let sources = modules.get(place).map(Vec::as_slice).unwrap_or_default();
            if !sources.iter().any(|source| has_test(source, function)) {
                missing.push(format!("{heading}: {name}"));
            }
        }
    }
    assert!(missing.is_empty(), "no such tests:\n{}", missing.join("\n"));
    assert!(checked > 200, "only {checked} tests are named");
}

#[test]
fn each_requirement_names_test_or_exception() {
    let text = document();
    let mut bare = Vec::new();
    for (heading, cells) in rows(&text) {
        let shown = cells.last().unwrap();
        let excused = shown.starts_with(NOT_OFFERED) || shown.starts_with(NEVER);
        if !excused && names(shown).is_empty() {
            bare.push(format!("{heading}: {}", cells.join(" | ")));
        }
    }
    assert!(bare.is_empty(), "{}", bare.join("\n"));
}

#[test]
fn tests_are_named_after_sections() {
    let text = document();
    let mut unnamed = Vec::new();
    for (heading, cells) in rows(&text) {
        let [_, _, shown] = cells[..] else { continue };
        let is_excused = shown.starts_with(NOT_OFFERED);
        let shown = names(shown);
        if !is_excused && !shown.iter().any(|name| is_after_section(name)) {
            unnamed.push(format!("{heading} §{}: {}", cells[0], shown.join(" ")));
        }
    }
    assert!(unnamed.is_empty(), "{}", unnamed.join("\n"));
}

/// The prefixes of test names that refer to a specification; the last three refer to rules of the
/// project.
const TEXTS: &[&str] = &[
    "rfc",
    "section",
    "core",
    "oidc",
    "discovery",
    "registration",
    "rp",
    "frontchannel",
    "backchannel",
    "jarm",
    "form",
    "ciba",
    "cimd",
    "fapi",
    "oa",
    "fe",
    "ss",
];

/// Returns true for names such as `rfc_9126_2_1_…`, `section_8_1_…`, `rp_logout_2_…`: a prefix, a
/// number, and a description.
fn is_after_section(name: &str) -> bool {
    let function = name.rsplit("::").next().unwrap_or_default();
    let mut parts = function.split('_').take(3);
    let first = parts.clone().next().unwrap_or_default();
    let first = first.trim_end_matches(|it: char| it.is_ascii_digit());
    let is_number = |part: &str| part.ends_with(|it: char| it.is_ascii_digit());
    TEXTS.contains(&first) && parts.any(is_number)
}

#[test]
fn every_error_code_is_shown_by_test() {
    let text = document();
    let error: BTreeMap<&str, &str> = rows(&text)
        .into_iter()
        .filter(|(heading, _)| *heading == "Error codes")
        .map(|(_, cells)| (cells[0].trim_matches('`'), *cells.last().unwrap()))
        .collect();
    let known: BTreeSet<&str> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    let listed: BTreeSet<&str> = error.keys().copied().collect();
    assert_eq!(listed, known, "the table of error codes");
    let modules = modules();
    for code in &ErrorCode::ALL {
        let shown = error[code.as_str()];
        if shown.starts_with(NEVER) {
            continue;
        }
        // The module of the test, or of its table, contains the error code.
        let is_said = names(shown).iter().all(|name| {
            let (place, _) = name.rsplit_once("::").unwrap();
            let sources = modules.get(place).map(Vec::as_slice).unwrap_or_default();
            sources.iter().any(|source| source.contains(code.as_str()))
        });
        assert!(is_said, "{code} does not occur in the sources of {shown}");
    }
}

#[test]
fn rows_and_tests_are_parsed() {
    let text = "## A\n| § | demand | shown by |\n|---|---|---|\n| 2.1 | one | `a::b`, `c::d` |\n";
    assert_eq!(rows(text), [("A", vec!["2.1", "one", "`a::b`, `c::d`"])]);
    assert_eq!(names("`a::b`, `c`, d::e"), ["a::b"]);
    assert_eq!(module(Path::new("rules/src/x/tests.rs")), "rules::x");
    assert_eq!(module(Path::new("doorward/tests/oidc/par.rs")), "oidc::par");
    let source = "both_backends!(\n    one,\n    two,\n);\n\nasync fn one(stack) {}\n\n\
                  fn two_and_more() {}\n\nfn helper() {}\n\n#[test]\nfn three() {}\n";
    for (name, is_test) in [
        ("one", true),
        ("three", true),
        ("two", false),
        ("helper", false),
        ("four", false),
    ] {
        assert_eq!(has_test(source, name), is_test, "{name}");
    }
    assert!(is_after_section("oidc::par::rfc_9126_2_1_what") && is_after_section("x::section_2_a"));
    assert!(!is_after_section("x::a_code_lives_for_a_minute") && !is_after_section("x::of_48_at"));
}
