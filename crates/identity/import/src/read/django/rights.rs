//! Roles and groups of users.

use super::overview::Overview;
use super::row::{Row, key};
use super::table::{GroupsAs, reference};
use crate::prelude::*;
use crate::read::found::Findings;
use crate::record::UserRecord;

/// A role or a group of the source.
pub enum Right {
    Role(String),
    /// Path of the group.
    Group(String),
}

impl Overview {
    /// Returns the right of a group of a tree.
    fn of_path(&self, path: &str) -> Right {
        if self.options.groups_as == Some(GroupsAs::Roles) {
            return Right::Role(self.role_of_path(path));
        }
        Right::Group(path.to_owned())
    }

    /// Returns the role of a group of a tree: that of the row of `auth.group`, or of the path.
    pub(super) fn role_of_path(&self, path: &str) -> String {
        let extended = self.extended.get(path).cloned();
        extended.unwrap_or_else(|| path.trim_start_matches('/').to_owned())
    }

    /// Returns the right of a group of `django.contrib.auth`.
    pub(super) fn of_group(&self, key: &str, name: &str) -> Right {
        match self.trees.of_group(key) {
            Some(path) => self.of_path(path),
            None => self.of_name(name),
        }
    }

    /// Returns the right of a group outside trees.
    pub(super) fn of_name(&self, name: &str) -> Right {
        if self.options.groups_as == Some(GroupsAs::Groups) {
            return Right::Group(format!("/{name}"));
        }
        Right::Role(name.to_owned())
    }

    pub(super) fn read_rights(&self, row: &Row, record: &mut UserRecord, findings: &mut Findings) {
        let mut rights = Vec::new();
        let groups = findings.require(row.fields().list("groups"));
        for group in groups.unwrap_or_default() {
            let key = key(group);
            let known = self.groups.get(&key).cloned();
            let named = || Some(group.as_array()?.first()?.as_str()?.to_owned());
            match known.or_else(named) {
                Some(name) => rights.push(self.of_group(&key, &name)),
                None => {
                    findings.add("group_unknown", format!("group {group} is not in the dump"));
                }
            }
        }
        rights.extend(self.of_column(row, findings));
        for key in self.keys(row) {
            rights.extend(self.trees.of_member(&key).map(|path| self.of_path(path)));
        }
        for right in rights {
            match right {
                Right::Role(name) => record.roles.insert(name),
                Right::Group(path) => record.groups.insert(path),
            };
        }
        let held = findings.require(row.fields().list("user_permissions"));
        let held: BTreeSet<String> = held.unwrap_or_default().iter().map(key).collect();
        if !held.is_empty() {
            if self.options.with_permissions {
                record.roles.insert(Self::set_role(&held));
            } else {
                let text = format!(
                    "{} permissions of this user are not imported; see --grant-permissions",
                    held.len()
                );
                findings.add("permission_not_imported", text);
            }
        }
    }

    /// Returns the right of the field that is a relation to a group tree, or the name of a group.
    fn of_column(&self, row: &Row, findings: &mut Findings) -> Option<Right> {
        let column = self.options.fields.get("groups")?;
        let value = reference(row, column)?;
        if let Some(path) = self.trees.of_row(&key(value)) {
            return Some(self.of_path(path));
        }
        match value.as_str() {
            Some("") => None,
            Some(name) if self.options.group_trees.is_empty() => Some(self.of_name(name)),
            _ => {
                let text = format!("{column}: the group {value} is in no --group-tree");
                findings.add("group_unknown", text);
                None
            }
        }
    }
}
