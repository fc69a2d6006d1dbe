//! The entries that the base and the scope of a search name.

use ldap3_proto::proto::LdapSearchScope as Scope;

use crate::entry::{Names, SUBSCHEMA};
use doorward_ldap_protocol::dn::Dn;
use doorward_ldap_protocol::entry::Entry;

/// The entries of a search, before its filter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Target {
    /// The entry that describes the server (RFC 4512 §5.1).
    Root,
    Schema,
    Tree(Tree),
    /// The user with this login identifier.
    User(String),
    /// The group with this common name.
    Group(String),
    /// No entry: a user or a group has none below.
    Nothing,
}

/// A part of the tree.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tree {
    pub containers: Vec<Entry>,
    pub has_users: bool,
    pub has_groups: bool,
}

/// Returns the entries of a search; the error is the name of the closest entry above one that cannot exist.
pub fn find(names: &Names, base: &Dn, scope: &Scope) -> Result<Target, Dn> {
    let is_base = *scope == Scope::Base;
    if base.is_root() && is_base {
        return Ok(Target::Root);
    }
    if Dn::parse(SUBSCHEMA).is_some_and(|schema| schema.matches(base)) {
        return Ok(if is_base {
            Target::Schema
        } else {
            Target::Nothing
        });
    }
    if let Some(user) = names.user_in(base) {
        return Ok(leaf(scope, || Target::User(user.to_owned())));
    }
    if let Some(group) = names.group_in(base) {
        return Ok(leaf(scope, || Target::Group(group.to_owned())));
    }
    let [top, users, groups] = names.containers();
    let known = [&top, &users, &groups]
        .iter()
        .any(|entry| entry.dn.matches(base));
    // Above the base entry is nothing but the root.
    if !known && !base.is_root() {
        let above = [&users, &groups, &top]
            .into_iter()
            .find(|entry| base.ends_with(&entry.dn));
        return Err(above.map(|entry| entry.dn.clone()).unwrap_or_default());
    }
    let is_in = |dn: &Dn| match scope {
        Scope::Base => dn.matches(base),
        Scope::OneLevel => {
            dn.parent().is_some_and(|parent| parent.matches(base))
                || base.is_root() && dn.matches(&names.base)
        }
        Scope::Subtree => dn.ends_with(base),
        Scope::Children => dn.ends_with(base) && !dn.matches(base),
    };
    let holds = |container: &Entry| match scope {
        Scope::Base => false,
        Scope::OneLevel => container.dn.matches(base),
        Scope::Subtree | Scope::Children => container.dn.ends_with(base),
    };
    let (has_users, has_groups) = (holds(&users), holds(&groups));
    let containers = [top, users, groups].into_iter();
    Ok(Target::Tree(Tree {
        containers: containers.filter(|entry| is_in(&entry.dn)).collect(),
        has_users,
        has_groups,
    }))
}

fn leaf(scope: &Scope, target: impl FnOnce() -> Target) -> Target {
    match scope {
        Scope::Base | Scope::Subtree => target(),
        Scope::OneLevel | Scope::Children => Target::Nothing,
    }
}

#[cfg(test)]
mod tests;
