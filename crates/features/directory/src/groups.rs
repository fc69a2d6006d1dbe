//! Roles from the groups of a directory, also by nested groups.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use ldap3::Scope;

use crate::client::{Connection, Unanswered};
use crate::dn;
use crate::entry::Entry;
use crate::filter;
use crate::settings::{Directory, GroupMode};

/// Depth of nested groups that searches follow, and the number of groups of a user.
const DEPTH: usize = 10;
const MAX_GROUPS: usize = 1_000;
/// No attributes (RFC 4511 §4.5.1.8).
const NONE: &str = "1.1";

fn roles_of<'a>(
    directory: &Directory,
    groups: impl IntoIterator<Item = &'a String>,
) -> BTreeSet<String> {
    let known = groups.into_iter().filter_map(|dn| directory.roles.get(dn));
    known.flatten().cloned().collect()
}

fn by_attribute(directory: &Directory, entry: &Entry) -> BTreeSet<String> {
    let groups: Vec<_> = entry
        .all("memberOf")
        .iter()
        .map(|dn| dn::normalized(dn))
        .collect();
    roles_of(directory, &groups)
}

/// Returns the roles that the groups of an entry give.
///
/// # Errors
/// [`Unanswered`] if a search fails: without an answer no role may be taken.
pub async fn of_user(
    connection: &mut Connection<'_>,
    directory: &Directory,
    entry: &Entry,
) -> Result<BTreeSet<String>, Unanswered> {
    if directory.roles.is_empty() {
        return Ok(BTreeSet::new());
    }
    match directory.groups {
        GroupMode::MemberOf => Ok(by_attribute(directory, entry)),
        GroupMode::InChain => {
            let mut groups = Vec::new();
            for group in directory.roles.keys() {
                let filter = filter::in_group(directory, group, true);
                let none = [NONE.to_owned()];
                let found = connection.search(&entry.dn, Scope::Base, &filter, &none, 1);
                if !found.await?.is_empty() {
                    groups.push(group.clone());
                }
            }
            Ok(roles_of(directory, &groups))
        }
        GroupMode::Search => {
            let groups = above(connection, directory, entry).await?;
            Ok(roles_of(directory, &groups))
        }
    }
}

/// Searches for the groups of an entry, then for the groups of those.
async fn above(
    connection: &mut Connection<'_>,
    directory: &Directory,
    entry: &Entry,
) -> Result<HashSet<String>, Unanswered> {
    let mut found = HashSet::new();
    let mut next = vec![entry.dn.clone()];
    let mut uid = entry.first(&directory.username);
    for _ in 0..DEPTH {
        for member in std::mem::take(&mut next) {
            let filter = filter::groups_with(&member, uid.take());
            let none = [NONE.to_owned()];
            let limit = i32::try_from(MAX_GROUPS).unwrap_or(i32::MAX);
            let base = &directory.group_base;
            let groups = connection.search(base, Scope::Subtree, &filter, &none, limit);
            for group in groups.await? {
                if found.len() < MAX_GROUPS && found.insert(dn::normalized(&group.dn)) {
                    next.push(group.dn);
                }
            }
        }
        if next.is_empty() {
            break;
        }
    }
    Ok(found)
}

/// The roles of all users, for a synchronization: by ID, name or user name, as the mode finds them.
#[derive(Debug, Default)]
pub struct Members {
    ids: HashMap<String, BTreeSet<String>>,
    names: HashMap<String, BTreeSet<String>>,
    uids: HashMap<String, BTreeSet<String>>,
}

impl Members {
    /// Reads the members of the groups that give roles.
    ///
    /// # Errors
    /// [`Unanswered`] if a search fails.
    pub async fn read(
        connection: &mut Connection<'_>,
        directory: &Directory,
    ) -> Result<Self, Unanswered> {
        let mut members = Self::default();
        if directory.roles.is_empty() {
            return Ok(members);
        }
        match directory.groups {
            GroupMode::MemberOf => {}
            GroupMode::InChain => {
                for (group, roles) in &directory.roles {
                    let filter = filter::in_group(directory, group, true);
                    let id = vec![directory.id.clone()];
                    let mut pages = connection.pages(&directory.base, &filter, id).await?;
                    loop {
                        let page = pages.next().await?;
                        if page.is_empty() {
                            break;
                        }
                        let ids = page.iter().filter_map(|entry| entry.id(&directory.id));
                        for id in ids {
                            let given = members.ids.entry(id).or_default();
                            given.extend(roles.iter().cloned());
                        }
                    }
                }
            }
            GroupMode::Search => {
                let table = Groups::read(connection, directory).await?;
                members.fill(directory, &table);
            }
        }
        Ok(members)
    }

    /// Returns the roles of an entry.
    pub fn of(&self, directory: &Directory, entry: &Entry) -> BTreeSet<String> {
        if directory.groups == GroupMode::MemberOf {
            return by_attribute(directory, entry);
        }
        let id = entry.id(&directory.id).unwrap_or_default();
        let uid = entry.first(&directory.username).unwrap_or_default();
        let all = [
            self.ids.get(&id),
            self.names.get(&dn::normalized(&entry.dn)),
            self.uids.get(uid),
        ];
        all.into_iter().flatten().flatten().cloned().collect()
    }

    fn fill(&mut self, directory: &Directory, table: &Groups) {
        for (group, roles) in &directory.roles {
            let (dns, uids) = table.members(group);
            for dn in dns {
                self.names.entry(dn).or_default().extend(roles.clone());
            }
            for uid in uids {
                self.uids.entry(uid).or_default().extend(roles.clone());
            }
        }
    }
}

/// The groups of a directory with their members, by normalized name.
#[derive(Debug, Default)]
pub struct Groups(BTreeMap<String, Group>);

#[derive(Debug, Default)]
struct Group {
    members: Vec<String>,
    uids: Vec<String>,
}

impl Groups {
    async fn read(
        connection: &mut Connection<'_>,
        directory: &Directory,
    ) -> Result<Self, Unanswered> {
        let filter = "(|(member=*)(uniqueMember=*)(memberUid=*))";
        let names = ["member", "uniqueMember", "memberUid"].map(str::to_owned);
        let base = &directory.group_base;
        let mut pages = connection.pages(base, filter, names.to_vec()).await?;
        let mut groups = Self::default();
        loop {
            let page = pages.next().await?;
            if page.is_empty() {
                return Ok(groups);
            }
            groups.0.extend(page.iter().map(Self::group));
        }
    }

    fn group(entry: &Entry) -> (String, Group) {
        let both = entry.all("member").iter().chain(entry.all("uniqueMember"));
        let group = Group {
            members: both.map(|dn| dn::normalized(dn)).collect(),
            uids: entry.all("memberUid").to_vec(),
        };
        (dn::normalized(&entry.dn), group)
    }

    /// Returns the names and user names of all members of a group and of the groups in it.
    fn members(&self, group: &str) -> (HashSet<String>, HashSet<String>) {
        let (mut dns, mut uids) = (HashSet::new(), HashSet::new());
        let mut seen = HashSet::from([group]);
        let mut next = vec![group];
        for _ in 0..=DEPTH {
            for name in std::mem::take(&mut next) {
                let Some(group) = self.0.get(name) else {
                    continue;
                };
                uids.extend(group.uids.iter().cloned());
                for member in &group.members {
                    if !self.0.contains_key(member) {
                        dns.insert(member.clone());
                    } else if seen.insert(member) {
                        next.push(member);
                    }
                }
            }
        }
        (dns, uids)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::directory;

    #[test]
    fn nested_groups_give_roles_once_and_circles_end() {
        let entries = [
            Entry::of(
                "cn=Admins,o=x",
                &[("member", "cn=Inner, o=x"), ("member", "uid=alice,o=x")],
            ),
            Entry::of(
                "cn=inner,o=x",
                &[("uniqueMember", "UID=Bob,o=x"), ("member", "cn=admins,o=x")],
            ),
            Entry::of("cn=posix,o=x", &[("memberUid", "carol")]),
        ];
        let table = Groups(entries.iter().map(Groups::group).collect());
        let mut directory = directory();
        directory.groups = GroupMode::Search;
        for (group, role) in [("cn=admins,o=x", "admin"), ("cn=posix,o=x", "clerk")] {
            let roles = BTreeSet::from([role.to_owned()]);
            directory.roles.insert(group.to_owned(), roles);
        }
        let mut members = Members::default();
        members.fill(&directory, &table);
        let roles = |dn: &str, uid: &str| {
            let entry = Entry::of(dn, &[("uid", uid)]);
            members
                .of(&directory, &entry)
                .into_iter()
                .collect::<Vec<_>>()
        };
        assert_eq!(roles("uid=alice,o=x", "alice"), ["admin"]);
        assert_eq!(roles("uid=bob,o=x", "bob"), ["admin"]);
        assert_eq!(roles("uid=carol,o=x", "carol"), ["clerk"]);
        assert!(roles("uid=dave,o=x", "dave").is_empty());
    }
}
