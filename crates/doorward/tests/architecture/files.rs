//! Checks that no source file is longer than 500 lines, and no crate longer than 15,000.

use std::path::{Path, PathBuf};

use crate::{root, shown, sources};

const LONGEST: usize = 500;
const LARGEST: usize = 15_000;

fn lines(path: &Path) -> usize {
    std::fs::read_to_string(path).unwrap().lines().count()
}

/// Returns the files and directories of the modules that a file declares under `#[cfg(test)]`.
fn test_modules(path: &Path, text: &str) -> Vec<PathBuf> {
    let stem = path.file_stem().unwrap().to_str().unwrap();
    let parent = path.parent().unwrap();
    let directory = match stem {
        "lib" | "main" | "mod" => parent.to_path_buf(),
        _ => parent.join(stem),
    };
    let mut found = Vec::new();
    let mut is_test = false;
    for line in text.lines().map(str::trim) {
        match line
            .strip_suffix(';')
            .and_then(|line| line.split_once("mod "))
        {
            _ if line == "#[cfg(test)]" => is_test = true,
            _ if line.starts_with("#[") => {}
            Some((_, name)) if is_test => {
                found.extend([directory.join(name), directory.join(format!("{name}.rs"))]);
                is_test = false;
            }
            _ => is_test = false,
        }
    }
    found
}

/// Counts the lines of a crate's `src`: every line of every `.rs` file, without files named
/// `tests.rs`, directories named `tests`, and other modules under `#[cfg(test)]` in files of their
/// own. A test module inside a file counts.
fn lines_without_tests(crate_directory: &Path) -> usize {
    let files = sources(&crate_directory.join("src"), &["rs"]);
    let mut tests = Vec::new();
    for path in &files {
        tests.extend(test_modules(path, &std::fs::read_to_string(path).unwrap()));
    }
    let is_test = |path: &Path| {
        let inside = path.strip_prefix(crate_directory).unwrap();
        let mut parts = inside.iter();
        let named = parts.any(|part| part == "tests" || part == "tests.rs");
        named || tests.iter().any(|test| path.starts_with(test))
    };
    let counted = files.iter().filter(|path| !is_test(path));
    counted.map(|path| lines(path)).sum()
}

fn crates() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join("crates")).unwrap();
    let mut all: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    all.sort();
    all
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
fn no_crate_is_longer_than_15000_lines() {
    let mut large = Vec::new();
    for directory in crates() {
        let lines = lines_without_tests(&directory);
        if lines > LARGEST {
            let name = shown(&directory);
            large.push(format!("{name}: {lines} lines without tests"));
        }
    }
    assert!(large.is_empty(), "{}", large.join("\n"));
}

#[test]
fn test_modules_are_found() {
    let text = "#[cfg(test)]\nmod tests;\nmod a;\n#[cfg(test)]\n#[x]\npub(crate) mod b;\n#[cfg(test)]\nmod c {";
    let of = |path: &str| {
        let found = test_modules(Path::new(path), text);
        let names = found.iter().map(|path| path.display().to_string());
        names.collect::<Vec<_>>()
    };
    assert_eq!(of("s/lib.rs"), ["s/tests", "s/tests.rs", "s/b", "s/b.rs"]);
    assert_eq!(of("s/d.rs")[2..], ["s/d/b", "s/d/b.rs"]);
}

#[test]
fn crates_contain_source_files() {
    assert!(sources(&root().join("crates"), &["rs"]).len() > 100);
    let counted = |name: &str| lines_without_tests(&root().join("crates").join(name));
    for name in ["domain", "pages", "services"] {
        assert!(counted(name) > 5_000, "{name}: {}", counted(name));
    }
}
