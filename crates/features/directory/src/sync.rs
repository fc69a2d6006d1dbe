//! Synchronization: the accounts of a directory become those of its entries, in pages. A full run finds those
//! who left; a run of changes reads what changed since the last one.

mod memory;

use std::collections::HashSet;

use doorward_admin::prelude::*;
use doorward_admin::provisioning::{AppliedState, UserLimit};
use doorward_egress::outgoing::EgressClient;
use doorward_store::repo::imports::ImportedRecord;
use doorward_store::repo::leases::{self, Lease};

use crate::account_state::{self, Closed};
use crate::client::{self, Connection, PAGE, Unanswered};
use crate::entry::Entry;
use crate::groups::Members;
use crate::mapping::Wanted;
use crate::provision::{self, Ending};
use crate::settings::Directory;

pub use self::memory::Memory;

/// Seconds for which a run holds its lease without an extension, which each page makes.
const LEASE: i64 = 300;
/// Number of described problems of a run.
const MAX_PROBLEMS: usize = 20;

/// The numbers of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = DirectorySync)]
pub struct Report {
    /// True if the run read all entries.
    pub full: bool,
    /// Entries that were read.
    pub entries: u64,
    /// New accounts.
    pub created: u64,
    /// Changed accounts.
    pub changed: u64,
    /// Accounts that were disabled because their entries are.
    pub disabled: u64,
    /// Accounts that were disabled because their entries are gone.
    pub left: u64,
    /// Entries that have no account, or keep theirs unchanged.
    pub skipped: u64,
    /// Reasons of skipped entries, the first ones.
    pub problems: Vec<String>,
}

/// The options of a run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    pub full: bool,
    /// Counts only, and changes nothing.
    pub dry: bool,
    pub max_leavers: Option<UserLimit>,
}

/// The failure of a run.
#[derive(Debug)]
pub enum SyncError {
    Unanswered(Unanswered),
    /// Another process synchronizes the directory.
    Busy,
    /// The run would disable more accounts than allowed, so it disabled none.
    Excess(String),
    Admin(AdminError),
}

impl From<Unanswered> for SyncError {
    fn from(error: Unanswered) -> Self {
        Self::Unanswered(error)
    }
}

impl From<AdminError> for SyncError {
    fn from(error: AdminError) -> Self {
        Self::Admin(error)
    }
}

impl From<StoreError> for SyncError {
    fn from(error: StoreError) -> Self {
        Self::Admin(error.into())
    }
}

impl std::fmt::Display for SyncError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unanswered(error) => error.fmt(f),
            Self::Busy => f.write_str("another process synchronizes the directory"),
            Self::Excess(text) => f.write_str(text),
            Self::Admin(error) => error.fmt(f),
        }
    }
}

/// Synchronizes a directory, unless another process does.
///
/// # Errors
/// [`SyncError`]; the failure is remembered for `directory show`.
pub async fn run(
    context: &AdminContext<'_>,
    http: &EgressClient,
    directory: &Directory,
    options: Options,
) -> std::result::Result<Report, SyncError> {
    let name = format!("directory:{}", directory.name);
    let tx = context.db.begin_write().await?;
    let lease = leases::acquire(&tx, &name, context.now(), LEASE).await?;
    tx.commit().await?;
    let Some(lease) = lease else {
        return Err(SyncError::Busy);
    };
    let context = provision::context(context, directory);
    let mut memory = Memory::read(context.db.read(), directory).await?;
    let mut run = Run {
        context: &context,
        directory,
        options,
        lease,
        report: Report::default(),
        disabled: Vec::new(),
    };
    let done = run.all(http, &mut memory).await;
    let tx = context.db.begin_write().await?;
    leases::release(&tx, &run.lease).await?;
    tx.commit().await?;
    memory.at = context.now();
    memory.failure = done.as_ref().err().map(ToString::to_string);
    if done.is_ok() {
        memory.report = run.report.clone();
    }
    if !options.dry {
        memory.store(&context, directory).await?;
    }
    done.map(|()| run.report)
}

/// Accounts to disable.
type Endings = Vec<(UserId, ImportedRecord)>;

struct Run<'a> {
    context: &'a AdminContext<'a>,
    directory: &'a Directory,
    options: Options,
    lease: Lease,
    report: Report,
    /// Entries that are disabled, with the accounts that are not.
    disabled: Endings,
}

type Done<T> = std::result::Result<T, SyncError>;

impl Run<'_> {
    async fn all(&mut self, http: &EgressClient, memory: &mut Memory) -> Done<()> {
        let directory = self.directory;
        let mut connection = client::open(http, directory).await?;
        let server = connection.server.url.to_string();
        let now = self.context.now();
        let is_due = memory.full_at + directory.full_sync_interval <= now;
        let since = memory.since(directory, &server);
        let since = since.filter(|_| !self.options.full && !is_due);
        self.report.full = since.is_none();
        let mut next = Memory {
            server,
            ..memory.clone()
        };
        if since.is_none() {
            (next.usn, next.modified) = (None, None);
        }
        let members = Members::read(&mut connection, directory).await?;
        let seen = self.read(&mut connection, &members, since.as_deref(), &mut next);
        let seen = seen.await?;
        let endings = if self.report.full {
            self.leavers(&seen).await?
        } else {
            Vec::new()
        };
        self.end(endings).await?;
        if self.report.full {
            next.full_at = now;
        }
        if !self.options.dry {
            *memory = next;
        }
        Ok(())
    }

    /// Reads all entries or the changed ones, and applies what disables no account. Returns the IDs.
    async fn read(
        &mut self,
        connection: &mut Connection<'_>,
        members: &Members,
        since: Option<&str>,
        memory: &mut Memory,
    ) -> Done<HashSet<String>> {
        let directory = self.directory;
        let filter = match since {
            Some(since) => format!("(&{}{since})", directory.filter),
            None => directory.filter.clone(),
        };
        let mut names = directory.attributes();
        names.extend(["uSNChanged", "modifyTimestamp"].map(str::to_owned));
        let mut pages = connection.pages(&directory.base, &filter, names).await?;
        let mut seen = HashSet::new();
        loop {
            let page = pages.next().await?;
            if page.is_empty() {
                return Ok(seen);
            }
            self.keep_lease().await?;
            self.page(page, members, memory, &mut seen).await?;
        }
    }

    async fn keep_lease(&mut self) -> Done<()> {
        let tx = self.context.db.begin_write().await?;
        let until = self.context.now() + LEASE;
        let kept = leases::extend(&tx, &self.lease, until).await?;
        tx.commit().await?;
        self.lease = kept.ok_or(SyncError::Busy)?;
        Ok(())
    }

    async fn page(
        &mut self,
        page: Vec<Entry>,
        members: &Members,
        memory: &mut Memory,
        seen: &mut HashSet<String>,
    ) -> Done<()> {
        let directory = self.directory;
        let mut entries = Vec::with_capacity(page.len());
        for entry in page {
            memory.note(&entry);
            self.report.entries += 1;
            match entry.id(&directory.id) {
                Some(id) if seen.insert(id.clone()) => entries.push((id, entry)),
                Some(_) => {}
                None => self.skip(&entry, "it has no ID"),
            }
        }
        let conn = self.context.db.read();
        let source = directory.source();
        let ids = entries.iter().map(|(id, _)| id.as_str());
        let records = repo::imports::find(conn, &source, provision::USER, ids).await?;
        let issuer = directory.issuer();
        let links = entries.iter().map(|(id, _)| (issuer.clone(), id.clone()));
        let links: Vec<_> = links.collect();
        let linked = repo::imports::links_with(conn, &links).await?;
        for (id, entry) in entries {
            let is_linked = linked.contains(&(issuer.clone(), id.clone()));
            match records.get(&id) {
                Some(record) if is_linked => self.known(&entry, record, members).await?,
                // Deleted or unlinked here: it does not come back.
                Some(_) => self.report.skipped += 1,
                None => self.join(&id, &entry, members).await?,
            }
        }
        Ok(())
    }

    fn skip(&mut self, entry: &Entry, problem: &str) {
        self.report.skipped += 1;
        if self.report.problems.len() < MAX_PROBLEMS {
            self.report
                .problems
                .push(format!("{}: {problem}", entry.dn));
        }
    }

    /// Reads the account that an entry describes. Skips an entry with a value that cannot be used.
    async fn wanted(&mut self, entry: &Entry, members: &Members) -> Done<Option<Wanted>> {
        let roles = members.of(self.directory, entry);
        let wanted = provision::wanted(self.context, self.directory, entry, roles).await?;
        Ok(wanted.inspect_err(|problem| self.skip(entry, problem)).ok())
    }

    async fn join(&mut self, id: &str, entry: &Entry, members: &Members) -> Done<()> {
        let is_closed = account_state::of_entry(entry, self.context.now());
        if !self.directory.creates_users || is_closed.is_some_and(Closed::disables) {
            self.report.skipped += 1;
            return Ok(());
        }
        let Some(wanted) = self.wanted(entry, members).await? else {
            return Ok(());
        };
        if !self.options.dry {
            let created = provision::create(self.context, self.directory, id, &wanted).await;
            match created {
                Ok(_) => {}
                Err(error @ (AdminError::Taken { .. } | AdminError::Invalid { .. })) => {
                    self.skip(entry, &error.to_string());
                    return Ok(());
                }
                Err(error) => return Err(error.into()),
            }
        }
        self.report.created += 1;
        Ok(())
    }

    async fn known(
        &mut self,
        entry: &Entry,
        record: &ImportedRecord,
        members: &Members,
    ) -> Done<()> {
        let conn = self.context.db.read();
        let user = match UserId::parse(&record.new_id) {
            Some(id) => repo::users::find_by_id(conn, id).await?,
            None => None,
        };
        let Some(user) = user else {
            self.report.skipped += 1;
            return Ok(());
        };
        let Some(wanted) = self.wanted(entry, members).await? else {
            return Ok(());
        };
        let present = provision::present(conn, user, record).await?;
        let is_ending = wanted.is_disabled() && !present.applied.is_disabled;
        if is_ending && present.user.is_active() {
            // After the check of their number.
            self.disabled.push((present.user.id, record.clone()));
            return Ok(());
        }
        let is_changed = if self.options.dry {
            crate::mapping::compare(&present, &wanted).change.is_some()
        } else {
            match provision::update(self.context, &present, &wanted, record).await {
                Ok(is_changed) => is_changed,
                Err(error @ (AdminError::Invalid { .. } | AdminError::LastHolder(_))) => {
                    self.skip(entry, &error.to_string());
                    return Ok(());
                }
                Err(error) => return Err(error.into()),
            }
        };
        self.report.changed += u64::from(is_changed);
        Ok(())
    }

    /// Finds the active accounts whose entries are gone.
    async fn leavers(&mut self, seen: &HashSet<String>) -> Done<Endings> {
        let conn = self.context.db.read();
        let (source, issuer) = (self.directory.source(), self.directory.issuer());
        let mut endings = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let limit = PAGE as u64;
            let mut page =
                repo::imports::list_users(conn, &source, after.as_deref(), limit).await?;
            let Some(last) = page.last() else {
                return Ok(endings);
            };
            after = Some(last.old_id.clone());
            page.retain(|record| {
                let state = AppliedState::read(record.applied.as_deref());
                !seen.contains(&record.old_id) && !state.has_left
            });
            let links = page
                .iter()
                .map(|record| (issuer.clone(), record.old_id.clone()));
            let links: Vec<_> = links.collect();
            // An account that was unlinked here is one of this server.
            let linked = repo::imports::links_with(conn, &links).await?;
            let missing = page.into_iter().zip(links);
            for (record, _) in missing.filter(|(_, link)| linked.contains(link)) {
                let Some(id) = UserId::parse(&record.new_id) else {
                    continue;
                };
                let user = repo::users::find_by_id(conn, id).await?;
                if user.is_some_and(|user| user.is_active()) {
                    endings.push((id, record));
                }
            }
        }
    }

    /// Disables the accounts of entries that are gone or disabled, if they are not too many.
    async fn end(&mut self, leavers: Endings) -> Done<()> {
        let disabled = std::mem::take(&mut self.disabled);
        let number = (leavers.len() + disabled.len()) as u64;
        let users = self.count_users().await?;
        let max = self
            .options
            .max_leavers
            .unwrap_or(self.directory.max_leavers);
        if number > max.of(users) {
            return Err(SyncError::Excess(format!(
                "{number} of {users} users of the directory are gone or disabled, and max_leavers {max} allows {}; \
                 no account was disabled. Check that the base and the filter are right; if they are, run \
                 `doorward directory sync {} --full --max-leavers {number}`",
                max.of(users),
                self.directory.name
            )));
        }
        self.report.left = leavers.len() as u64;
        self.report.disabled = disabled.len() as u64;
        if self.options.dry {
            return Ok(());
        }
        for (endings, ending) in [(leavers, Ending::Left), (disabled, Ending::Disabled)] {
            for (user, record) in endings {
                self.keep_lease().await?;
                let done = provision::end(self.context, user, &record, ending).await;
                self.closed(done, user)?;
            }
        }
        Ok(())
    }

    /// Goes on if the last administrator keeps the account.
    fn closed(&mut self, done: Result<()>, user: UserId) -> Done<()> {
        match done {
            Err(error @ AdminError::LastHolder(_)) => {
                self.report.skipped += 1;
                self.report.problems.push(format!("{user}: {error}"));
                Ok(())
            }
            done => Ok(done?),
        }
    }

    async fn count_users(&self) -> Done<u64> {
        let conn = self.context.db.read();
        let source = self.directory.source();
        let (mut users, mut after) = (0, None::<String>);
        loop {
            let limit = PAGE as u64;
            let page = repo::imports::list_users(conn, &source, after.as_deref(), limit).await?;
            let Some(last) = page.last() else {
                return Ok(users);
            };
            after = Some(last.old_id.clone());
            users += page.len() as u64;
        }
    }
}

#[cfg(test)]
mod tests;
