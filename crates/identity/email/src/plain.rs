//! Text in messages that another party may have entered.

use doorward_rules::displayed_name;

/// Neutralizes text that another party may have entered: removes line breaks, and anything that
/// mail programs turn into a link. They look for a dot, a colon or an at sign between two words, so
/// a space is inserted after it.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len() + 8);
    let line = single_line(text);
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        plain.push(letter);
        let joins = JOINERS.contains(&letter);
        if joins && letters.peek().is_some_and(|next| !next.is_whitespace()) {
            plain.push(' ');
        }
    }
    plain
}

/// The characters that join the words of an address: a dot and its variants in host names (UTS 46
/// §4), a colon, a slash, an at sign.
const JOINERS: &[char] = &[
    '.', '\u{3002}', '\u{ff0e}', '\u{ff61}', '\u{2024}', ':', '\u{ff1a}', '/', '\u{ff0f}', '@',
    '\u{ff20}',
];

/// Replaces control characters, such as line breaks, by spaces, and removes characters that hide or
/// reorder text.
pub(super) fn single_line(text: &str) -> String {
    displayed_name::without_hidden(text)
}
