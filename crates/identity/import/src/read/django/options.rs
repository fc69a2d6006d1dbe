//! Options for the reader of Django.

use std::collections::BTreeMap;

use doorward_rules::profile::Field;

use super::table::{GroupsAs, SiteTable};
use super::time::TimeZone;
use crate::read::text::Encoding;

/// Purposes of a field of the user model, beside `username`, `email` and the profile fields.
pub const ACCOUNT_FIELDS: [&str; 7] = [
    "email_verified",
    FULL_NAME,
    "groups",
    "is_active",
    "is_staff",
    "is_superuser",
    "date_joined",
];
/// Purpose of a field with the whole name, which is divided.
pub const FULL_NAME: &str = "name";

#[derive(Clone, Debug, Default)]
pub struct DjangoOptions {
    /// Label of the user model (`app.model`), if it is not found by its fields.
    pub user_model: Option<String>,
    /// Field that users log in with (`USERNAME_FIELD`), which natural keys contain; `username` or,
    /// if there is none, `email`.
    pub login_field: Option<String>,
    /// Fields of the user model by their purpose: `username`, `email`, one of [`ACCOUNT_FIELDS`], or
    /// a profile field.
    pub fields: BTreeMap<String, String>,
    /// Tables of second factors: secret, backup codes, user.
    pub second_factors: Vec<SiteTable>,
    /// Tables with trees of groups: parent, name, members.
    pub group_trees: Vec<SiteTable>,
    /// Treatment of groups; `None` for groups of a tree, and roles of `auth.group`.
    pub groups_as: Option<GroupsAs>,
    /// Time zone of times without an offset.
    pub time_zone: TimeZone,
    /// True if permissions are imported, and roles and users get theirs.
    pub with_permissions: bool,
    /// Encoding of a dump that is neither UTF-8 nor UTF-16.
    pub encoding: Option<&'static Encoding>,
}

impl DjangoOptions {
    /// Returns the field of a purpose.
    pub fn field<'a>(&'a self, purpose: &'a str, usual: &'a str) -> &'a str {
        self.fields.get(purpose).map_or(usual, String::as_str)
    }
}

/// Reads `COLUMN=NAME` arguments. Returns the columns by their names here.
///
/// # Errors
/// Returns the argument and what to write instead.
pub fn columns(all: &[String]) -> Result<BTreeMap<String, String>, String> {
    let is_known = |name: &str| {
        matches!(name, "username" | "email")
            || ACCOUNT_FIELDS.contains(&name)
            || Field::parse(name).is_some()
    };
    let mut columns = BTreeMap::new();
    for text in all {
        let found = text.split_once('=');
        let Some((column, name)) = found.filter(|(column, _)| !column.is_empty()) else {
            return Err(format!("{text}: write COLUMN=NAME"));
        };
        if !is_known(name) {
            let all: Vec<_> = Field::ALL.iter().map(|field| field.name()).collect();
            return Err(format!(
                "{text}: {name:?} is no name here; write COLUMN=NAME with one of username, email, {}, {}",
                ACCOUNT_FIELDS.join(", "),
                all.join(", ")
            ));
        }
        if let Some(other) = columns.insert(name.to_owned(), column.to_owned()) {
            return Err(format!(
                "{text}: both {other} and {column} are {name}; name one column"
            ));
        }
    }
    Ok(columns)
}
