//! Groups of users: trees, inside an organization or outside all of them.

use serde::Serialize;

use super::{GroupId, UserId};
use crate::time::UnixSeconds;

/// The maximum number of levels of a tree.
pub const MAX_DEPTH: usize = 8;
/// The maximum length of a path in bytes, limited because tokens contain it.
pub const MAX_PATH: usize = 200;

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Group {
    pub id: GroupId,
    /// The path in the tree, such as `/engineering/backend`; unique in its organization.
    pub path: String,
    pub description: String,
    /// The short code, such as a department number; unique in its organization, whatever the case.
    pub code: Option<String>,
    /// The slug of its organization; none for a group outside all organizations.
    pub org: Option<String>,
    pub parent: Option<GroupId>,
    pub manager: Option<UserId>,
    pub created_at: UnixSeconds,
    pub updated_at: UnixSeconds,
}

impl Group {
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    pub fn contains(&self, other: &Self) -> bool {
        self.org == other.org && is_at_or_below(&self.path, &other.path)
    }
}

pub fn is_at_or_below(top: &str, path: &str) -> bool {
    path.strip_prefix(top)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Returns the path of a group with this name below this parent. Returns `None` if the name is
/// invalid, the tree would become too deep or the path too long.
///
/// A name is 1 to 64 of `a-z`, `0-9`, `_` and `-`, because tokens and policies contain it.
pub fn path_below(parent: Option<&str>, name: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c);
    if name.is_empty() || name.len() > 64 || !name.chars().all(plain) {
        return None;
    }
    let path = format!("{}/{name}", parent.unwrap_or_default());
    let depth = path.bytes().filter(|byte| *byte == b'/').count();
    (depth <= MAX_DEPTH && path.len() <= MAX_PATH).then_some(path)
}

/// The maximum length of a code in bytes.
pub const MAX_CODE: usize = 40;

/// Returns true for 1 to 40 of `A-Z`, `a-z`, `0-9`, `_`, `-` and `.`.
pub fn is_code(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    (1..=MAX_CODE).contains(&text.len()) && text.chars().all(plain)
}

/// Returns every path from the top of the tree down to this one.
pub fn with_ancestors(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.char_indices().skip(1).filter(|(_, c)| *c == '/');
    ends.map(|(at, _)| &path[..at]).chain([path])
}

#[cfg(test)]
mod tests;
