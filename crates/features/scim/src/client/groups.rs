//! Groups of a full run, with their direct members.

use std::collections::{BTreeSet, HashMap};

use doorward_admin::prelude::*;
use doorward_scim_protocol::filter::find;
use doorward_scim_protocol::urn;

use super::connection::{Done, Kind};
use super::resource::{self, member_patch};
use super::run::Run;
use crate::group_members::plain_path;

/// Number of groups and of members that are read at once.
const PAGE: u64 = 500;
/// Number of members that one request changes.
const BATCH: usize = 500;

/// A group at the application.
#[derive(Clone, Debug)]
pub(super) struct RemoteGroup {
    pub id: String,
    external: Option<String>,
    name: String,
    members: BTreeSet<String>,
}

impl RemoteGroup {
    fn read(found: &Map<String, Value>) -> Option<Self> {
        let members = find(found, "members").and_then(Value::as_array);
        let members = members.into_iter().flatten().filter_map(Value::as_object);
        Some(Self {
            id: resource::text(found, "id")?,
            external: resource::text(found, "externalId").filter(|text| !text.is_empty()),
            name: resource::text(found, "displayName").unwrap_or_default(),
            members: members
                .filter_map(|member| resource::text(member, "value"))
                .collect(),
        })
    }
}

fn document(group: &Group, members: &[String]) -> Value {
    let members: Vec<Value> = members.iter().map(|id| json!({ "value": id })).collect();
    json!({
        "schemas": [urn::GROUP], "externalId": group.id.to_string(),
        "displayName": plain_path(group), "members": members,
    })
}

impl Run<'_> {
    /// Makes the groups of the application those of here. `present` has the IDs of users there.
    pub(super) async fn groups(&mut self, present: &HashMap<UserId, String>) -> Done<()> {
        let mut remotes: Vec<RemoteGroup> = Vec::new();
        let take = |found: Map<String, Value>| remotes.extend(RemoteGroup::read(&found));
        self.connection.each(Kind::Groups, take).await?;
        let mut after = None;
        loop {
            let org = self.audience.org();
            let page = repo::groups::list_within(self.conn(), org, after, PAGE).await?;
            for group in &page {
                let members = self.members(group.id, present).await?;
                let id = group.id.to_string();
                let known = |remote: &RemoteGroup| remote.external.as_ref() == Some(&id);
                let named = |remote: &RemoteGroup| {
                    remote.external.is_none() && remote.name == plain_path(group)
                };
                let place = remotes.iter().position(known);
                let place = place.or_else(|| remotes.iter().position(named));
                let remote = place.map(|place| remotes.swap_remove(place));
                let done = self.put_group(group, members, remote).await;
                self.resource(plain_path(group), done)?;
                self.keep_lease().await?;
            }
            match page.last() {
                Some(last) if page.len() as u64 == PAGE => after = Some(last.id),
                _ => break,
            }
        }
        self.remove_groups(remotes).await
    }

    async fn members(
        &self,
        group: GroupId,
        present: &HashMap<UserId, String>,
    ) -> Done<BTreeSet<String>> {
        let (mut members, mut after) = (BTreeSet::new(), None);
        loop {
            let page = repo::groups::members(self.conn(), group, None, after, PAGE).await?;
            let ids = page.iter().filter_map(|(user, _)| present.get(user));
            members.extend(ids.cloned());
            match page.last() {
                Some((last, _)) if page.len() as u64 == PAGE => after = Some(*last),
                _ => return Ok(members),
            }
        }
    }

    async fn put_group(
        &mut self,
        group: &Group,
        members: BTreeSet<String>,
        remote: Option<RemoteGroup>,
    ) -> Done<()> {
        let name = plain_path(group);
        let Some(remote) = remote else {
            self.report.groups_created += 1;
            self.report.difference(format!("create group {name}"));
            if self.options.dry {
                return Ok(());
            }
            let members: Vec<String> = members.into_iter().collect();
            let first = members.get(..BATCH).unwrap_or(&members);
            let document = document(group, first);
            let id = self.connection.create(Kind::Groups, &document).await?;
            return self.change_members(&id, &members[first.len()..], &[]).await;
        };
        let added: Vec<String> = members.difference(&remote.members).cloned().collect();
        let removed: Vec<String> = remote.members.difference(&members).cloned().collect();
        let is_named = remote.name == name && remote.external.is_some();
        if is_named && added.is_empty() && removed.is_empty() {
            return Ok(());
        }
        self.report.groups_changed += 1;
        self.report.difference(format!(
            "change group {name}: {} members added, {} removed",
            added.len(),
            removed.len()
        ));
        if self.options.dry {
            return Ok(());
        }
        if !self.connection.has_patch {
            let members: Vec<String> = members.into_iter().collect();
            let body = document(group, &members);
            return self
                .connection
                .replace(Kind::Groups, &remote.id, &body)
                .await;
        }
        if !is_named {
            let value = json!({ "displayName": name, "externalId": group.id.to_string() });
            let operation = json!({ "op": "replace", "value": value });
            let body = json!({ "schemas": [urn::PATCH], "Operations": [operation] });
            self.connection
                .patch(Kind::Groups, &remote.id, &body)
                .await?;
        }
        self.change_members(&remote.id, &added, &removed).await
    }

    /// Adds and removes members, some with each request.
    pub(super) async fn change_members(
        &self,
        group: &str,
        added: &[String],
        removed: &[String],
    ) -> Done<()> {
        for part in added.chunks(BATCH) {
            let body = member_patch(part, &[]);
            self.connection.patch(Kind::Groups, group, &body).await?;
        }
        for part in removed.chunks(BATCH) {
            let body = member_patch(&[], part);
            self.connection.patch(Kind::Groups, group, &body).await?;
        }
        Ok(())
    }

    /// Deletes the groups of the application that were those of here.
    async fn remove_groups(&mut self, rest: Vec<RemoteGroup>) -> Done<()> {
        for remote in rest {
            let external = remote.external.as_deref().unwrap_or_default();
            if !resource::is_own(external, false) {
                self.report.unknown += 1;
                self.report
                    .difference(format!("unknown group {}", remote.name));
                continue;
            }
            self.report.groups_deleted += 1;
            self.report
                .difference(format!("delete group {}", remote.name));
            if !self.options.dry {
                let done = self.connection.delete(Kind::Groups, &remote.id).await;
                self.resource(&remote.name, done)?;
            }
        }
        Ok(())
    }

    /// Returns the ID of a group at the application.
    pub(super) async fn find_group(&self, group: GroupId) -> Done<Option<String>> {
        let id = group.to_string();
        let found = self
            .connection
            .search(Kind::Groups, "externalId", &id)
            .await?;
        let mut ids = found.iter().filter_map(RemoteGroup::read);
        Ok(ids.next().map(|remote| remote.id))
    }
}
