//! Lists of roles and groups in custom claims: filtered, written in a chosen form, and bounded.

use std::collections::BTreeSet;

use serde_json::Value;

use doorward_domain::model::group::path_below;
use doorward_domain::model::{ClaimOutput, GroupFormat, GroupList, RoleList};

/// The maximum size of a list in a token as JSON, in bytes.
pub const MAX_LIST: usize = 1024;
/// The maximum number of entries of a list in a token.
pub const MAX_ENTRIES: usize = 100;
/// The maximum size of a list in a response as JSON, in bytes.
pub const MAX_LIST_IN_RESPONSE: usize = 4 * 1024;
/// The maximum number of entries of a list in a response.
pub const MAX_ENTRIES_IN_RESPONSE: usize = 300;
/// The maximum length of a prefix or the start of a name, in bytes.
const MAX_TEXT: usize = 64;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ListBounds {
    pub entries: usize,
    /// The maximum size as JSON, in bytes.
    pub bytes: usize,
}

/// Returns the bounds of a list in this output. Tokens travel in header fields, responses do not.
pub const fn bounds(output: ClaimOutput) -> ListBounds {
    match output {
        ClaimOutput::AccessToken | ClaimOutput::IdToken => ListBounds {
            entries: MAX_ENTRIES,
            bytes: MAX_LIST,
        },
        ClaimOutput::Userinfo | ClaimOutput::Introspection => ListBounds {
            entries: MAX_ENTRIES_IN_RESPONSE,
            bytes: MAX_LIST_IN_RESPONSE,
        },
    }
}

/// Checks a list of roles; the error names the problem and the expected value.
pub fn check_roles(list: &RoleList) -> Result<(), &'static str> {
    check_text(list.starting_with.as_deref())?;
    check_text(list.prefix.as_deref())?;
    if list.strip && list.starting_with.is_none() {
        return Err("strip removes the start of a name; write it in starting_with");
    }
    Ok(())
}

/// Checks a list of groups; the error names the problem and the expected value.
pub fn check_groups(list: &GroupList) -> Result<(), &'static str> {
    check_text(list.prefix.as_deref())?;
    if list
        .below
        .as_deref()
        .is_some_and(|path| !is_group_path(path))
    {
        return Err("write in below a group path such as /engineering");
    }
    if list.strip && list.format == GroupFormat::Name {
        return Err("strip shortens paths; a list of names has none");
    }
    Ok(())
}

fn check_text(text: Option<&str>) -> Result<(), &'static str> {
    let is_plain = |text: &str| {
        (1..=MAX_TEXT).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
    };
    if text.is_none_or(is_plain) {
        Ok(())
    } else {
        Err("write 1 to 64 visible ASCII characters in prefix and starting_with")
    }
}

pub fn is_group_path(text: &str) -> bool {
    let mut names = text.split('/');
    let mut path = None;
    names.next() == Some("")
        && names.all(|name| {
            path = path_below(path.as_deref(), name);
            path.is_some()
        })
        && path.is_some()
}

/// Returns the entries of a list of roles, sorted.
pub fn role_entries(list: &RoleList, roles: &BTreeSet<String>) -> BTreeSet<String> {
    let start = list.starting_with.as_deref().unwrap_or_default();
    let entry = |name: &String| {
        let rest = name.strip_prefix(start)?;
        let written = if list.strip { rest } else { name.as_str() };
        prefixed(list.prefix.as_deref(), written)
    };
    roles.iter().filter_map(entry).collect()
}

/// Returns the entries of a list of groups, sorted. Groups with the same last name are one entry of
/// a list of names.
pub fn group_entries(list: &GroupList, groups: &BTreeSet<String>) -> BTreeSet<String> {
    let top = list.below.as_deref().unwrap_or_default();
    let entry = |path: &String| {
        let rest = path.strip_prefix(top)?.strip_prefix('/')?;
        let written = match list.format {
            GroupFormat::Name => rest.rsplit('/').next()?,
            GroupFormat::Path if list.strip => rest,
            GroupFormat::Path => path.as_str(),
        };
        prefixed(list.prefix.as_deref(), written)
    };
    groups.iter().filter_map(entry).collect()
}

/// Returns the entry, none for an empty name.
fn prefixed(prefix: Option<&str>, written: &str) -> Option<String> {
    let prefix = prefix.unwrap_or_default();
    (!written.is_empty()).then(|| format!("{prefix}{written}"))
}

/// Returns the list as a value, none if it exceeds the bounds of this output: a reader cannot see
/// that a list was truncated.
pub fn bounded(entries: BTreeSet<String>, output: ClaimOutput) -> Option<Value> {
    let bounds = bounds(output);
    if entries.len() > bounds.entries {
        return None;
    }
    let list = Value::from(entries.into_iter().collect::<Vec<_>>());
    (list.to_string().len() <= bounds.bytes).then_some(list)
}

#[cfg(test)]
mod tests;
