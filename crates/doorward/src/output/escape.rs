//! Escapes characters that a terminal would interpret.

use doorward_protocol::hidden::is_hidden;

/// Escapes untrusted text for a terminal: characters that move the cursor, start a line or change
/// the writing direction.
pub fn escaped(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for letter in text.chars() {
        if is_hidden(letter) {
            clean.extend(letter.escape_unicode());
        } else {
            clean.push(letter);
        }
    }
    clean
}
