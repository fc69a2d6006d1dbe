//! Text in messages that somebody else may have typed.

/// Neutralizes text that somebody else may have typed: no line breaks, and nothing that mail programs
/// turn into a link. They look for a dot, a colon or an at sign between two words; what they find is
/// parted by a space.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len() + 8);
    let line = one_line(text);
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

/// What stands between the words of an address: a dot, also the ones that host names take for one (UTS 46
/// §4), a colon, a slash, an at sign.
const JOINERS: &[char] = &[
    '.', '\u{3002}', '\u{ff0e}', '\u{ff61}', '\u{2024}', ':', '\u{ff1a}', '/', '\u{ff0f}', '@',
    '\u{ff20}',
];

/// Text without line breaks.
pub(super) fn one_line(text: &str) -> String {
    let line = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().map(line).collect()
}
