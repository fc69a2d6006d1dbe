//! The state of the deployment that pages and the check of changes read from memory.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::time::UnixSeconds;

/// A period: from its start, until before its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Period {
    pub from: UnixSeconds,
    pub until: UnixSeconds,
}

impl Period {
    pub const fn contains(self, at: UnixSeconds) -> bool {
        self.from <= at && at < self.until
    }
}

/// A text on all pages of users and administrators in a period.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Notice {
    /// The text in every language without a translation.
    pub text: String,
    /// Texts by the code of their language.
    pub translations: BTreeMap<String, String>,
    pub period: Period,
}

impl Notice {
    /// Returns the text in a language, by its code.
    pub fn text_in(&self, language: &str) -> &str {
        self.translations.get(language).unwrap_or(&self.text)
    }
}

/// The announcements of operators, and the kind of the database.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct ServerState {
    pub notice: Option<Notice>,
    /// The period in which the server rejects changes.
    pub read_only: Option<Period>,
    /// The time at which `restore --as-copy` made this database; `None` for any other one.
    pub copied_at: Option<UnixSeconds>,
}
