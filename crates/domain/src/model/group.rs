//! Groups of people: trees, inside an organization or outside of all.

use super::{GroupId, UserId};
use crate::time::UnixSeconds;

/// The most levels of a tree.
pub const MAX_DEPTH: usize = 8;
/// The longest path, in bytes: it travels in tokens.
pub const MAX_PATH: usize = 200;

/// A group. A department is a group.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    /// Names it for good.
    pub id: GroupId,
    /// Where it stands, such as `/engineering/backend`; unique in its organization.
    pub path: String,
    /// What it is for.
    pub description: String,
    /// The slug of its organization; none for a group outside of all.
    pub org: Option<String>,
    /// The group above it.
    pub parent: Option<GroupId>,
    /// Who leads it.
    pub manager: Option<UserId>,
    /// Since when.
    pub created_at: UnixSeconds,
    /// When it last changed.
    pub updated_at: UnixSeconds,
}

impl Group {
    /// The last part of its path.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// Whether `other` is this group or stands below it.
    pub fn contains(&self, other: &Self) -> bool {
        self.org == other.org && is_at_or_below(&self.path, &other.path)
    }
}

/// Whether `path` is `top` or stands below it.
pub fn is_at_or_below(top: &str, path: &str) -> bool {
    path.strip_prefix(top)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The path of a group with this name below this parent; none where the name is no name, or the
/// tree would become too deep or the path too long.
///
/// A name is 1 to 64 of `a-z`, `0-9`, `_` and `-`: it stands in tokens and policies.
pub fn path_below(parent: Option<&str>, name: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c);
    if name.is_empty() || name.len() > 64 || !name.chars().all(plain) {
        return None;
    }
    let path = format!("{}/{name}", parent.unwrap_or_default());
    let depth = path.bytes().filter(|byte| *byte == b'/').count();
    (depth <= MAX_DEPTH && path.len() <= MAX_PATH).then_some(path)
}

/// Every path from the top of the tree down to this one.
pub fn with_ancestors(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.char_indices().skip(1).filter(|(_, c)| *c == '/');
    ends.map(|(at, _)| &path[..at]).chain([path])
}

#[cfg(test)]
mod tests;
