//! An import with everything that it needs, and its failures.

use doorward_admin::operator::{AdminContext, AdminError};
use doorward_domain::credentials::password::HashParams;
use doorward_domain::derived_keys::{ProviderKey, TotpKey};
use doorward_store::StoreError;

use crate::options::ImportOptions;
use crate::read::ReadError;

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
    pub operator: AdminContext<'a>,
    pub options: &'a ImportOptions,
    pub issuer: &'a str,
    pub totp_key: TotpKey,
    /// Key of provider secrets.
    pub provider_key: ProviderKey,
    pub hashing: HashParams,
    pub is_dry: bool,
}
