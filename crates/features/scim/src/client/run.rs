//! A run: one process at a time brings the users of a target into the state that they should have.

use std::cell::RefCell;

use doorward_admin::deployment::Part;
use doorward_admin::fetch::egress;
use doorward_admin::prelude::*;
use doorward_admin::provisioning::UserLimit;
use doorward_domain::derived_keys::ScimKey;
use doorward_domain::model::scim::ScimTarget;
use doorward_rules::subject::SubjectKey;
use doorward_services::context::Context;
use doorward_store::repo::leases::{self, Lease};

use super::audience::Audience;
use super::changes::Changes;
use super::connection::{Connection, Done, Failure, Kind};
use super::pending::pending;
use super::report::Report;
use super::resource::{self, Values};

/// Seconds for which a run holds its lease without an extension.
const LEASE: i64 = 600;
/// Longest time between two attempts, in seconds.
const MAX_WAIT: i64 = 3_600;

/// The options of a full run.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Options {
    /// Compares only, and changes nothing.
    pub dry: bool,
    pub max_leavers: Option<UserLimit>,
}

/// The work of a run.
#[derive(Clone, Copy, Debug)]
pub(super) enum Work {
    Full(Options),
    /// The changes since the last run.
    Changes,
}

pub(super) struct Run<'a> {
    pub context: &'a AdminContext<'a>,
    pub target: &'a ScimTarget,
    pub client: Client,
    pub audience: Audience,
    pub connection: Connection<'a>,
    pub options: Options,
    pub report: Report,
    subjects: Part<'a, SubjectKey>,
    has_aliases: bool,
    lease: &'a RefCell<Lease>,
}

/// A user at the application.
#[derive(Clone, Debug)]
pub(super) struct Remote {
    pub id: String,
    pub external: Option<String>,
    pub name: String,
    pub is_active: bool,
    pub digest: String,
}

/// Returns the seconds until the next attempt after this number of failed ones.
pub(super) fn retry_wait(failures: u32) -> i64 {
    Ord::min(5_i64 << Ord::min(failures, 10), MAX_WAIT)
}

/// Runs a target unless another process does, and stores the result. Returns `None` if another one does, or if there is
/// nothing to do.
pub(super) async fn run(
    context: &AdminContext<'_>,
    seen: &ScimTarget,
    work: Work,
) -> Done<Option<Report>> {
    let name = format!("scim:{}", seen.client_id);
    let tx = context.db.begin_write().await?;
    let lease = leases::acquire(&tx, &name, context.now(), LEASE).await?;
    tx.commit().await?;
    let Some(lease) = lease else { return Ok(None) };
    let lease = RefCell::new(lease);
    let mut target = seen.clone();
    let done = Box::pin(attempt(context, seen, &mut target, work, &lease)).await;
    let is_dry = matches!(work, Work::Full(options) if options.dry);
    let now = context.now();
    target.ran_at = Some(now);
    match &done {
        Ok(None) => target.ran_at = seen.ran_at,
        Ok(Some(report)) => {
            target.report = serde_json::to_string(report).unwrap_or_default();
            (target.failures, target.retry_at, target.last_error) = (0, None, None);
        }
        Err(failure) => {
            target.position = seen.position;
            target.failures = target.failures.saturating_add(1);
            target.retry_at = Some(now + retry_wait(target.failures));
            target.last_error = Some(failure.to_string());
        }
    }
    let tx = context.db.begin_write().await?;
    if !is_dry {
        repo::scim_targets::record(&tx, &target).await?;
    }
    leases::release(&tx, &lease.into_inner()).await?;
    tx.commit().await?;
    done
}

async fn attempt(
    context: &AdminContext<'_>,
    seen: &ScimTarget,
    target: &mut ScimTarget,
    work: Work,
    lease: &RefCell<Lease>,
) -> Done<Option<Report>> {
    let failed = |text: &str| Failure::Run(text.to_owned());
    let audience = Audience::parse(&seen.users);
    let audience = audience.ok_or_else(|| failed("users cannot be read"))?;
    let mut options = Options::default();
    let mut changes = Changes::default();
    match work {
        Work::Full(given) => options = given,
        Work::Changes => {
            changes = pending(context.db.read(), target, &audience).await?;
            if changes.is_empty() {
                return Ok(None);
            }
        }
    }
    let http = egress(context)?;
    let key = key(context)?;
    let token = key.open(&seen.token_sealed, seen.client_id.as_str().as_bytes());
    let token = token.map_err(|_| failed("the stored token cannot be opened"))?;
    let client = repo::clients::find(context.db.read(), &seen.client_id).await?;
    let client = client.filter(|client| client.disabled_at.is_none());
    let client = client.ok_or_else(|| failed("the client is disabled"))?;
    let mut run = Run {
        context,
        target: seen,
        client,
        audience,
        connection: Connection::open(&http, seen, &token).await?,
        options,
        report: Report::default(),
        subjects: subjects(context)?,
        has_aliases: repo::user_merges::has_alias(context.db.read()).await?,
        lease,
    };
    match work {
        Work::Full(_) => run.full(target).await?,
        Work::Changes => run.make(&changes).await?,
    }
    Ok(Some(run.report))
}

fn subjects<'a>(context: &AdminContext<'a>) -> Result<Part<'a, SubjectKey>> {
    let of_server = |server: &'a Context| &server.issuing.subject_key;
    Ok(context.deployment.part(of_server, SubjectKey::derive)?)
}

/// Returns the key of the tokens of targets.
pub(super) fn key<'a>(context: &AdminContext<'a>) -> Result<Part<'a, ScimKey>> {
    let of_server = |server: &'a Context| &server.issuing.scim_key;
    Ok(context.deployment.part(of_server, ScimKey::derive)?)
}

impl Run<'_> {
    pub(super) fn conn(&self) -> &Conn {
        self.context.db.read()
    }

    /// Keeps other processes away for longer.
    pub(super) async fn keep_lease(&self) -> Done<()> {
        let held = self.lease.borrow().clone();
        let tx = self.context.db.begin_write().await?;
        let kept = leases::extend(&tx, &held, self.context.now() + LEASE).await?;
        tx.commit().await?;
        let lost = || Failure::Run("another process has taken over".to_owned());
        self.lease.replace(kept.ok_or_else(lost)?);
        Ok(())
    }

    /// Returns the `sub` that the client knows of a user.
    pub(super) async fn subject(&self, user: UserId) -> Done<String> {
        let mut known = user;
        if self.has_aliases {
            let found = repo::user_merges::find_alias(self.conn(), &self.client.id, user).await?;
            known = found.unwrap_or(user);
        }
        Ok(self.subjects.subject(&self.client, known))
    }

    /// Returns the user whom the client knows by the `sub` of this one: mostly the same.
    pub(super) async fn owner(&self, user: UserId) -> Done<UserId> {
        if !self.has_aliases {
            return Ok(user);
        }
        let found = repo::user_merges::find_by_alias(self.conn(), &self.client.id, user).await?;
        Ok(found.unwrap_or(user))
    }

    pub(super) fn is_own(&self, external: &str) -> bool {
        resource::is_own(external, self.client.pairwise_sector.is_some())
    }

    pub(super) fn remote(&self, found: &Map<String, Value>) -> Option<Remote> {
        let values = resource::seen(found);
        Some(Remote {
            id: resource::text(found, "id")?,
            external: values.get("externalId").cloned(),
            name: values.get("userName").cloned().unwrap_or_default(),
            is_active: resource::is_active(found),
            digest: resource::digest(&values, &self.connection.supported),
        })
    }

    /// Creates a user at the application, or makes it that of here. Returns its ID there; `None` in a dry run and after a
    /// rejection.
    pub(super) async fn ensure(
        &mut self,
        wanted: &Values,
        remote: Option<Remote>,
    ) -> Done<Option<String>> {
        let name = wanted.get("userName").cloned().unwrap_or_default();
        let supported = &self.connection.supported;
        match remote {
            Some(remote) if remote.digest == resource::digest(wanted, supported) => {
                Ok(Some(remote.id))
            }
            Some(remote) => {
                let changed = self.update(wanted, &remote.id).await;
                if self.resource(&name, changed)? == Some(true) {
                    self.report.changed += 1;
                }
                Ok(Some(remote.id))
            }
            None => {
                self.report.difference(format!("create user {name}"));
                if self.options.dry {
                    self.report.created += 1;
                    return Ok(None);
                }
                let document = resource::document(wanted, supported);
                let created = self.connection.create(Kind::Users, &document).await;
                let created = self.resource(&name, created)?;
                self.report.created += u64::from(created.is_some());
                Ok(created)
            }
        }
    }

    /// Changes the attributes of a user that differ. Returns false if there are none.
    async fn update(&mut self, wanted: &Values, id: &str) -> Done<bool> {
        let found = self.connection.read(Kind::Users, id).await?;
        let seen = resource::seen(&found);
        let changed = resource::differences(wanted, &seen, &self.connection.supported);
        if changed.is_empty() {
            return Ok(false);
        }
        let name = seen.get("userName").map_or(id, String::as_str);
        let text = format!("change user {name}: {}", changed.join(", "));
        self.report.difference(text);
        if !self.options.dry {
            self.apply(id, found, wanted, &changed).await?;
        }
        Ok(true)
    }

    async fn apply(
        &self,
        id: &str,
        found: Map<String, Value>,
        wanted: &Values,
        changed: &[&'static str],
    ) -> Done<()> {
        if self.connection.has_patch {
            let body = resource::patch(wanted, changed);
            return self.connection.patch(Kind::Users, id, &body).await;
        }
        let body = resource::replacement(found, wanted, changed);
        self.connection.replace(Kind::Users, id, &body).await
    }

    /// Disables a user who may no longer use the application; one without that attribute loses the account.
    pub(super) async fn deactivate(&mut self, remote: &Remote) -> Done<()> {
        self.report
            .difference(format!("disable user {}", remote.name));
        self.report.deactivated += 1;
        if self.options.dry {
            return Ok(());
        }
        let done = if self.connection.supported.contains("active") {
            let found = self.connection.read(Kind::Users, &remote.id).await;
            let disabled = Values::from([("active", "false".to_owned())]);
            match found {
                Ok(found) => self.apply(&remote.id, found, &disabled, &["active"]).await,
                Err(failure) => Err(failure),
            }
        } else {
            self.connection.delete(Kind::Users, &remote.id).await
        };
        self.resource(&remote.name, done).map(drop)
    }

    /// Records that the application rejects a resource; another failure ends the run.
    pub(super) fn resource<T>(&mut self, name: &str, done: Done<T>) -> Done<Option<T>> {
        match done {
            Ok(done) => Ok(Some(done)),
            Err(Failure::Resource(text)) => {
                self.report.problem(format!("{name}: {text}"));
                Ok(None)
            }
            Err(failure) => Err(failure),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::retry_wait;

    #[test]
    fn waits_longer_after_each_failure() {
        let waits = [1, 2, 5, 9, 10, 40].map(retry_wait);
        assert_eq!(waits, [10, 20, 160, 2_560, 3_600, 3_600]);
    }
}
