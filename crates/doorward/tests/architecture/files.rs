//! Checks that no source file is longer than 500 lines.

use crate::{root, shown, sources};

const LONGEST: usize = 500;

#[test]
fn no_file_is_longer_than_500_lines() {
    let mut long = Vec::new();
    for path in sources(
        &root(),
        &["rs", "html", "css", "js", "mjs", "py", "ftl", "sh"],
    ) {
        let lines = std::fs::read_to_string(&path).unwrap().lines().count();
        if lines > LONGEST {
            long.push(format!("{}: {lines} lines", shown(&path)));
        }
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn crates_contain_source_files() {
    assert!(sources(&root().join("crates"), &["rs"]).len() > 100);
}
