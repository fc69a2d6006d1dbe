//! A full run: all users and groups are compared with those of the application, in pages.

use std::collections::HashMap;

use doorward_admin::prelude::*;
use doorward_admin::provisioning::UserLimit;
use doorward_domain::model::scim::ScimTarget;

use super::connection::{Done, Failure, Kind};
use super::resource;
use super::run::{Remote, Run};

/// Number of leavers that a run may disable in any case.
const FEW: u64 = 5;

/// The users of the application that have no counterpart yet.
#[derive(Debug, Default)]
struct Remotes {
    by_external: HashMap<String, Remote>,
    /// Those without an identifier of a provisioning system, by their names in lower case.
    by_name: HashMap<String, Remote>,
}

impl Remotes {
    fn add(&mut self, remote: Remote) {
        match &remote.external {
            Some(external) => self.by_external.insert(external.clone(), remote),
            None => self.by_name.insert(remote.name.to_lowercase(), remote),
        };
    }

    /// Takes the user with this subject, or else a user with this name who belongs to no provisioning system.
    fn take(&mut self, subject: &str, name: &str) -> Option<Remote> {
        let known = self.by_external.remove(subject);
        known.or_else(|| self.by_name.remove(&name.to_lowercase()))
    }
}

impl Run<'_> {
    /// Compares everything. Changes after its beginning are those of the next run.
    pub(super) async fn full(&mut self, target: &mut ScimTarget) -> Done<()> {
        self.report.full = true;
        let last = repo::audit_chain::last(self.conn()).await?;
        target.position = last.map_or(0, |last| last.seq);
        let remotes = self.remotes().await?;
        let (present, rest) = self.users(remotes).await?;
        self.leavers(rest).await?;
        if self.target.has_groups {
            self.groups(&present).await?;
        }
        (target.is_full_due, target.full_at) = (false, Some(self.context.now()));
        Ok(())
    }

    async fn remotes(&self) -> Done<Remotes> {
        let mut remotes = Remotes::default();
        let take = |found: Map<String, Value>| {
            if let Some(remote) = self.remote(&found) {
                remotes.add(remote);
            }
        };
        self.connection.each(Kind::Users, take).await?;
        Ok(remotes)
    }

    /// Creates and changes users. Returns the IDs at the application, and its users without a counterpart.
    async fn users(&mut self, mut remotes: Remotes) -> Done<(HashMap<UserId, String>, Remotes)> {
        let (mut present, mut after) = (HashMap::new(), None);
        loop {
            let now = self.context.now();
            let (users, next) = self
                .audience
                .page(self.context.db.read(), after, now)
                .await?;
            for user in users {
                let subject = self.subject(user.id).await?;
                let remote = remotes.take(&subject, user.login_identifier());
                let wanted = resource::wanted(&user, &subject);
                self.report.users += 1;
                if let Some(id) = self.ensure(&wanted, remote).await? {
                    present.insert(user.id, id);
                }
            }
            self.keep_lease().await?;
            if next.is_none() {
                return Ok((present, remotes));
            }
            after = next;
        }
    }

    /// Disables the users of here that the application should no longer have, if they are not too many.
    async fn leavers(&mut self, rest: Remotes) -> Done<()> {
        let all = rest
            .by_external
            .into_values()
            .chain(rest.by_name.into_values());
        let is_ours = |remote: &Remote| remote.external.as_ref().is_some_and(|id| self.is_own(id));
        let (mut own, others): (Vec<Remote>, Vec<Remote>) = all.partition(is_ours);
        for remote in others {
            self.report.unknown += 1;
            self.report
                .difference(format!("unknown user {}", remote.name));
        }
        own.retain(|remote| remote.is_active);
        let number = own.len() as u64;
        let limit = self.options.max_leavers;
        let max = limit.map_or_else(
            || {
                UserLimit::OF_LEAVERS
                    .of(self.report.users + number)
                    .max(FEW)
            },
            |limit| limit.of(self.report.users + number),
        );
        if number > max && !self.options.dry {
            return Err(Failure::Run(format!(
                "{number} users may no longer use the application, and a run disables {max} at most; none was disabled. \
                 If that is right, run `doorward scim target sync {} --max-leavers {number}`",
                self.client.id
            )));
        }
        own.sort_by(|one, other| one.name.cmp(&other.name));
        for (place, remote) in own.iter().enumerate() {
            if place % 100 == 99 {
                self.keep_lease().await?;
            }
            self.deactivate(remote).await?;
        }
        Ok(())
    }
}
