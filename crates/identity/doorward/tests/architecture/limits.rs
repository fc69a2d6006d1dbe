//! Compares `docs/reference/limits.md` with the limits in the source, so that no bound is missing or
//! out of date.

use std::collections::BTreeMap;

use crate::{root, sources};

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

/// Returns the product of the factors in a constant.
fn value(text: &str) -> u64 {
    // The window of a mailed code is its TTL.
    let text = text.replace("TTL.unsigned_abs()", "600");
    let factors = text.split('*').map(|part| part.trim().replace('_', ""));
    factors.map(|part| part.parse::<u64>().unwrap()).product()
}

/// Returns the rows of the page by their first cell, without backticks.
fn rows() -> BTreeMap<String, Vec<String>> {
    let page = read("docs/reference/limits.md");
    let cells = |line: &str| -> Vec<String> {
        let cells = line.trim_matches('|').split('|');
        cells.map(|cell| cell.trim().replace('`', "")).collect()
    };
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    rows.map(cells)
        .map(|cells| (cells[0].clone(), cells))
        .collect()
}

#[test]
fn every_rate_is_documented() {
    let rows = rows();
    let files = sources(&root().join("crates/shared/rules/src"), &["rs"]);
    let source: String = files
        .iter()
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect();
    let mut seen = 0;
    for part in source.split("Limit::new(\"").skip(1) {
        let (name, rest) = part.split_once("\", ").unwrap();
        let (quota, rest) = rest.split_once(", ").unwrap();
        let (window, _) = rest.split_once(");").unwrap();
        let expected = [
            name.to_owned(),
            value(quota).to_string(),
            value(window).to_string(),
        ];
        let row = rows
            .get(name)
            .unwrap_or_else(|| panic!("limits.md lacks {name}"));
        assert_eq!(row[..3], expected, "limits.md");
        seen += 1;
    }
    assert!(seen > 30, "{seen}");
}

#[test]
fn every_bound_of_attempts_is_documented() {
    let rows = rows();
    let source = read("crates/shared/rules/src/limits/attempt_quota.rs");
    for line in source
        .lines()
        .filter_map(|line| line.strip_prefix("pub const "))
    {
        let (name, rest) = line.split_once(": u32 = ").unwrap();
        let number = value(rest.trim_end_matches(';')).to_string();
        let row = rows
            .get(name)
            .unwrap_or_else(|| panic!("limits.md lacks {name}"));
        assert_eq!(row[1], number, "{name} in limits.md");
    }
}

#[test]
fn named_settings_exist() {
    // Generated from the table of keys.
    let keys = read("docs/reference/config.md");
    let page = read("docs/reference/limits.md");
    let words = page.split('`').skip(1).step_by(2);
    let settings = words.filter(|word| word.contains('.') && !word.contains('/'));
    for setting in settings {
        assert!(
            keys.contains(&format!("\n### `{setting}`")),
            "{setting} in limits.md"
        );
    }
}
