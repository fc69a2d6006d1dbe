//! The order of writes: first the catalog, then the users. A file that is compared with its users is
//! planned as a whole before the first change.

use doorward_domain::boxed;
use doorward_domain::model::UserId;
use doorward_store::repo;
use tokio::sync::mpsc::Receiver;

use super::import::{Import, ImportError};
use super::pending::Pending;
use super::users::PlannedUser;
use super::{catalog, leavers, users};
use crate::item::Item;
use crate::plan::catalog::Catalog;
use crate::plan::guard::{self, Counts};
use crate::plan::user::Taken;
use crate::read::{ReadError, Result};
use crate::record::{Record, UserRecord};
use crate::report::{Observer, Summary};
use crate::sync::SyncOptions;

impl Import<'_> {
    /// Plans the records and, unless it is a dry run, writes them.
    ///
    /// # Errors
    /// Returns an [`ImportError`]. Everything that was committed before is kept, and remembered, so
    /// that another run continues.
    #[boxed(?Send)]
    pub async fn run(
        &self,
        mut records: Receiver<Result<Record>>,
        observer: &mut dyn Observer,
    ) -> Result<Summary, ImportError> {
        let stock = catalog::stock(self).await?;
        let chosen = self.options.superuser_role.iter();
        if let Some(missing) = chosen.into_iter().find(|role| !stock.roles.contains(*role)) {
            return Err(ImportError::UnknownRole(missing.clone()));
        }
        if let Some(prefix) = &self.options.group_prefix
            && !stock.groups.contains(prefix)
        {
            return Err(ImportError::UnknownGroup(prefix.clone()));
        }
        if let Some(org) = &self.options.org {
            let found = repo::organizations::find(self.operator.db.read(), org).await?;
            found.ok_or_else(|| ImportError::UnknownOrganization(org.clone()))?;
        }
        let (left, known_users) = match self.comparison {
            Some(comparison) => leavers::find(self, comparison).await?,
            None => (Vec::new(), 0),
        };
        let mut run = Run {
            import: self,
            observer,
            summary: Summary::default(),
            pending: Pending::default(),
            taken: Taken::default(),
            former: Vec::new(),
            counts: Counts {
                users: known_users,
                left: left.len() as u64,
                ..Counts::default()
            },
            held: Vec::new(),
        };
        let mut plan = Catalog::new(self.options, stock);
        let mut batch = run.objects(&mut records, &mut plan).await?;
        while let Some(record) = records.recv().await {
            match record? {
                Record::User(user) => batch.push(*user),
                Record::Skipped(item) => run.report(&item)?,
                _ => return Err(ReadError::Order.into()),
            }
            if batch.len() >= repo::imports::BATCH {
                run.users(&plan, std::mem::take(&mut batch)).await?;
            }
        }
        run.users(&plan, batch).await?;
        run.finish(left).await
    }

    fn sync(&self) -> Option<SyncOptions> {
        self.comparison.and_then(|comparison| comparison.sync)
    }
}

/// An import in progress.
struct Run<'a, 'b> {
    import: &'a Import<'b>,
    observer: &'a mut dyn Observer,
    summary: Summary,
    /// Roles and groups of a file that no user has got yet.
    pending: Pending,
    taken: Taken,
    /// Administrators that a dry run would take away.
    former: Vec<UserId>,
    counts: Counts,
    /// Users that wait for the end of the file.
    held: Vec<PlannedUser>,
}

impl Run<'_, '_> {
    fn report(&mut self, item: &Item) -> Result<(), ImportError> {
        self.summary.count(item);
        Ok(self.observer.item(item)?)
    }

    fn report_all(&mut self, items: &[Item]) -> Result<(), ImportError> {
        items.iter().try_for_each(|item| self.report(item))
    }

    /// Receives everything before the users. Returns the first user.
    async fn objects(
        &mut self,
        records: &mut Receiver<Result<Record>>,
        plan: &mut Catalog<'_>,
    ) -> Result<Vec<UserRecord>, ImportError> {
        let mut first = Vec::new();
        let mut objects = Vec::new();
        while let Some(record) = records.recv().await {
            match record? {
                Record::User(user) => {
                    first.push(*user);
                    break;
                }
                Record::Skipped(item) => self.report(&item)?,
                object => objects.push(object),
            }
        }
        let comparison = self.import.comparison;
        let items = if comparison.is_some_and(|comparison| comparison.file.names_only) {
            self.pending.plan(plan, objects)
        } else {
            catalog::write(self.import, plan, objects).await?
        };
        self.report_all(&items)?;
        Ok(first)
    }

    /// Plans a batch, and writes it unless the whole file has to be planned before.
    async fn users(
        &mut self,
        plan: &Catalog<'_>,
        batch: Vec<UserRecord>,
    ) -> Result<(), ImportError> {
        let planned = users::plan(self.import, plan, &mut self.taken, batch).await?;
        for user in &planned {
            user.count(&mut self.counts);
        }
        let sync = self.import.sync().filter(|_| !self.import.is_dry);
        let Some(sync) = sync else {
            return self.write(planned).await;
        };
        let is_stopped = guard::check(&sync, &self.counts).is_some();
        for user in planned {
            if user.is_settled() {
                self.report(&user.item)?;
            } else if !is_stopped {
                self.held.push(user);
            }
        }
        if is_stopped {
            self.held = Vec::new();
        }
        Ok(())
    }

    async fn write(&mut self, planned: Vec<PlannedUser>) -> Result<(), ImportError> {
        let items = self.pending.write(self.import, &planned).await?;
        self.report_all(&items)?;
        let items = users::write(self.import, &mut self.former, planned).await?;
        self.report_all(&items)
    }

    /// Writes what waited for the end of the file.
    async fn finish(mut self, left: Vec<leavers::Leaver>) -> Result<Summary, ImportError> {
        let sync = self.import.sync();
        if let Some(excess) = sync.and_then(|sync| guard::check(&sync, &self.counts)) {
            if !self.import.is_dry {
                return Err(ImportError::Excess(excess));
            }
            // A dry run shows the changes, too.
            self.summary.excess = Some(excess);
        }
        let mut held = std::mem::take(&mut self.held).into_iter();
        loop {
            let batch: Vec<_> = held.by_ref().take(repo::imports::BATCH).collect();
            if batch.is_empty() {
                break;
            }
            self.write(batch).await?;
        }
        let unused = self.pending.unused();
        self.report_all(&unused)?;
        if let Some(comparison) = self.import.comparison {
            for leaver in left {
                let treated = leaver.treat(self.import, comparison, &mut self.former);
                let item = treated.await?;
                self.report(&item)?;
            }
            self.summary.sync = sync.map(|_| self.summary.tally());
        }
        Ok(self.summary)
    }
}
