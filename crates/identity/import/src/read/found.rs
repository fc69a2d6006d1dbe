//! Values of a source: absent, readable, or unreadable.

use doorward_rules::displayed_name;
use serde_json::Value;

use crate::item::{Item, Kind, Note};
use crate::record::{Record, UserRecord};

/// The number of characters of an unreadable value in the report.
const SHOWN: usize = 60;
/// The code of an unreadable value.
pub const UNREADABLE: &str = "unreadable";

/// A value that is there, but cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unreadable {
    column: String,
    /// The value, shortened; `None` for a secret.
    value: Option<String>,
    expected: &'static str,
}

/// A value of a source. `None` is an absent one, never an unreadable one.
pub type Found<T> = Result<Option<T>, Unreadable>;

/// Returns the start of a value in one visible line.
pub fn shortened(value: &str) -> String {
    let shown = displayed_name::without_hidden(value);
    if shown.chars().count() <= SHOWN {
        return shown;
    }
    shown.chars().take(SHOWN).chain(['…']).collect()
}

impl Unreadable {
    /// Describes a text in a column, and what is expected there.
    pub fn new(column: &str, value: &str, expected: &'static str) -> Self {
        Self {
            column: column.to_owned(),
            value: Some(shortened(value)),
            expected,
        }
    }

    /// Describes a JSON value, without what it contains.
    pub fn json(column: &str, value: &Value, expected: &'static str) -> Self {
        match value {
            Value::String(text) => Self::new(column, text, expected),
            Value::Object(_) => Self::new(column, "{…}", expected),
            Value::Array(_) => Self::new(column, "[…]", expected),
            other => Self::new(column, &other.to_string(), expected),
        }
    }

    /// Leaves the value out, because it is a secret or contains one.
    #[must_use]
    pub fn without_value(mut self) -> Self {
        self.value = None;
        self
    }

    pub fn note(self) -> Note {
        let shown = match &self.value {
            Some(value) => format!("{value:?} cannot be read"),
            None => "its value cannot be read".to_owned(),
        };
        let text = format!("{}: {shown}; write {}", self.column, self.expected);
        Note::new(UNREADABLE, text).about(&self.column, self.value)
    }
}

/// The notes on a record while it is read.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    pub notes: Vec<Note>,
    is_rejected: bool,
}

impl Findings {
    pub fn add(&mut self, code: &'static str, text: impl Into<String>) {
        self.notes.push(Note::new(code, text));
    }

    /// Returns a value. An unreadable one is noted, and left out.
    pub fn note<T>(&mut self, found: Found<T>) -> Option<T> {
        found.unwrap_or_else(|unreadable| {
            self.notes.push(unreadable.note());
            None
        })
    }

    /// Returns a value that the record cannot do without if it is there: it decides who may sign in
    /// or what they may do, or no other value is right. An unreadable one rejects the record.
    pub fn require<T>(&mut self, found: Found<T>) -> Option<T> {
        self.is_rejected |= found.is_err();
        self.note(found)
    }

    /// Returns the notes, or the result of a record that is rejected.
    pub fn finish(self, kind: Kind, old_id: &str, name: &str) -> Result<Vec<Note>, Item> {
        if self.is_rejected {
            return Err(Item::skipped(kind, old_id, name, self.notes));
        }
        Ok(self.notes)
    }

    /// Returns a user with the notes, or the result of one that is rejected.
    pub fn user(self, mut record: UserRecord) -> Record {
        let notes = self.finish(Kind::User, &record.old_id, &record.username);
        let read = notes.map(|notes| {
            record.notes = notes;
            record
        });
        Record::read(read, Record::User)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unreadable_value_is_named_once() {
        let mut findings = Findings::default();
        let wrong = || Unreadable::new("disabled", "perhaps\u{202e}\nnot", "true or false");
        assert_eq!(findings.note::<bool>(Err(wrong())), None);
        assert_eq!(findings.require(Ok(Some(true))), Some(true));
        assert_eq!(findings.notes.len(), 1);
        let note = &findings.notes[0];
        assert_eq!(note.column.as_deref(), Some("disabled"));
        assert_eq!(note.value.as_deref(), Some("perhaps not"));
        assert!(note.text.contains("disabled: \"perhaps not\""), "{note:?}");
        assert!(findings.finish(Kind::User, "7", "anna").is_ok());
        let mut findings = Findings::default();
        findings.require::<bool>(Err(wrong().without_value()));
        let item = findings.finish(Kind::User, "7", "anna").unwrap_err();
        assert_eq!(item.notes[0].value, None);
        assert_eq!(item.old_id, "7");
    }

    #[test]
    fn long_value_is_shortened() {
        let note = Unreadable::new("x", &"y".repeat(1_000), "less").note();
        assert_eq!(note.value.unwrap().chars().count(), SHOWN + 1);
    }
}
