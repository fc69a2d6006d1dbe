//! Checks that no source file is longer than 500 lines.

use std::path::Path;

use crate::{root, shown, sources};

const LONGEST: usize = 500;

fn lines(path: &Path) -> usize {
    std::fs::read_to_string(path).unwrap().lines().count()
}

#[test]
fn no_file_is_longer_than_500_lines() {
    let mut long = Vec::new();
    for path in sources(
        &root(),
        &["rs", "html", "css", "js", "mjs", "py", "ftl", "sh"],
    ) {
        let lines = lines(&path);
        if lines > LONGEST {
            long.push(format!("{}: {lines} lines", shown(&path)));
        }
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn source_files_are_found() {
    assert!(sources(&root().join("crates"), &["rs"]).len() > 100);
}
