//! Rows of a CSV file.

use std::io::{BufRead as _, Read as _};

use super::super::text::{self, Encoding, TextFile};
use super::super::{ReadError, Result};
use crate::prelude::*;

/// The characters that spreadsheets and databases put between cells.
const DELIMITERS: [u8; 4] = *b",;\t|";
/// The maximum length of the first line, in bytes.
const FIRST_LINE: u64 = 1 << 16;

#[derive(Debug, Default)]
pub struct CsvRows {
    pub path: PathBuf,
    pub encoding: Option<&'static Encoding>,
    /// Names of the columns of a file that begins with its first row.
    pub header: Option<&'static [&'static str]>,
    delimiter: u8,
    /// True if the first line only names the delimiter.
    names_delimiter: bool,
}

/// Returns the delimiter of a first line that only names it: `sep=;`, also in quotation marks or with
/// the empty cells that another program has added.
fn named_delimiter(line: &[u8]) -> Option<u8> {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_prefix(b"\"").unwrap_or(line);
    let (word, rest) = line.split_at_checked(4)?;
    let (named, rest) = rest.split_first()?;
    let is_delimiter = |byte: &u8| DELIMITERS.contains(byte);
    let is_empty = rest.iter().all(|byte| *byte == b'"' || is_delimiter(byte));
    let used = rest.iter().copied().find(is_delimiter).unwrap_or(*named);
    (word.eq_ignore_ascii_case(b"sep=") && is_empty).then_some(used)
}

impl CsvRows {
    /// Opens a file, and finds its delimiter.
    pub fn open(
        path: &Path,
        encoding: Option<&'static Encoding>,
        header: Option<&'static [&'static str]>,
    ) -> Result<Self> {
        let mut rows = Self {
            path: path.to_owned(),
            encoding,
            header,
            delimiter: b',',
            names_delimiter: false,
        };
        rows.find_delimiter()?;
        Ok(rows)
    }

    pub fn delimiter(&self) -> char {
        char::from(self.delimiter)
    }

    fn text(&self) -> Result<BufReader<TextFile>> {
        text::open(&self.path, self.encoding)
    }

    /// Finds the delimiter by the first line: `sep=;` as spreadsheets write it, or the header.
    fn find_delimiter(&mut self) -> Result<()> {
        let mut text = self.text()?.take(FIRST_LINE);
        let mut first: Vec<u8> = Vec::new();
        let mut lines = 0;
        while first.iter().all(u8::is_ascii_whitespace) {
            first.clear();
            lines += 1;
            let read = text.read_until(b'\n', &mut first);
            if read.map_err(|error| text::failed(&self.path, error))? == 0 {
                break;
            }
        }
        if let Some(delimiter) = named_delimiter(&first).filter(|_| lines == 1) {
            self.delimiter = delimiter;
            self.names_delimiter = true;
            return Ok(());
        }
        let mut is_quoted = false;
        let mut counts = [0; DELIMITERS.len()];
        for byte in first {
            is_quoted ^= byte == b'"';
            if let Some(at) = DELIMITERS.iter().position(|one| *one == byte)
                && !is_quoted
            {
                counts[at] += 1;
            }
        }
        let most = counts.iter().copied().max().unwrap_or_default();
        if let Some(at) = counts.iter().position(|count| *count == most) {
            self.delimiter = DELIMITERS[at];
        }
        Ok(())
    }

    /// Calls `each` with every record and the line where it begins, the header included, until it returns
    /// false.
    pub fn each_record(
        &self,
        each: &mut dyn FnMut(&csv::StringRecord, u64) -> Result<bool>,
    ) -> Result<()> {
        if let Some(header) = self.header
            && !each(&header.iter().collect(), 0)?
        {
            return Ok(());
        }
        let mut text = self.text()?;
        let mut before = 0;
        if self.names_delimiter {
            let skipped = text.read_until(b'\n', &mut Vec::new());
            skipped.map_err(|error| text::failed(&self.path, error))?;
            before = 1;
        }
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.delimiter)
            .from_reader(text);
        let mut record = csv::StringRecord::new();
        loop {
            let start = before + reader.position().line();
            let read = reader.read_record(&mut record);
            // Empty lines come before the record; the reader is behind the end of its last line.
            let breaks = record.iter().flat_map(str::bytes).filter(|b| *b == b'\n');
            let after = before + reader.position().line();
            let line = start.max(after.saturating_sub(1 + breaks.count() as u64));
            match read {
                Ok(true) => {
                    if !each(&record, line)? {
                        return Ok(());
                    }
                }
                Ok(false) => return Ok(()),
                Err(error) => {
                    return Err(match error.into_kind() {
                        csv::ErrorKind::Io(error) => text::failed(&self.path, error),
                        _ => ReadError::Syntax {
                            path: self.path.clone(),
                            line: usize::try_from(line).unwrap_or_default(),
                            problem: "malformed CSV",
                        },
                    });
                }
            }
        }
    }
}
