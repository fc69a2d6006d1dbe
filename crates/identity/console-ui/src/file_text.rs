//! The text of a list as CSV or JSON, in parts of limited size.

use std::iter;

use actix_web::web::{Bytes, BytesMut};
use doorward_services::error::ServerError;
use doorward_web::csv_file;
use serde_json::{Map, Value};

/// Maximum size of a part, in bytes.
const PART: usize = 65_536;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FileFormat {
    /// A line for each row, after the names of the columns.
    Csv,
    Json,
}

/// The text of a file that is not sent yet.
pub struct FileText {
    format: FileFormat,
    columns: Vec<&'static str>,
    text: BytesMut,
    is_started: bool,
    is_ended: bool,
}

impl FileText {
    pub fn new(format: FileFormat, columns: Vec<&'static str>) -> Self {
        Self {
            format,
            columns,
            text: BytesMut::new(),
            is_started: false,
            is_ended: false,
        }
    }

    /// Returns true if there is text for a part of the maximum size.
    pub fn is_full(&self) -> bool {
        self.text.len() >= PART
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub fn push(&mut self, row: Vec<Value>) -> Result<(), ServerError> {
        let is_first = !self.is_started;
        self.is_started = true;
        match self.format {
            FileFormat::Csv => {
                let columns = is_first.then_some(self.columns.as_slice());
                let line = csv_file::lines(columns, iter::once(row.into_iter().map(cell)))?;
                self.text.extend_from_slice(&line);
            }
            FileFormat::Json => {
                let names = self.columns.iter().map(|name| (*name).to_owned());
                let object: Map<String, Value> = names.zip(row).collect();
                let object = serde_json::to_vec(&object);
                let object = object.map_err(|error| ServerError::Internal(error.to_string()))?;
                let start = if is_first { b"[" } else { b"," };
                self.text.extend_from_slice(start);
                self.text.extend_from_slice(&object);
            }
        }
        Ok(())
    }

    /// Ends the file after its last row. A further call changes nothing.
    pub fn end(&mut self) -> Result<(), ServerError> {
        if self.is_ended {
            return Ok(());
        }
        self.is_ended = true;
        match (self.format, self.is_started) {
            (FileFormat::Csv, true) => {}
            (FileFormat::Csv, false) => {
                let none = iter::empty::<Vec<String>>();
                let line = csv_file::lines(Some(&self.columns), none)?;
                self.text.extend_from_slice(&line);
            }
            (FileFormat::Json, true) => self.text.extend_from_slice(b"]"),
            (FileFormat::Json, false) => self.text.extend_from_slice(b"[]"),
        }
        Ok(())
    }

    /// Takes the next part. A row that is larger than a part continues in the next one.
    pub fn take(&mut self) -> Bytes {
        let size = self.text.len().min(PART);
        self.text.split_to(size).freeze()
    }
}

fn cell(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Null => String::new(),
        // Names without blanks, such as those of permissions.
        Value::Array(names) => {
            let names: Vec<String> = names.into_iter().map(cell).collect();
            names.join(" ")
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{FileFormat, FileText, PART};

    /// Returns the parts of a file with these rows, as the server sends them.
    fn parts(format: FileFormat, rows: Vec<Vec<Value>>) -> Vec<Vec<u8>> {
        let mut file = FileText::new(format, vec!["id", "name"]);
        let (mut rows, mut parts) = (rows.into_iter(), Vec::new());
        loop {
            while !file.is_full()
                && let Some(row) = rows.next()
            {
                file.push(row).expect("a row");
            }
            if rows.as_slice().is_empty() {
                file.end().expect("an end");
            }
            if file.is_empty() {
                return parts;
            }
            parts.push(file.take().to_vec());
        }
    }

    /// Returns rows with names of this number of characters, which are three bytes each.
    fn rows(count: usize, length: usize) -> Vec<Vec<Value>> {
        let name = "名".repeat(length);
        (0..count).map(|id| vec![json!(id), json!(name)]).collect()
    }

    #[test]
    fn parts_of_long_rows_have_maximum_size() {
        // 100 rows of 3 kB, and a row that is larger than a part.
        for (count, length) in [(100, 1_000), (1, PART), (3, PART / 2)] {
            let rows = rows(count, length);
            for format in [FileFormat::Csv, FileFormat::Json] {
                let parts = parts(format, rows.clone());
                assert!(parts.len() > 2, "{format:?}, {count}: {}", parts.len());
                assert!(parts.iter().all(|part| part.len() <= PART));
                let text = String::from_utf8(parts.concat()).expect("a text");
                if format == FileFormat::Json {
                    let found: Vec<Value> = serde_json::from_str(&text).expect("a list");
                    let last = &rows[count - 1];
                    assert_eq!(found.len(), count);
                    assert_eq!(found[count - 1], json!({ "id": last[0], "name": last[1] }));
                } else {
                    assert_eq!(text.lines().count(), count + 1);
                    assert!(text.starts_with("id,name\n0,名"));
                }
            }
        }
    }

    #[test]
    fn file_without_rows_has_columns_or_empty_list() {
        assert_eq!(parts(FileFormat::Csv, Vec::new()).concat(), b"id,name\n");
        assert_eq!(parts(FileFormat::Json, Vec::new()).concat(), b"[]");
    }

    #[test]
    fn values_are_cells_of_text() {
        let rows = vec![
            vec![json!(["a", "b"]), json!(null)],
            vec![json!(true), json!({ "a": 1 })],
            vec![json!("=1"), json!("x")],
        ];
        let text = parts(FileFormat::Csv, rows).concat();
        let expected = "id,name\na b,\ntrue,\"{\"\"a\"\":1}\"\n'=1,x\n";
        assert_eq!(String::from_utf8(text).expect("a text"), expected);
    }
}
