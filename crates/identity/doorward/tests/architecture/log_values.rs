//! Checks that no log line has a value in the form of its Rust type: `Some("app")` is not found by
//! a search for `app`, and neither is a text in quotes.

use crate::{root, shown, sources};

const MACROS: [&str; 9] = [
    "error!(",
    "warn!(",
    "info!(",
    "debug!(",
    "trace!(",
    "info_span!(",
    "debug_span!(",
    "error_span!(",
    "warn_span!(",
];

/// Returns the text within the parentheses that begin before `text`.
fn arguments(text: &str) -> &str {
    let mut depth = 1;
    let end = text.find(|letter| {
        depth += match letter {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        depth == 0
    });
    &text[..end.unwrap_or(text.len())]
}

/// Returns true if a field is written with `Debug`: `?value` or `name = ?value`.
fn has_debug_field(arguments: &str) -> bool {
    let mut before = None;
    let mut letters = arguments.chars().peekable();
    while let Some(letter) = letters.next() {
        let is_name = letters.peek().is_some_and(|next| next.is_alphabetic());
        if letter == '?' && is_name && matches!(before, None | Some('=' | ',' | '(')) {
            return true;
        }
        if !letter.is_whitespace() {
            before = Some(letter);
        }
    }
    arguments.contains(":?}")
}

#[test]
fn log_values_are_plain() {
    let mut found = Vec::new();
    for path in sources(&root().join("crates"), &["rs"]) {
        let name = shown(&path);
        if !name.contains("/src/")
            || name.contains("test")
            || name.starts_with("crates/tools/xtask")
        {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for name_of_macro in MACROS {
            for (at, _) in text.match_indices(&format!("tracing::{name_of_macro}")) {
                let after = &text[at + "tracing::".len() + name_of_macro.len()..];
                if has_debug_field(arguments(after)) {
                    let line = text[..at].lines().count();
                    found.push(format!("{name}:{line}"));
                }
            }
        }
    }
    assert!(found.is_empty(), "log fields with Debug: {found:#?}");
}

#[test]
fn debug_fields_are_recognized() {
    for (text, expected) in [
        ("?error, \"failed\"", true),
        ("client_id = ?id, \"failed\"", true),
        ("%id,\n    ?error,\n    \"failed\"", true),
        ("\"failed: {error:?}\"", true),
        ("client_id = %id, \"failed\"", false),
        ("count = found()?, \"failed\"", false),
        ("\"who is it?\"", false),
    ] {
        assert_eq!(has_debug_field(text), expected, "{text}");
    }
    assert_eq!(arguments("a(b), \"c\") d"), "a(b), \"c\"");
}
