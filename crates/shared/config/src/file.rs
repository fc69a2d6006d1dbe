//! Reads `doorward.toml` and records the line of every key.

use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::table;
use super::{
    error::{Finding, Origin},
    key, suggestion,
    value::RawValue,
};

/// A key of the file.
#[derive(Debug)]
pub struct Entry {
    /// Dotted path as written.
    pub path: String,
    pub raw: RawValue,
    /// Line number, from 1.
    pub line: usize,
}

/// Reads the keys of the file. Unknown keys and invalid TOML are findings.
pub fn read(path: &Path, text: &str) -> (Vec<Entry>, Vec<Finding>) {
    let origin = |line| Origin::File {
        path: path.to_owned(),
        line,
    };
    let table = match DeTable::parse(text) {
        Ok(table) => table,
        Err(error) => {
            let line = line_of(text, error.span().map_or(0, |span| span.start));
            let finding = Finding::error("TOML", origin(line), error.message(), "");
            return (Vec::new(), vec![finding]);
        }
    };
    let mut entries = Vec::new();
    let mut findings = Vec::new();
    collect(text, "", table.get_ref(), &mut |path, value, line| {
        if is_known(&path) {
            entries.push(Entry {
                path,
                raw: raw(value),
                line,
            });
        } else {
            let remediation = suggestion::file_key(&path)
                .map_or_else(suggestion::reference_hint, |key| {
                    format!("did you mean `{key}`?")
                });
            findings.push(Finding::error(
                path,
                origin(line),
                "unknown key",
                remediation,
            ));
        }
    });
    (entries, findings)
}

/// Visits each leaf. A table in place of a value is a leaf too.
fn collect<'t>(
    text: &str,
    prefix: &str,
    table: &'t DeTable<'_>,
    visit: &mut impl FnMut(String, &'t DeValue<'t>, usize),
) {
    for (name, value) in table {
        let path = if prefix.is_empty() {
            name.get_ref().to_string()
        } else {
            format!("{prefix}.{}", name.get_ref())
        };
        match value.get_ref() {
            DeValue::Table(inner) if !inner.is_empty() && table::find(&path).is_none() => {
                collect(text, &path, inner, visit);
            }
            DeValue::Table(_) if is_section(&path) => {}
            leaf => visit(path, leaf, line_of(text, name.span().start)),
        }
    }
}

fn is_section(path: &str) -> bool {
    table::all().any(|key| {
        key.path
            .strip_prefix(path)
            .is_some_and(|rest| rest.starts_with('.'))
    })
}

fn is_known(path: &str) -> bool {
    let secret = || {
        path.strip_suffix("_file")
            .and_then(table::find)
            .is_some_and(key::Key::is_secret)
    };
    table::find(path).is_some() || secret()
}

fn raw(value: &DeValue<'_>) -> RawValue {
    match value {
        DeValue::String(text) => RawValue::Text(text.to_string()),
        DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix()).map_or(
            RawValue::Other("integer that is too large"),
            RawValue::Integer,
        ),
        DeValue::Float(n) => n
            .as_str()
            .parse()
            .map_or(RawValue::Other("float"), RawValue::Float),
        DeValue::Boolean(flag) => RawValue::Flag(*flag),
        DeValue::Array(items) => RawValue::List(items.iter().map(|i| raw(i.get_ref())).collect()),
        DeValue::Datetime(_) => RawValue::Other("date"),
        DeValue::Table(inner) => {
            let mut entries = Vec::new();
            for (name, value) in inner {
                entries.push((name.get_ref().to_string(), raw(value.get_ref())));
            }
            RawValue::Table(entries)
        }
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    1 + text
        .bytes()
        .take(offset)
        .filter(|byte| *byte == b'\n')
        .count()
}
