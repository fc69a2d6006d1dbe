//! Data goes to standard output, messages to standard error.

mod layout;

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Args;
use doorward_admin::progress::Progress;
pub use doorward_process::{counted, escaped, print_status};
use doorward_protocol::displayed_text::is_hidden;
use doorward_rules::csv_cell::harmless;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use serde_json::Value;

use crate::error::{CliError, Result};

/// Prints a line of data.
///
/// # Errors
/// Returns an error if writing to standard output fails, except if the reader closed the pipe.
pub fn line(text: &str) -> Result {
    document(&format!("{text}\n"))
}

/// Prints a document that ends with its own newline.
pub fn document(text: &str) -> Result {
    Ok(doorward_process::print_document(text)?)
}

pub fn json(value: &impl Serialize) -> Result {
    line(&serde_json::to_string_pretty(value).map_err(CliError::failure)?)
}

/// The form of the result of a command.
#[derive(Clone, Copy, Debug, Args)]
pub struct Output {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

impl Output {
    /// Prints the result of a change: one JSON document, or a sentence.
    pub fn result(self, document: &impl Serialize, sentence: &str) -> Result {
        if self.json {
            return json(document);
        }
        print_status(sentence);
        Ok(())
    }

    /// Prints a one-time link, and a sentence with the time of its end.
    pub fn link(self, url: &str, expires_at: i64, sentence: impl FnOnce(&str) -> String) -> Result {
        let end = time(expires_at);
        if !self.json {
            line(url)?;
        }
        let document = serde_json::json!({ "url": url, "expires_at": end });
        self.result(&document, &sentence(&end))
    }

    /// Prints the former values of a deleted object as JSON, or a sentence.
    pub fn deleted(self, mut before: Value, sentence: &str) -> Result {
        before["deleted"] = Value::Bool(true);
        self.result(&before, sentence)
    }

    /// Prints one object: as JSON, or its members as fields.
    pub fn object(self, object: &Value) -> Result {
        if self.json {
            return json(object);
        }
        let members = object.as_object().into_iter().flatten();
        let fields = members.map(|(name, value)| (name.as_str(), member(value)));
        self::fields(&fields.collect::<Vec<_>>())
    }

    /// Prints a list of objects: all of them as JSON, or a table with a column for each named member.
    pub fn list(
        self,
        objects: impl IntoIterator<Item = Value>,
        columns: &[(&str, &str)],
    ) -> Result {
        let objects: Vec<Value> = objects.into_iter().collect();
        if self.json {
            return json(&objects);
        }
        let (header, names): (Vec<_>, Vec<_>) = columns.iter().copied().unzip();
        let row = |object: &Value| names.iter().map(|name| member(&object[name])).collect();
        let rows: Vec<Vec<String>> = objects.iter().map(row).collect();
        table(&header, &rows)
    }

    /// Prints a list as JSON, or as a table with other texts than those of the documents.
    pub fn rows<T, const N: usize>(
        self,
        items: &[T],
        document: impl Fn(&T) -> Value,
        header: [&str; N],
        row: impl Fn(&T) -> [String; N],
    ) -> Result {
        if self.json {
            return json(&items.iter().map(document).collect::<Vec<_>>());
        }
        let rows: Vec<Vec<String>> = items.iter().map(|item| row(item).into()).collect();
        table(&header, &rows)
    }
}

/// Prints the named members of an object as fields.
pub fn members(object: &Value, names: &[&str]) -> Result {
    let fields: Vec<_> = names
        .iter()
        .map(|name| (*name, member(&object[name])))
        .collect();
    self::fields(&fields)
}

/// Formats a member of a document; `-` if it is missing.
pub fn member(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let has_space = |item: &Value| item.as_str().is_some_and(|text| text.contains(' '));
            let separator = if items.iter().any(has_space) {
                "; "
            } else {
                " "
            };
            items.iter().map(member).collect::<Vec<_>>().join(separator)
        }
        Value::Object(members) => {
            let members = members.iter();
            let members = members.map(|(name, value)| format!("{name}: {}", member(value)));
            members.collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

/// Set by `--wide`: disables wrapping.
static WIDE: AtomicBool = AtomicBool::new(false);

/// Disables wrapping of tables and fields.
pub fn print_wide() {
    WIDE.store(true, Ordering::Relaxed);
}

pub fn table(header: &[&str], rows: &[Vec<String>]) -> Result {
    document(&layout::table(header, rows, page()))
}

pub fn fields(fields: &[(&str, String)]) -> Result {
    document(&layout::fields(fields, page()))
}

fn page() -> layout::Page {
    let out = io::stdout();
    if !out.is_terminal() || WIDE.load(Ordering::Relaxed) {
        return layout::Page::Wide;
    }
    let columns = rustix::termios::tcgetwinsize(&out).map_or(0, |size| size.ws_col);
    match usize::from(columns) {
        // The terminal does not report its width.
        0 => layout::Page::Wide,
        columns => layout::Page::Columns(columns),
    }
}

/// The progress of a command: a bar on a terminal, elsewhere lines.
pub struct ProgressOutput {
    bar: ProgressBar,
    lines: Progress,
    noun: &'static str,
}

impl ProgressOutput {
    pub fn new(length: u64, template: &str, noun: &'static str) -> Self {
        let bar = ProgressBar::new(length);
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self {
            bar,
            lines: Progress::new(Some(print_status)),
            noun,
        }
    }

    pub fn set_message(&self, message: &str) {
        self.bar.set_message(message.to_owned());
    }

    pub fn inc(&mut self, count: u64) {
        let (bar, noun) = (&self.bar, self.noun);
        bar.inc(count);
        if bar.is_hidden() {
            let length = bar.length().unwrap_or_default();
            self.lines
                .show(|| format!("{} of {length} {noun}", bar.position()));
        }
    }

    /// Prints while the bar is hidden.
    pub fn suspend<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar.suspend(print)
    }

    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// Formats one JSON document on one line and escapes every character that a terminal would
/// interpret. They occur only inside strings.
pub fn json_line(value: &impl Serialize) -> Result<String> {
    let text = serde_json::to_string(value).map_err(CliError::failure)?;
    let mut clean = String::with_capacity(text.len());
    for letter in text.chars() {
        if is_hidden(letter) {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                let _ = write!(clean, "\\u{unit:04x}");
            }
        } else {
            clean.push(letter);
        }
    }
    Ok(clean)
}

/// Formats records as lines of CSV.
pub fn csv<T: AsRef<[u8]>>(
    records: impl IntoIterator<Item = impl IntoIterator<Item = T>>,
) -> Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for record in records {
        writer.write_record(record).map_err(CliError::failure)?;
    }
    let bytes = writer.into_inner().map_err(CliError::failure)?;
    String::from_utf8(bytes).map_err(CliError::failure)
}

/// Returns the members of a document with these names as the cells of a spreadsheet.
pub fn cells(document: &Value, columns: &[impl AsRef<str>]) -> Vec<String> {
    let cell = |name: &str| match &document[name] {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    columns.iter().map(|name| cell(name.as_ref())).collect()
}

/// Formats records as lines of CSV that no spreadsheet evaluates.
pub fn spreadsheet<R: AsRef<[String]>>(records: &[R]) -> Result<String> {
    let cells = |record: &R| -> Vec<String> {
        let cells = record.as_ref().iter();
        cells.map(|cell| harmless(&escaped(cell))).collect()
    };
    csv(records.iter().map(cells))
}

/// Prints a line. Returns false if the reader has closed the pipe.
pub fn line_while_read(text: &str) -> Result<bool> {
    print_while_read(&format!("{text}\n"))
}

fn print_while_read(text: &str) -> Result<bool> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        other => Ok(other.map(|()| true)?),
    }
}

/// A list that is printed while it is read, so that its length does not matter.
pub struct ListOutput<'a> {
    /// Header of the table; empty after its first rows, and for JSON.
    header: &'a [&'a str],
    is_json: bool,
    is_empty: bool,
    is_read: bool,
}

impl<'a> ListOutput<'a> {
    pub const fn new(header: &'a [&'a str], is_json: bool) -> Self {
        Self {
            header,
            is_json,
            is_empty: true,
            is_read: true,
        }
    }

    pub fn rows(&mut self, rows: &[Vec<String>]) -> Result<bool> {
        let text = layout::table(std::mem::take(&mut self.header), rows, page());
        self.print(&text)
    }

    /// Prints further elements of an array. Returns false if the reader has closed the pipe.
    pub fn documents(&mut self, documents: &[impl Serialize]) -> Result<bool> {
        let mut text = String::new();
        for document in documents {
            let document = serde_json::to_string_pretty(document).map_err(CliError::failure)?;
            text.push_str(if self.is_empty { "[\n" } else { ",\n" });
            text.push_str("  ");
            text.push_str(&document.replace('\n', "\n  "));
            self.is_empty = false;
        }
        self.print(&text)
    }

    /// Prints lines of another form. Returns false if the reader has closed the pipe.
    pub fn text(&mut self, text: &str) -> Result<bool> {
        self.print(text)
    }

    /// Prints the end of an array.
    pub fn end(mut self) -> Result {
        if self.is_json {
            let end = if self.is_empty { "[]\n" } else { "\n]\n" };
            self.print(end)?;
        }
        Ok(())
    }

    fn print(&mut self, text: &str) -> Result<bool> {
        self.is_read = self.is_read && print_while_read(text)?;
        Ok(self.is_read)
    }
}

/// Formats a time as RFC 3339 in UTC.
pub fn time(seconds: i64) -> String {
    use time::{OffsetDateTime, format_description::well_known::Rfc3339};
    OffsetDateTime::from_unix_timestamp(seconds)
        .ok()
        .and_then(|time| time.format(&Rfc3339).ok())
        .unwrap_or_else(|| seconds.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{escaped, json_line, member};

    #[test]
    fn texts_with_spaces_are_separated() {
        for (list, expected) in [
            (json!(["a", "b"]), "a b"),
            (json!(["/* user", "/x deny"]), "/* user; /x nobody"),
            (json!([]), ""),
        ] {
            assert_eq!(member(&list), expected);
        }
    }

    #[test]
    fn hidden_characters_are_escaped() {
        assert_eq!(escaped("a\u{ad}b\u{e0041}é"), r"a\u{ad}b\u{e0041}é");
        let value = json!({ "name": "a\u{202e}b\u{e0041}é" });
        let line = json_line(&value).unwrap();
        assert_eq!(line, r#"{"name":"a\u202eb\udb40\udc41é"}"#);
        assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), value);
    }
}
