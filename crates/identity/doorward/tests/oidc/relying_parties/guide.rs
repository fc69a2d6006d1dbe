//! Checks that the guides' table and versions match the tests, and that their snippets are the
//! tested code.

use super::features::{FEATURES, Library, Support};
use super::installed::sources;

const LIBRARIES: [Library; 3] = [
    Library::Openidconnect,
    Library::OpenidClient,
    Library::Authlib,
];

/// Returns a page of `docs/guides/connect`.
fn guide(page: &str) -> String {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../");
    std::fs::read_to_string(format!("{root}docs/guides/connect/{page}")).unwrap()
}

#[test]
fn guide_table_matches_tested_features() {
    let expected: Vec<String> = FEATURES
        .iter()
        .map(|feature| {
            let cells = LIBRARIES.map(|library| match feature.of(library) {
                Support::Tested(_) => "tested",
                Support::NotOffered => "not offered",
                Support::Mistaken(_) => "fails, see its page",
            });
            format!("| {} | {} |", feature.words, cells.join(" | "))
        })
        .collect();
    let guide = guide("README.md");
    let (_, table) = guide.split_once("\n| Discovery |").expect("a table");
    let table = format!("| Discovery |{table}");
    let table: Vec<&str> = table
        .lines()
        .take_while(|line| line.starts_with('|'))
        .collect();
    assert_eq!(table, expected);
}

#[test]
fn guide_snippets_match_tested_code() {
    for (page, file, mark) in [
        (
            "openidconnect.md",
            "crate_openidconnect/sign_in.rs",
            "guide:begin",
        ),
        ("openid-client.md", "node/sign_in.mjs", "guide:begin"),
        ("authlib.md", "python/sign_in.py", "guide:begin"),
        ("authlib.md", "python/main.py", "guide:begin key"),
    ] {
        let guide = guide(page);
        let text = std::fs::read_to_string(sources(file)).unwrap();
        let lines = text.lines().skip_while(|line| !line.ends_with(mark));
        let lines: Vec<&str> = lines
            .skip(1)
            .take_while(|line| !line.contains("guide:end"))
            .collect();
        let blank = |line: &str| line.len() - line.trim_start().len();
        let filled = lines.iter().filter(|line| !line.trim().is_empty());
        let indent = filled.map(|line| blank(line)).min().expect("a snippet");
        let dedented = lines
            .iter()
            .map(|line| line.get(indent..).unwrap_or_default());
        let snippet = dedented.collect::<Vec<_>>().join("\n");
        let snippet = snippet.trim();
        assert!(
            guide.contains(&format!("\n{snippet}\n```")),
            "not in the guide:\n{snippet}"
        );
    }
}

#[test]
fn guide_versions_match_tested_versions() {
    let guide = guide("README.md");
    let lock = std::fs::read_to_string(sources("node/package-lock.json")).unwrap();
    let lock: serde_json::Value = serde_json::from_str(&lock).unwrap();
    for name in ["openid-client", "oauth4webapi"] {
        let version = lock["packages"][format!("node_modules/{name}")]["version"].as_str();
        let named = format!("`{name}` {}", version.unwrap());
        assert!(guide.contains(&named), "{named}");
    }
    let pinned = std::fs::read_to_string(sources("python/requirements.txt")).unwrap();
    let authlib = pinned
        .lines()
        .find_map(|line| line.strip_prefix("Authlib=="));
    assert!(guide.contains(&format!("Authlib {}", authlib.unwrap())));
    let cargo = include_str!("../../../../../../Cargo.lock");
    let (_, rest) = cargo
        .split_once("name = \"openidconnect\"\nversion = \"")
        .unwrap();
    let version = rest.split('"').next().unwrap();
    assert!(guide.contains(&format!("`openidconnect` {version}")));
}
