//! Writing the plan: the catalog in one transaction, users in batches.

mod catalog;
mod users;

use doorward_admin::operator::{AdminContext, AdminError};
use doorward_domain::credentials::password::HashParams;
use doorward_domain::derived_keys::{ProviderKey, TotpKey};
use doorward_store::StoreError;
use doorward_store::repo;
use tokio::sync::mpsc::Receiver;

use crate::item::Item;
use crate::options::ImportOptions;
use crate::plan::catalog::Catalog;
use crate::plan::user::Taken;
use crate::read::ReadError;
use crate::record::Record;
use crate::report::{Observer, Summary};

/// The failure of an import. Batches before it are kept; another run continues.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The source cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A role named by an option does not exist.
    #[error("the role {0:?} does not exist; see `doorward role list`")]
    UnknownRole(String),
    /// A user, client or role was created by another process meanwhile.
    #[error("another process changed users during the import; run it again to continue")]
    Overtaken,
    /// The report cannot be written.
    #[error("the report cannot be written: {0}")]
    Report(#[from] std::io::Error),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An administrative operation failed.
    #[error(transparent)]
    Admin(#[from] AdminError),
}

/// An import into a deployment.
#[derive(Debug)]
pub struct Import<'a> {
    /// Context of the command line.
    pub operator: AdminContext<'a>,
    /// Operator's choices.
    pub options: &'a ImportOptions,
    /// Issuer of this server.
    pub issuer: &'a str,
    /// Key of authenticator apps.
    pub totp_key: TotpKey,
    /// Key of provider secrets.
    pub provider_key: ProviderKey,
    /// Parameters of new hashes.
    pub hashing: HashParams,
    /// True if nothing is written.
    pub is_dry: bool,
}

impl Import<'_> {
    /// Plans the records and, unless it is a dry run, writes them.
    ///
    /// # Errors
    /// Returns an [`ImportError`]. Everything that was committed before is kept, and remembered, so
    /// that another run continues.
    pub async fn run(
        &self,
        mut records: Receiver<Result<Record, ReadError>>,
        observer: &mut dyn Observer,
    ) -> Result<Summary, ImportError> {
        let mut summary = Summary::default();
        let mut tell = |item: &Item| {
            summary.count(item);
            observer.item(item)
        };
        let stock = catalog::stock(self).await?;
        let chosen = self.options.superuser_role.iter();
        if let Some(missing) = chosen.into_iter().find(|role| !stock.roles.contains(*role)) {
            return Err(ImportError::UnknownRole(missing.clone()));
        }
        let mut plan = Catalog::new(self.options, stock);
        let mut batch = Vec::new();
        let mut objects = Vec::new();
        while let Some(record) = records.recv().await {
            match record? {
                Record::User(user) => {
                    batch.push(*user);
                    break;
                }
                Record::Skipped(item) => tell(&item)?,
                object => objects.push(object),
            }
        }
        for item in catalog::write(self, &mut plan, objects).await? {
            tell(&item)?;
        }
        let mut taken = Taken::default();
        while let Some(record) = records.recv().await {
            match record? {
                Record::User(user) => batch.push(*user),
                Record::Skipped(item) => tell(&item)?,
                _ => return Err(ReadError::Order.into()),
            }
            if batch.len() >= repo::imports::BATCH {
                let full = std::mem::take(&mut batch);
                for item in users::write(self, &plan, &mut taken, full).await? {
                    tell(&item)?;
                }
            }
        }
        for item in users::write(self, &plan, &mut taken, batch).await? {
            tell(&item)?;
        }
        Ok(summary)
    }
}
