//! Custom profile fields: the members of a profile that a deployment defines itself.

use crate::prelude::*;
use crate::time::UnixSeconds;

/// The maximum length of a URL, in bytes.
pub const MAX_URL: usize = 255;
/// The maximum length of a number, in bytes.
pub const MAX_DIGITS: usize = 32;

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ProfileField {
    /// The permanent name: 1 to 40 of `a-z`, `0-9` and `_`, beginning with `a-z`.
    pub name: String,
    /// The text on the profile page.
    pub label: String,
    pub kind: FieldKind,
    pub editable_by: FieldEditor,
    pub visible_to: FieldAudience,
    pub created_at: UnixSeconds,
    pub updated_at: UnixSeconds,
}

/// The values of one user, by the name of the field. Fields without a value are absent.
pub type FieldValues = BTreeMap<String, Value>;

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum FieldInput {
    /// Text of a form or of the command line; empty for no value.
    Text(String),
    /// A JSON value; `null` or empty for no value.
    Json(Value),
}

/// A requested change of custom fields, by name: absent fields are kept.
pub type FieldEdit = BTreeMap<String, FieldInput>;

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum FieldKind {
    Text {
        /// The maximum length, in characters.
        max_length: u16,
    },
    Number,
    Boolean,
    /// A date, `YYYY-MM-DD`.
    Date,
    /// A URL that begins with `https://` or `http://`.
    Url,
    Choice {
        choices: Vec<String>,
    },
    /// Another user, by ID.
    User,
}

impl FieldKind {
    /// Returns the word on the command line and in the API.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Url => "url",
            Self::Choice { .. } => "choice",
            Self::User => "user",
        }
    }

    pub fn max_json_size(&self) -> usize {
        // A character has at most four bytes, and two quotes surround a text. Of the characters
        // that need an escape, only `"` and the backslash are allowed.
        match self {
            Self::Text { max_length } => usize::from(*max_length) * 4 + 2,
            Self::Number => MAX_DIGITS,
            Self::Boolean => "false".len(),
            Self::Date => r#""YYYY-MM-DD""#.len(),
            Self::Url => MAX_URL + 2,
            Self::Choice { choices } => choices
                .iter()
                .map(|choice| Value::from(choice.as_str()).to_string().len())
                .max()
                .unwrap_or(0),
            // A UUID.
            Self::User => 36 + 2,
        }
    }
}

doorward_protocol::words! {
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum FieldEditor {
        /// The user and administrators.
        User = "user",
        /// Administrators only.
        Admin = "admin",
    }

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum FieldAudience {
        /// Administrators only.
        Admin = "admin",
        /// The user and administrators.
        User = "user",
        /// The user, administrators, and other users in the directory.
        Directory = "directory",
    }
}

impl ProfileField {
    pub fn is_visible_to_user(&self) -> bool {
        self.visible_to != FieldAudience::Admin
    }

    pub fn is_editable_by_user(&self) -> bool {
        self.is_visible_to_user() && self.editable_by == FieldEditor::User
    }
}
