//! Users and groups as an identity may read them, in batches.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use doorward_domain::model::{Group, GroupId, User, UserId};
use doorward_rules::identifier::identifier_key;
use doorward_services::transaction::in_plain_transaction;
use doorward_store::{Conn, repo};
use ldap3_proto::proto::LdapResultCode as Code;
use tokio::sync::SemaphorePermit;
use uuid::Uuid;

use crate::entry::{GroupFacts, UserFacts, group_place, is_visible};
use crate::identity::{Bound, View};
use crate::result::{Outcome, Result};
use crate::server::Server;
use doorward_ldap_protocol::dn::Dn;
use doorward_ldap_protocol::entry::Entry;
use doorward_ldap_protocol::wanted::Needs;

/// Maximum time that a search waits for others.
const PATIENCE: Duration = Duration::from_secs(5);
/// Number of members that are read at once.
const MEMBERS: u64 = 500;

/// The users among whom a search finds entries, in the order of their IDs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum UserSource {
    All,
    /// The members of a group.
    Group(GroupId),
    These(BTreeSet<UserId>),
}

/// The groups among which a search finds entries, in the order of their IDs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum GroupSource {
    All,
    These(BTreeSet<GroupId>),
}

/// A user that a filter names as a member, with the groups of the user.
#[derive(Clone, Debug)]
pub struct NamedMember {
    pub user: User,
    pub groups: BTreeSet<GroupId>,
}

/// The directory as one identity sees it.
#[derive(Clone, Debug)]
pub struct Directory {
    me: User,
    view: View,
}

fn limit() -> Outcome {
    let text = "the search reads too many entries; use pages or a narrower filter";
    Outcome::new(Code::AdminLimitExceeded, text)
}

impl Directory {
    pub fn new(bound: &Bound) -> Self {
        Self {
            me: bound.user.clone(),
            view: bound.view.clone(),
        }
    }

    fn org(&self) -> Option<&str> {
        match &self.view {
            View::Own => None,
            View::All(org) => org.as_deref(),
        }
    }

    const fn is_own(&self) -> bool {
        matches!(self.view, View::Own)
    }

    /// Returns true if the identity may read a group.
    fn shows(&self, group: &Group) -> bool {
        self.org()
            .is_none_or(|org| group.org.as_deref() == Some(org))
    }

    /// Keeps the users whom the identity may read.
    async fn retain(&self, conn: &Conn, users: &mut Vec<User>) -> Result<()> {
        users.retain(is_visible);
        if self.is_own() {
            users.retain(|user| user.id == self.me.id);
        } else if let Some(org) = self.org() {
            let ids = users.iter().map(|user| user.id);
            let members = repo::organizations::members_among(conn, org, ids).await?;
            users.retain(|user| members.contains(&user.id));
        }
        Ok(())
    }

    /// Returns the user with a login identifier, if the identity may read it.
    pub async fn user(&self, server: &Server, identifier: &str) -> Result<Option<User>> {
        let Some(key) = identifier_key(identifier) else {
            return Ok(None);
        };
        let conn = server.context.core.db.read();
        let found = repo::users::find_by_identifier(conn, &key).await?;
        let mut found: Vec<User> = found.into_iter().collect();
        self.retain(conn, &mut found).await?;
        Ok(found.pop())
    }

    /// Returns the group with a common name, if the identity may read it.
    pub async fn group(&self, server: &Server, name: &str) -> Result<Option<Group>> {
        let (path, org) = group_place(name);
        let conn = server.context.core.db.read();
        let found = repo::groups::find_by_path(conn, org, &path).await?;
        let Some(group) = found.filter(|group| self.shows(group)) else {
            return Ok(None);
        };
        let is_mine =
            !self.is_own() || repo::groups::has_member(conn, group.id, self.me.id).await?;
        Ok(is_mine.then_some(group))
    }

    /// Returns the users that have one of these values of indexed attributes.
    pub async fn users_with(
        &self,
        server: &Server,
        values: &[(&'static str, String)],
    ) -> Result<UserSource> {
        if self.is_own() {
            return Ok(UserSource::These([self.me.id].into()));
        }
        if let [("memberOf", name)] = values {
            let group = self.group_of_name(server, name).await?;
            return Ok(group.map_or_else(
                || UserSource::These(BTreeSet::new()),
                |group| UserSource::Group(group.id),
            ));
        }
        let mut found = BTreeSet::new();
        for (name, value) in values {
            match *name {
                "memberOf" => {
                    if let Some(group) = self.group_of_name(server, value).await? {
                        let members = self.members(server, group.id).await?;
                        found.extend(members.iter().map(|user| user.id));
                    }
                }
                "entryUUID" => found.extend(UserId::parse(value)),
                "uidNumber" | "gidNumber" => {
                    found.extend(numbered(server, value).await?.map(UserId::from_uuid));
                }
                "userPrincipalName" => {
                    for name in [value.as_str(), server.names.without_host(value)] {
                        found.extend(self.user(server, name).await?.map(|user| user.id));
                    }
                }
                _ => found.extend(self.user(server, value).await?.map(|user| user.id)),
            }
        }
        Ok(UserSource::These(found))
    }

    /// Returns the groups that have one of these values of indexed attributes.
    pub async fn groups_with(
        &self,
        server: &Server,
        values: &[(&'static str, String)],
        named: &[NamedMember],
    ) -> Result<GroupSource> {
        if self.is_own() {
            return self.all_groups(server).await;
        }
        let mut found = BTreeSet::new();
        for (name, value) in values {
            match *name {
                "member" | "memberUid" => {
                    found.extend(named.iter().flat_map(|member| &member.groups));
                }
                "entryUUID" => found.extend(GroupId::parse(value)),
                "gidNumber" => {
                    found.extend(numbered(server, value).await?.map(GroupId::from_uuid));
                }
                _ => found.extend(self.group(server, value).await?.map(|group| group.id)),
            }
        }
        Ok(GroupSource::These(found))
    }

    /// Returns all groups that the identity may read.
    pub async fn all_groups(&self, server: &Server) -> Result<GroupSource> {
        if !self.is_own() {
            return Ok(GroupSource::All);
        }
        let conn = server.context.core.db.read();
        let groups = repo::groups::of_user(conn, self.me.id).await?;
        Ok(GroupSource::These(
            groups.iter().map(|group| group.id).collect(),
        ))
    }

    async fn group_of_name(&self, server: &Server, name: &str) -> Result<Option<Group>> {
        let dn = Dn::parse(name);
        match dn.as_ref().and_then(|dn| server.names.group_in(dn)) {
            Some(name) => self.group(server, name).await,
            None => Ok(None),
        }
    }

    /// Returns the users that a filter names as members, by their names or their login identifiers.
    pub async fn named_members(
        &self,
        server: &Server,
        names: &[&str],
        identifiers: &[&str],
    ) -> Result<Vec<NamedMember>> {
        let of_name = names.iter().filter_map(|name| {
            let dn = Dn::parse(name)?;
            server.names.user_in(&dn).map(str::to_owned)
        });
        let all = of_name.chain(identifiers.iter().map(|name| (*name).to_owned()));
        let all: BTreeSet<String> = all.collect();
        let mut found = Vec::new();
        for identifier in all {
            let _permit = permit(server).await?;
            let Some(user) = self.user(server, &identifier).await? else {
                continue;
            };
            let conn = server.context.core.db.read();
            let groups = repo::groups::of_user(conn, user.id).await?;
            let groups = groups.iter().filter(|group| self.shows(group));
            let groups = groups.map(|group| group.id).collect();
            found.push(NamedMember { user, groups });
        }
        Ok(found)
    }

    /// Returns all members of a group whom the identity may read.
    async fn members(&self, server: &Server, group: GroupId) -> Result<Vec<User>> {
        if self.is_own() {
            return Ok(vec![self.me.clone()]);
        }
        let conn = server.context.core.db.read();
        let most = server.context.core.config.ldap.scanned;
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = repo::groups::members(conn, group, self.org(), after, MEMBERS).await?;
            let is_last = (page.len() as u64) < MEMBERS;
            after = page.last().map(|(id, _)| *id);
            found.extend(page.into_iter().filter_map(|(_, user)| user));
            if found.len() > most {
                return Err(limit());
            }
            if is_last {
                return Ok(found);
            }
        }
    }

    /// Returns the entries of up to `count` users after this ID, each with the ID, and the ID to continue after;
    /// `None` at the end.
    pub async fn user_entries(
        &self,
        server: &Server,
        source: &UserSource,
        after: Option<UserId>,
        count: usize,
        needs: Needs,
    ) -> Result<(Vec<(Uuid, Entry)>, Option<UserId>)> {
        let _permit = permit(server).await?;
        let conn = server.context.core.db.read();
        let most = count as u64;
        let (ids, mut users): (Vec<UserId>, Vec<User>) = match (source, self.org()) {
            (UserSource::All, _) if self.is_own() => {
                let me = self.me.clone();
                let mine = after.is_none_or(|after| me.id > after).then_some(me);
                (
                    mine.iter().map(|user| user.id).collect(),
                    mine.into_iter().collect(),
                )
            }
            (UserSource::All, None) => {
                let users = repo::users::list(conn, after, most).await?;
                (users.iter().map(|user| user.id).collect(), users)
            }
            (UserSource::All, Some(org)) => {
                let members = repo::organizations::members(conn, org, after, most).await?;
                let users: Vec<User> = members.into_iter().map(|(_, user)| user).collect();
                (users.iter().map(|user| user.id).collect(), users)
            }
            (UserSource::Group(group), org) => {
                let members = repo::groups::members(conn, *group, org, after, most).await?;
                let ids = members.iter().map(|(id, _)| *id).collect();
                (
                    ids,
                    members.into_iter().filter_map(|(_, user)| user).collect(),
                )
            }
            (UserSource::These(these), _) => {
                let next = these
                    .iter()
                    .filter(|id| after.is_none_or(|after| **id > after));
                let ids: Vec<UserId> = next.take(count).copied().collect();
                let users = repo::users::find_many(conn, ids.iter().copied()).await?;
                (ids, users)
            }
        };
        let next = ids.last().copied().filter(|_| ids.len() == count);
        self.retain(conn, &mut users).await?;
        let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
        let mut groups: BTreeMap<UserId, Vec<Group>> = BTreeMap::new();
        if needs.groups {
            for (user, group) in repo::groups::of_users(conn, &ids).await? {
                if self.shows(&group) {
                    groups.entry(user).or_default().push(group);
                }
            }
        }
        let uuids: Vec<Uuid> = ids.iter().map(UserId::as_uuid).collect();
        let numbers = numbers(server, &uuids, needs).await?;
        let entry = |user: &User| {
            let facts = UserFacts {
                number: numbers.get(&user.id.as_uuid()).copied(),
                groups: groups.remove(&user.id).unwrap_or_default(),
            };
            (user.id.as_uuid(), server.names.user_entry(user, &facts))
        };
        Ok((users.iter().map(entry).collect(), next))
    }

    /// Returns the entries of up to `count` groups after this ID like [`Self::user_entries`].
    pub async fn group_entries(
        &self,
        server: &Server,
        source: &GroupSource,
        after: Option<GroupId>,
        count: usize,
        needs: Needs,
        named: &[NamedMember],
    ) -> Result<(Vec<(Uuid, Entry)>, Option<GroupId>)> {
        let _permit = permit(server).await?;
        let conn = server.context.core.db.read();
        let (ids, mut groups): (Vec<GroupId>, Vec<Group>) = match source {
            GroupSource::All => {
                let groups = repo::groups::list(conn, self.org(), after, count as u64).await?;
                (groups.iter().map(|group| group.id).collect(), groups)
            }
            GroupSource::These(these) => {
                let next = these
                    .iter()
                    .filter(|id| after.is_none_or(|after| **id > after));
                let ids: Vec<GroupId> = next.take(count).copied().collect();
                let mut groups = repo::groups::find_all(conn, &ids).await?;
                groups.sort_by_key(|group| group.id);
                (ids, groups)
            }
        };
        let next = ids.last().copied().filter(|_| ids.len() == count);
        groups.retain(|group| self.shows(group));
        let uuids: Vec<Uuid> = groups.iter().map(|group| group.id.as_uuid()).collect();
        let numbers = numbers(server, &uuids, needs).await?;
        let mut entries = Vec::with_capacity(groups.len());
        for group in &groups {
            let members = if needs.members {
                self.members(server, group.id).await?
            } else {
                let inside = named
                    .iter()
                    .filter(|member| member.groups.contains(&group.id));
                inside.map(|member| member.user.clone()).collect()
            };
            let facts = GroupFacts {
                number: numbers.get(&group.id.as_uuid()).copied(),
                members,
            };
            entries.push((group.id.as_uuid(), server.names.group_entry(group, &facts)));
        }
        Ok((entries, next))
    }
}

/// Returns the permit of a search to read, or the result for the client if too many others read.
async fn permit(server: &Server) -> Result<SemaphorePermit<'_>> {
    match tokio::time::timeout(PATIENCE, server.statements.acquire()).await {
        Ok(Ok(permit)) => Ok(permit),
        _ => Err(Outcome::new(
            Code::Busy,
            "too many searches; try again later",
        )),
    }
}

/// Returns the user or group with a number of Unix systems.
async fn numbered(server: &Server, value: &str) -> Result<Option<Uuid>> {
    let number: i64 = value.parse().unwrap_or_default();
    let number = number.saturating_sub(server.names.first_number);
    let conn = server.context.core.db.read();
    Ok(repo::posix_numbers::find(conn, number).await?)
}

/// Returns the numbers of these users and groups. Those that have none get one.
async fn numbers(server: &Server, ids: &[Uuid], needs: Needs) -> Result<BTreeMap<Uuid, i64>> {
    if !needs.numbers || ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let db = &server.context.core.db;
    let known = repo::posix_numbers::of_objects(db.read(), ids).await?;
    let missing: Vec<Uuid> = ids
        .iter()
        .filter(|id| !known.contains_key(id))
        .copied()
        .collect();
    if missing.is_empty() {
        return Ok(known);
    }
    Ok(in_plain_transaction(db, async |tx| {
        repo::posix_numbers::give(tx, &missing).await?;
        Ok(repo::posix_numbers::of_objects(tx, ids).await?)
    })
    .await?)
}
