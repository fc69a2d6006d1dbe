//! Results for single records: the decision, and notes on everything that differs from the source.
//! They never contain a secret.

use serde::Serialize;
use serde_json::Value;

doorward_protocol::words! {
    #[derive(PartialOrd, Ord, Serialize)]
    #[serde(rename_all = "lowercase")]
    pub enum Kind {
        /// The source as a whole.
        Source = "source",
        Permission = "permission",
        Role = "role",
        Group = "group",
        Provider = "provider",
        Client = "client",
        User = "user",
    }

    /// The decision about a record.
    #[derive(PartialOrd, Ord, Serialize)]
    #[serde(rename_all = "lowercase")]
    pub enum Decision {
        /// Imported without a change.
        Import = "import",
        /// Imported with the changes in the notes.
        Change = "change",
        /// Not imported, for the reason in the notes.
        Skip = "skip",
        /// Imported by an earlier run; nothing changes.
        Unchanged = "unchanged",
        /// Imported by an earlier run, and changed as the file says.
        Update = "update",
        /// Imported by an earlier run, and not changed, although the file says something else.
        Differs = "differs",
        /// Missing in the file, and disabled.
        Leave = "leave",
        /// Missing in the file, and not changed.
        Missing = "missing",
    }
}

impl Decision {
    /// Returns true for a user of an earlier run whom the file no longer describes.
    pub const fn is_difference(self) -> bool {
        matches!(
            self,
            Self::Update | Self::Differs | Self::Leave | Self::Missing
        )
    }
}

/// A reason or a difference.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Note {
    /// Stable name for programs.
    pub code: &'static str,
    pub text: String,
    /// Column or member of the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Value in the source, shortened; absent if it is a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

impl Note {
    pub fn new(code: &'static str, text: impl Into<String>) -> Self {
        Self {
            code,
            text: text.into(),
            column: None,
            value: None,
        }
    }

    /// Names the column, and the value unless it is a secret.
    #[must_use]
    pub fn about(mut self, column: &str, value: Option<String>) -> Self {
        self.column = Some(column.to_owned());
        self.value = value;
        self
    }
}

/// A field of a user with its value here and the one of the file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FieldChange {
    pub field: &'static str,
    pub before: Value,
    pub after: Value,
}

/// The state of a user's e-mail address.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EmailState {
    Verified,
    /// Not verified, as the source says.
    Unverified,
    /// Not verified, because the source does not say whether it is.
    Unknown,
}

/// The result for one record.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Item {
    pub kind: Kind,
    /// Id in the source.
    pub old_id: String,
    /// Name in the source.
    pub name: String,
    pub decision: Decision,
    /// Id here: the `sub` of a user, the name of a role, the path of a group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_id: Option<String>,
    /// State of the e-mail address of an imported user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<EmailState>,
    /// Fields of an imported user that differ from the file.
    #[serde(skip_serializing_if = "<[FieldChange]>::is_empty")]
    pub changes: Box<[FieldChange]>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
}

impl Item {
    /// Creates the item of an imported record: changed if there are notes.
    pub fn imported(kind: Kind, old_id: &str, name: &str, new_id: &str, notes: Vec<Note>) -> Self {
        let decision = if notes.is_empty() {
            Decision::Import
        } else {
            Decision::Change
        };
        Self {
            decision,
            new_id: Some(new_id.to_owned()),
            ..Self::skipped(kind, old_id, name, notes)
        }
    }

    /// Creates the item of a record that is not imported, and has its id as name.
    pub fn rejected(kind: Kind, name: &str, note: Note) -> Self {
        Self::skipped(kind, name, name, vec![note])
    }

    /// Creates the item of a record that is not imported.
    pub fn skipped(kind: Kind, old_id: &str, name: &str, notes: Vec<Note>) -> Self {
        Self {
            kind,
            old_id: old_id.to_owned(),
            name: name.to_owned(),
            decision: Decision::Skip,
            new_id: None,
            email: None,
            changes: Box::default(),
            notes,
        }
    }

    /// Creates the item of a record that an earlier run has imported.
    pub fn unchanged(kind: Kind, old_id: &str, name: &str, new_id: &str) -> Self {
        Self {
            decision: Decision::Unchanged,
            ..Self::imported(kind, old_id, name, new_id, Vec::new())
        }
    }
}
