//! Data goes to standard output, messages to standard error.

use std::io::{self, Write as _};

use serde::Serialize;

use crate::error::CliError;

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

/// Says something to the person at the terminal.
pub fn message(text: &str) {
    // Nothing is left to tell it to when standard error is closed.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Prints rows in aligned columns under a header.
pub fn table(header: &[&str], rows: &[Vec<String>]) -> Result<(), CliError> {
    let mut widths: Vec<usize> = header.iter().map(|cell| cell.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let header: Vec<String> = header.iter().map(|cell| (*cell).to_owned()).collect();
    let mut text = String::new();
    for row in std::iter::once(&header).chain(rows) {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    document(&text)
}

/// Prints the fields of one thing.
pub fn fields(fields: &[(&str, String)]) -> Result<(), CliError> {
    let width = fields.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for (name, value) in fields {
        text.push_str(format!("{name:<width$}  {value}").trim_end());
        text.push('\n');
    }
    document(&text)
}

/// `doorward … | head` is no failure.
fn quiet_pipe(result: io::Result<()>) -> Result<(), CliError> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
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
