//! A run of the changes since the last one.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use doorward_admin::prelude::*;

use super::changes::Changes;
use super::connection::{Done, Kind};
use super::resource;
use super::run::{Remote, Run};

impl Run<'_> {
    /// Makes the changes of some events.
    pub(super) async fn make(&mut self, changes: &Changes) -> Done<()> {
        let mut ids: HashMap<UserId, Option<String>> = HashMap::new();
        for (place, user) in changes.users.iter().enumerate() {
            if place % 100 == 99 {
                self.keep_lease().await?;
            }
            let owner = self.owner(*user).await?;
            if let Entry::Vacant(entry) = ids.entry(owner) {
                entry.insert(self.user(owner).await?);
            }
        }
        for (user, group) in &changes.members {
            let owner = self.owner(*user).await?;
            let Some(Some(id)) = ids.get(&owner) else {
                continue;
            };
            let id = id.clone();
            let Some(found) = self.find_group(*group).await? else {
                continue;
            };
            let is_member = repo::groups::has_member(self.conn(), *group, *user).await?;
            let done = if is_member {
                self.change_members(&found, &[id], &[]).await
            } else {
                self.change_members(&found, &[], &[id]).await
            };
            let changed = self.resource(&group.to_string(), done)?;
            self.report.groups_changed += u64::from(changed.is_some());
        }
        Ok(())
    }

    /// Makes one user that of here. Returns its ID at the application.
    async fn user(&mut self, id: UserId) -> Done<Option<String>> {
        let subject = self.subject(id).await?;
        let found = repo::users::find_by_id(self.conn(), id).await?;
        let now = self.context.now();
        let wanted = match found {
            Some(user)
                if self
                    .audience
                    .has(self.context.db.read(), &user, now)
                    .await? =>
            {
                Some(user)
            }
            _ => None,
        };
        let external = self.connection.search(Kind::Users, "externalId", &subject);
        let external = external.await?;
        let remote = external.first().and_then(|found| self.remote(found));
        let Some(user) = wanted else {
            if let Some(remote) = remote.filter(|remote| remote.is_active) {
                self.deactivate(&remote).await?;
            }
            return Ok(None);
        };
        let remote = match remote {
            None => self.unclaimed(user.login_identifier()).await?,
            remote => remote,
        };
        let is_new = remote.is_none();
        self.report.users += 1;
        let values = resource::wanted(&user, &subject);
        let created = self.ensure(&values, remote).await?;
        if let (true, true, Some(created)) = (is_new, self.target.has_groups, &created) {
            self.join_groups(id, created).await?;
        }
        Ok(created)
    }

    /// Returns the user with this name who belongs to no provisioning system.
    async fn unclaimed(&self, name: &str) -> Done<Option<Remote>> {
        let found = self
            .connection
            .search(Kind::Users, "userName", name)
            .await?;
        let mut found = found.iter().filter_map(|found| self.remote(found));
        Ok(found.find(|remote| remote.external.is_none()))
    }

    async fn join_groups(&mut self, user: UserId, created: &str) -> Done<()> {
        let mut groups = repo::groups::of_user(self.conn(), user).await?;
        groups.retain(|group| group.org.as_deref() == self.audience.org());
        for group in groups {
            if let Some(found) = self.find_group(group.id).await? {
                let added = [created.to_owned()];
                let done = self.change_members(&found, &added, &[]).await;
                self.resource(&group.path, done)?;
            }
        }
        Ok(())
    }
}
