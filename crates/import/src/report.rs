//! Receivers of the results of an import.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;

use crate::item::{EmailState, Item};

pub trait Observer {
    /// Receives the result of a record.
    fn item(&mut self, item: &Item) -> io::Result<()>;
}

/// The number of records for each kind and decision, and of notes for each code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Kind → decision → number.
    pub records: BTreeMap<&'static str, BTreeMap<&'static str, u64>>,
    /// Code of a note → number.
    pub notes: BTreeMap<&'static str, u64>,
    /// Number of imported users whose e-mail address is unverified, because the source does not say
    /// whether it is.
    pub unknown_emails: u64,
}

impl Summary {
    pub fn count(&mut self, item: &Item) {
        let kind = self.records.entry(item.kind.as_str()).or_default();
        *kind.entry(item.decision.as_str()).or_default() += 1;
        self.unknown_emails += u64::from(item.email == Some(EmailState::Unknown));
        for note in &item.notes {
            *self.notes.entry(note.code).or_default() += 1;
        }
    }
}
