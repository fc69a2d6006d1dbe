//! Parses a value that is one of a few words.

/// Returns a parser for arguments, with the text about another value.
pub(super) fn word<T: 'static>(
    parse: fn(&str) -> Option<T>,
    expected: &'static str,
) -> impl Fn(&str) -> Result<T, &'static str> + Clone + Send + Sync + 'static {
    move |text: &str| parse(text).ok_or(expected)
}
