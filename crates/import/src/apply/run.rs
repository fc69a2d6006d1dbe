//! The order of writes: first the catalog, then the users.

use doorward_store::repo;
use tokio::sync::mpsc::Receiver;

use super::import::{Import, ImportError};
use super::{catalog, leavers, users};
use crate::item::Item;
use crate::plan::catalog::Catalog;
use crate::plan::user::Taken;
use crate::read::{ReadError, Result};
use crate::record::Record;
use crate::report::{Observer, Summary};

impl Import<'_> {
    /// Plans the records and, unless it is a dry run, writes them.
    ///
    /// # Errors
    /// Returns an [`ImportError`]. Everything that was committed before is kept, and remembered, so
    /// that another run continues.
    pub async fn run(
        &self,
        mut records: Receiver<Result<Record>>,
        observer: &mut dyn Observer,
    ) -> Result<Summary, ImportError> {
        let mut summary = Summary::default();
        let mut report = |item: &Item| {
            summary.count(item);
            observer.item(item)
        };
        let stock = catalog::stock(self).await?;
        let chosen = self.options.superuser_role.iter();
        if let Some(missing) = chosen.into_iter().find(|role| !stock.roles.contains(*role)) {
            return Err(ImportError::UnknownRole(missing.clone()));
        }
        // Before the first change: a file that lacks many users is not applied.
        let left = match self.comparison {
            Some(comparison) => leavers::find(self, comparison).await?,
            None => Vec::new(),
        };
        let mut plan = Catalog::new(self.options, stock);
        let mut batch = Vec::new();
        let mut objects = Vec::new();
        while let Some(record) = records.recv().await {
            match record? {
                Record::User(user) => {
                    batch.push(*user);
                    break;
                }
                Record::Skipped(item) => report(&item)?,
                object => objects.push(object),
            }
        }
        for item in catalog::write(self, &mut plan, objects).await? {
            report(&item)?;
        }
        let (mut taken, mut former) = (Taken::default(), Vec::new());
        while let Some(record) = records.recv().await {
            match record? {
                Record::User(user) => batch.push(*user),
                Record::Skipped(item) => report(&item)?,
                _ => return Err(ReadError::Order.into()),
            }
            if batch.len() >= repo::imports::BATCH {
                let full = std::mem::take(&mut batch);
                for item in users::write(self, &plan, &mut taken, &mut former, full).await? {
                    report(&item)?;
                }
            }
        }
        for item in users::write(self, &plan, &mut taken, &mut former, batch).await? {
            report(&item)?;
        }
        if let Some(comparison) = self.comparison {
            for leaver in left {
                report(&leaver.treat(self, comparison, &mut former).await?)?;
            }
            let applies = comparison.sync.is_some();
            summary.sync = applies.then(|| summary.tally());
        }
        Ok(summary)
    }
}
