//! Data goes to standard output, messages to standard error.

mod escape;
mod layout;

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;
use serde_json::Value;

use crate::error::CliError;
pub use escape::escaped;
use escape::is_unprintable;

/// Prints a line of data.
///
/// # Errors
/// When standard output is closed, other than by a reader that has seen enough.
pub fn line(text: &str) -> Result<(), CliError> {
    quiet_pipe(writeln!(io::stdout().lock(), "{text}"))
}

/// Prints a document that ends with its own newline.
pub fn document(text: &str) -> Result<(), CliError> {
    quiet_pipe(io::stdout().lock().write_all(text.as_bytes()))
}

/// Prints one JSON document.
pub fn json(value: &impl Serialize) -> Result<(), CliError> {
    line(&serde_json::to_string_pretty(value).map_err(CliError::failure)?)
}

/// What a verb did: one JSON document for a script, or a sentence for a person.
pub fn print_result(
    as_json: bool,
    document: &impl Serialize,
    sentence: &str,
) -> Result<(), CliError> {
    if as_json {
        return json(document);
    }
    print_status(sentence);
    Ok(())
}

/// The document of something that is no more.
pub fn deleted(mut document: Value) -> Value {
    document["deleted"] = Value::Bool(true);
    document
}

/// Says something to the person at the terminal.
pub fn print_status(text: &str) {
    // Nothing is left to tell it to when standard error is closed.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Set by `--wide`: nothing is wrapped.
static WIDE: AtomicBool = AtomicBool::new(false);

/// Prints tables and fields on lines of any length from now on.
pub fn print_wide() {
    WIDE.store(true, Ordering::Relaxed);
}

/// Prints rows in columns under a header, wrapped to the terminal.
pub fn table(header: &[&str], rows: &[Vec<String>]) -> Result<(), CliError> {
    document(&layout::table(header, rows, page()))
}

/// Prints the fields of one thing, wrapped to the terminal.
pub fn fields(fields: &[(&str, String)]) -> Result<(), CliError> {
    document(&layout::fields(fields, page()))
}

/// Where a table goes.
fn page() -> layout::Page {
    let out = io::stdout();
    if !out.is_terminal() {
        return layout::Page::File;
    }
    let columns = rustix::termios::tcgetwinsize(&out).map_or(0, |size| size.ws_col);
    match usize::from(columns) {
        // A terminal that does not say how wide it is.
        0 => layout::Page::Wide,
        _ if WIDE.load(Ordering::Relaxed) => layout::Page::Wide,
        columns => layout::Page::Columns(columns),
    }
}

/// `doorward … | head` is no failure.
fn quiet_pipe(result: io::Result<()>) -> Result<(), CliError> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// One JSON document on one line; no letter in it that a terminal would obey.
pub fn json_line(value: &impl Serialize) -> Result<String, CliError> {
    let text = serde_json::to_string(value).map_err(CliError::failure)?;
    let mut clean = String::with_capacity(text.len());
    for letter in text.chars() {
        if is_unprintable(letter) {
            // All of them are in the first plane, and stand inside of strings.
            clean.extend(format!("\\u{:04x}", u32::from(letter)).chars());
        } else {
            clean.push(letter);
        }
    }
    Ok(clean)
}

/// Prints a line to a reader that may go away; false when it has.
pub fn line_while_read(text: &str) -> Result<bool, CliError> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        other => Ok(other.map(|()| true)?),
    }
}

/// A time as RFC 3339 in UTC.
pub fn time(seconds: i64) -> String {
    use time::{OffsetDateTime, format_description::well_known::Rfc3339};
    OffsetDateTime::from_unix_timestamp(seconds)
        .ok()
        .and_then(|time| time.format(&Rfc3339).ok())
        .unwrap_or_else(|| seconds.to_string())
}

/// A time that may be missing.
pub fn time_or_dash(seconds: Option<i64>) -> String {
    seconds.map_or_else(|| "-".to_owned(), time)
}
