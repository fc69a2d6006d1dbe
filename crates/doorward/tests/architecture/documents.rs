//! Checks that the architecture documentation names only existing files, and every crate.

use std::path::Path;

use crate::root;

fn architecture() -> String {
    std::fs::read_to_string(root().join("docs/architecture.md")).expect("docs/architecture.md")
}

/// Returns the code spans, and the first word on each line of a fenced block.
fn named(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut fenced = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if fenced {
            names.extend(line.split_whitespace().next().map(str::to_owned));
        } else {
            names.extend(line.split('`').skip(1).step_by(2).map(str::to_owned));
        }
    }
    names
}

/// Returns true if a word is a path in this repository: `crates/store`, `flow/token/`, `deny.toml`.
/// A leading slash is a path of the server, `::` is Rust.
fn is_path(word: &str) -> bool {
    let plain = word
        .chars()
        .all(|letter| letter.is_ascii_alphanumeric() || "._-/".contains(letter));
    plain && !word.starts_with('/') && !word.starts_with("./") && word.contains('/')
}

fn exists(word: &str) -> bool {
    let word = word.trim_end_matches('/');
    let below = |directory: &Path| {
        let path = directory.join(word);
        path.exists() || path.with_extension("rs").exists()
    };
    let root = root();
    below(&root)
        || below(&root.join("crates"))
        || std::fs::read_dir(root.join("crates"))
            .unwrap()
            .flatten()
            .any(|entry| {
                let krate = entry.path();
                below(&krate) || below(&krate.join("src")) || below(&krate.join("tests"))
            })
        || below(&root.join("migrations/src"))
        // Media types and crate/feature pairs look like paths but are none.
        || ["application/", "text/", "openssl/"].iter().any(|start| word.starts_with(start))
}

#[test]
fn architecture_page_names_only_existing_paths() {
    let missing: Vec<String> = named(&architecture())
        .into_iter()
        .filter(|word| is_path(word) && !exists(word))
        .collect();
    assert!(
        missing.is_empty(),
        "docs/architecture.md names missing paths {missing:?}"
    );
}

#[test]
fn architecture_page_names_every_crate() {
    let page = architecture();
    for entry in std::fs::read_dir(root().join("crates")).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        assert!(
            page.contains(&name),
            "docs/architecture.md does not name {name}"
        );
    }
}

#[test]
fn readme_is_one_page_and_lists_every_crate() {
    let page = std::fs::read_to_string(root().join("README.md")).unwrap();
    let lines = page.lines().count();
    assert!(lines <= 130, "README.md has {lines} lines: one page");
    for address in ["/admin", "/account", "/dev/mail", "doorward token"] {
        assert!(page.contains(address), "README.md does not name {address}");
    }
    let mut listed: Vec<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("crates/")?.split(' ').next())
        .collect();
    listed.sort_unstable();
    let crates = std::fs::read_dir(root().join("crates")).unwrap();
    let names = crates.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    assert_eq!(listed, names, "the layout in README.md");
}

#[test]
fn links_between_documents_lead_somewhere() {
    let root = root();
    let mut broken = Vec::new();
    let mut pages = crate::sources(&root.join("docs"), &["md"]);
    pages.extend(["README.md", "CONTRIBUTING.md", "SECURITY.md"].map(|name| root.join(name)));
    for page in pages.iter().filter(|page| page.is_file()) {
        let text = std::fs::read_to_string(page).unwrap();
        for link in text.split("](").skip(1) {
            let target = link.split([')', '#', ' ']).next().unwrap_or_default();
            if target.is_empty() || target.contains(':') {
                continue;
            }
            if !page.parent().unwrap().join(target).exists() {
                broken.push(format!("{} -> {target}", crate::shown(page)));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn paths_and_code_spans_are_distinguished() {
    assert!(is_path("crates/store") && is_path("flow/token/"));
    assert!(!is_path("/oauth2/token") && !is_path("flow::token") && !is_path("a b/c"));
    assert_eq!(named("a `b` c `d`\n```text\ne f\n```\n"), ["b", "d", "e"]);
}
