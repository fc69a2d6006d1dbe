//! Receivers of the results of an import.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;

use crate::item::{Decision, EmailState, Item, Kind};
use crate::plan::guard::{Excess, Sums};
use crate::plan::user::NAME_DERIVED;
use crate::read::django::FACTOR_LOST;

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
    /// The users of a synchronization.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sync: Option<Tally>,
    /// Limit that the file exceeds, in a dry run.
    #[serde(skip)]
    pub excess: Option<Excess>,
    /// Changes of imported users.
    #[serde(skip)]
    pub sums: Sums,
}

/// The number of users by what the file says about them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    pub joined: u64,
    pub changed: u64,
    /// Users that are missing in the file, disabled or not.
    pub left: u64,
    pub unchanged: u64,
    /// Rows that are not applied.
    pub conflicts: u64,
}

impl Summary {
    pub fn count(&mut self, item: &Item) {
        let kind = self.records.entry(item.kind.as_str()).or_default();
        *kind.entry(item.decision.as_str()).or_default() += 1;
        self.unknown_emails += u64::from(item.email == Some(EmailState::Unknown));
        if item.kind == Kind::User {
            self.sums.add(&item.changes);
        }
        for note in &item.notes {
            *self.notes.entry(note.code).or_default() += 1;
        }
    }

    /// Returns the number of users with one of these results.
    pub fn users(&self, decisions: &[Decision]) -> u64 {
        let Some(users) = self.records.get(Kind::User.as_str()) else {
            return 0;
        };
        let counts = decisions.iter().map(|one| users.get(one.as_str()));
        counts.flatten().sum()
    }

    pub fn tally(&self) -> Tally {
        Tally {
            joined: self.users(&[Decision::Import, Decision::Change]),
            changed: self.users(&[Decision::Update, Decision::Differs]),
            left: self.users(&[Decision::Leave, Decision::Missing]),
            unchanged: self.users(&[Decision::Unchanged]),
            conflicts: self.users(&[Decision::Skip]),
        }
    }

    /// Returns what the operator can change before the import, or should know after it.
    pub fn proposals(&self, is_dry: bool) -> Vec<String> {
        let count = |code: &str| self.notes.get(code).copied().unwrap_or_default();
        let (derived, lost) = (count(NAME_DERIVED), count(FACTOR_LOST));
        let mut lines = Vec::new();
        if derived > 0 {
            let imported = self.users(&[Decision::Import, Decision::Change]);
            let mode = if derived == imported {
                "none"
            } else {
                "optional"
            };
            lines.push(if is_dry {
                format!(
                    "User names that the source does not have: {derived}. These users sign in by e-mail address; \
                     set `accounts.username = \"{mode}\"` before the import, and they get no user name."
                )
            } else {
                format!(
                    "User names that the source does not have: {derived}. `accounts.username = \"{mode}\"` before \
                     the import would have left them out."
                )
            });
        }
        if lost > 0 {
            lines.push(format!(
                "Users whose second factor is not carried: {lost}. They sign in with the password alone until \
                 they set up a new one; --second-factor carries one of a table of the site."
            ));
        }
        lines
    }
}
