//! A record while it is planned, and the result.

use crate::item::{Item, Kind, Note};

#[derive(Clone, Debug, PartialEq)]
pub struct Planned<T> {
    /// Object to create; `None` if there is nothing to do.
    pub create: Option<T>,
    pub item: Item,
}

/// A record of the source, with the notes so far.
#[derive(Debug)]
pub struct Draft<'a> {
    kind: Kind,
    old_id: &'a str,
    name: &'a str,
    pub notes: Vec<Note>,
}

impl<'a> Draft<'a> {
    pub const fn new(kind: Kind, old_id: &'a str, name: &'a str, notes: Vec<Note>) -> Self {
        Self {
            kind,
            old_id,
            name,
            notes,
        }
    }

    pub fn note(&mut self, code: &'static str, text: impl Into<String>) {
        self.notes.push(Note::new(code, text));
    }

    /// Ends with a record that is not imported.
    pub fn skip<T>(mut self, code: &'static str, text: impl Into<String>) -> Planned<T> {
        self.note(code, text);
        Planned {
            create: None,
            item: Item::skipped(self.kind, self.old_id, self.name, self.notes),
        }
    }

    /// Ends with an object that an earlier run has imported.
    pub fn unchanged<T>(&self, new_id: &str) -> Planned<T> {
        Planned {
            create: None,
            item: Item::unchanged(self.kind, self.old_id, self.name, new_id),
        }
    }

    /// Ends with an object that exists here.
    pub fn existing<T>(self, new_id: &str) -> Planned<T> {
        Planned {
            create: None,
            item: Item::imported(self.kind, self.old_id, self.name, new_id, self.notes),
        }
    }

    /// Ends with an object to create.
    pub fn create<T>(self, new_id: &str, object: T) -> Planned<T> {
        Planned {
            create: Some(object),
            item: Item::imported(self.kind, self.old_id, self.name, new_id, self.notes),
        }
    }
}
