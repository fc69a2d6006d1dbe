//! The context that all use cases share, mostly in six groups of values. A function takes [`Core`]
//! and at most two of the other groups; the few functions that need more take the whole
//! [`Context`].

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

use doorward_config::Config;
use doorward_domain::derived_keys::{CsrfKey, OnceKey, PaginationKey};
use doorward_domain::rules::audit_chain::ChainKey;
use doorward_domain::secret::MasterKey;
use doorward_domain::time::Clock;
use doorward_egress::outgoing::Resolver;
use doorward_store::{Db, Ephemeral};
use doorward_telemetry::metrics::Metrics;
use doorward_telemetry::telemetry::Traces;

use crate::audit_anchor::AuditAnchor;
use crate::client_certificate::Authorities;
use crate::geoip::GeoIp;

pub use self::accounts::Accounts;
pub use self::core::Core;
pub use self::delivery::Delivery;
pub use self::directory::Directory;
pub use self::issuing::Issuing;
pub use self::limits::Limits;
pub use self::registries::Registries;

/// The shared context of all use cases.
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
    /// Limits of attempts.
    pub limits: Limits,
    /// The metrics for the operator.
    pub metrics: Arc<Metrics>,
    /// The queue of request spans.
    pub traces: Arc<Traces>,
    /// The key of the audit log's chain.
    pub audit_key: ChainKey,
    /// The head of the audit log outside the database.
    pub audit_anchor: AuditAnchor,
    /// The key of anti-forgery tokens.
    pub csrf_key: CsrfKey,
    /// The key that encrypts list cursors.
    pub pagination_key: PaginationKey,
    /// The key that encrypts stored responses of creations.
    pub once_key: OnceKey,
}

impl Context {
    /// Creates the context of a server.
    pub fn new(
        config: Config,
        db: Db,
        ephemeral: Arc<dyn Ephemeral>,
        clock: Arc<dyn Clock>,
        geoip: GeoIp,
        master: MasterKey,
    ) -> Self {
        let metrics = Arc::new(Metrics::new());
        let counted = Arc::clone(&metrics);
        let db = db.observed(move |ran| counted.query(ran.took, ran.failed));
        Self {
            directory: Directory::new(&config, &master),
            delivery: Delivery::new(&master, geoip),
            accounts: Accounts::new(&config, &master, &metrics),
            limits: Limits::new(&config, Arc::clone(&ephemeral), &master, &metrics),
            traces: Arc::new(Traces::new(config.telemetry.otlp_endpoint.is_some())),
            audit_key: ChainKey::derive(&master),
            audit_anchor: AuditAnchor::new(config.audit_head_file()),
            csrf_key: CsrfKey::derive(&master),
            pagination_key: PaginationKey::derive(&master),
            once_key: OnceKey::derive(&master),
            issuing: Issuing::new(&config, master),
            core: Core {
                config: Arc::new(config),
                db,
                ephemeral,
                clock,
            },
            metrics,
        }
    }

    /// Returns this context with the authorities whose client certificates are accepted. By
    /// default there are none.
    #[must_use]
    pub fn trusting(mut self, authorities: Authorities) -> Self {
        self.directory.authorities = authorities;
        self
    }

    /// Returns this context with another resolver for host names.
    #[must_use]
    pub fn resolving(mut self, names: Arc<dyn Resolver>) -> Self {
        self.directory.resolve(&self.core.config, names);
        self
    }

    /// Clears all caches, after the store was changed by another process. Otherwise cached values
    /// are up to a second old.
    pub fn clear_caches(&self) {
        self.directory.clear_caches();
        self.issuing.introspections.forget();
    }
}
