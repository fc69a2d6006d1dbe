//! The context that all use cases share, in six groups of values. A function takes [`Core`]; a use
//! case that needs more takes the whole [`Context`], or at most two of the other groups.

mod accounts;
mod core;
mod delivery;
mod directory;
pub mod effective_roles;
mod issuing;
mod limits;
mod registries;
pub mod settings;

use std::sync::Arc;

use doorward_domain::model::Client;
use doorward_domain::secret::MasterKey;
use doorward_egress::outgoing::Resolver;
use doorward_telemetry::metrics::Metrics;

use crate::client_certificate::Authorities;
use crate::error::ServerError;
use crate::fetcher::Fetcher;
use crate::geoip::GeoIp;

pub use self::accounts::Accounts;
pub use self::core::Core;
pub use self::delivery::Delivery;
pub use self::directory::{CACHE_TTL, Directory};
pub use self::issuing::Issuing;
pub use self::limits::Limits;
pub use self::registries::Registries;

#[derive(Debug)]
pub struct Context {
    /// The configuration, the database and the time.
    pub core: Core,
    /// Clients, registries and other servers.
    pub directory: Directory,
    /// Jobs and mail.
    pub delivery: Delivery,
    /// Signing keys and tokens.
    pub issuing: Issuing,
    /// Passwords, factors and pictures.
    pub accounts: Accounts,
    pub limits: Limits,
}

impl Context {
    pub fn new(mut core: Core, geoip: GeoIp, master: MasterKey, metrics: &Arc<Metrics>) -> Self {
        let counted = Arc::clone(metrics);
        core.db = core
            .db
            .observed(move |ran| counted.query(ran.took, ran.failed));
        let (config, shared) = (&core.config, Arc::clone(&core.ephemeral));
        Self {
            directory: Directory::new(config, &master),
            delivery: Delivery::new(&core, &master, geoip),
            accounts: Accounts::new(&core, &master, metrics),
            limits: Limits::new(config, shared, &master, metrics),
            issuing: Issuing::new(&core, master),
            core,
        }
    }

    /// Returns this context with the authorities whose client certificates are accepted. By
    /// default there are none.
    #[must_use]
    pub fn trusting(mut self, authorities: Authorities) -> Self {
        self.directory.authorities = authorities;
        self
    }

    #[must_use]
    pub fn resolving(mut self, names: Arc<dyn Resolver>) -> Self {
        self.directory.resolve(&self.core.config, names);
        self
    }

    /// Returns a registered client: see [`Directory::client`].
    pub async fn client(&self, id: &str) -> Result<Option<Arc<Client>>, ServerError> {
        self.directory.client(&self.core, id).await
    }

    /// Returns the registries, at most a second old.
    pub async fn registry(&self) -> Result<Arc<Registries>, ServerError> {
        self.directory.registry(&self.core).await
    }

    /// Returns a fetcher for documents at URLs of third parties.
    pub fn fetcher(&self) -> Fetcher<'_> {
        self.directory.fetcher(&self.core, &self.limits)
    }

    /// Clears all caches, after the store was changed by another process. Otherwise cached values
    /// are up to a second old.
    pub fn clear_caches(&self) {
        self.directory.clear_caches();
        self.issuing.introspections.clear();
        self.issuing.released_claims.clear();
        self.accounts.foreign_forms.clear();
    }
}
