//! Data goes to standard output, messages to standard error.

use std::io::{self, Write as _};

use doorward_protocol::displayed_text::is_hidden;

/// Prints a document that ends with its own newline. Treats a closed pipe as success, as in
/// `doorward … | head`.
pub fn print_document(text: &str) -> io::Result<()> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

pub fn print_status(text: &str) {
    // A closed standard error leaves no way to report the failure.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Returns a number with its noun: `1 error`, `2 errors`.
pub fn counted(number: usize, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{ending}")
}

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
