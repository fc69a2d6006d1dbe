//! Checks that a single module decides which characters a text may have. A second validator has other gaps.

use super::{root, shown, sources};

const OWNER: &str = "crates/shared/protocol/src/displayed_text.rs";
/// Tools of developers, and readers that are independent on purpose.
const TOOLS: [&str; 3] = [
    "crates/tools/xtask/",
    "crates/tools/fuzz/",
    "crates/tools/testkit/",
];

#[test]
fn one_module_decides_on_characters() {
    let mut found = Vec::new();
    for path in sources(&root().join("crates"), &["rs"]) {
        let name = shown(&path);
        let is_test = !name.contains("/src/") || name.contains("tests");
        if is_test || name == OWNER || TOOLS.iter().any(|tool| name.starts_with(tool)) {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let lines = text.lines().enumerate();
        let uses = lines
            .filter(|(_, line)| line.contains("is_control") || line.contains("is_ascii_control"));
        found.extend(uses.map(|(at, line)| format!("{name}:{}: {}", at + 1, line.trim())));
    }
    assert!(found.is_empty(), "use {OWNER}: {found:#?}");
}
