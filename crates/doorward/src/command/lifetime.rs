//! Lifetimes of tokens, in options and output.

use doorward_config::{duration_text, seconds};

/// Parses a lifetime as seconds; zero removes it.
pub(super) fn parse(text: &str) -> Result<i64, String> {
    seconds(text).ok_or_else(|| "write seconds, or text such as 5m or 1h".to_owned())
}

/// Returns a lifetime as text; `-` without one.
pub(super) fn describe(ttl: Option<i64>) -> String {
    ttl.map_or_else(|| "-".to_owned(), duration_text)
}
