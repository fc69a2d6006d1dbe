//! The values that all connections share.

use std::sync::Arc;

use doorward_config::Config;
use doorward_services::context::Context;
use doorward_telemetry::metrics::Metrics;
use tokio::sync::Semaphore;
use url::Url;

use crate::entry::Names;
use crate::tls::Certificate;
use doorward_ldap_protocol::dn::Dn;

/// Maximum number of statements for searches at the same time: sign-ins of the pages need the others.
const STATEMENTS: usize = 8;

#[derive(Debug)]
pub struct Server {
    pub context: Arc<Context>,
    pub names: Names,
    pub certificate: Certificate,
    /// Admits statements of searches.
    pub statements: Semaphore,
}

impl Server {
    /// # Errors
    /// Returns the problem of the base name.
    pub fn open(context: Arc<Context>) -> Result<Self, String> {
        let names = names(&context.core.config)?;
        Ok(Self {
            context,
            names,
            certificate: Certificate::default(),
            statements: Semaphore::new(STATEMENTS),
        })
    }

    pub fn metrics(&self) -> &Metrics {
        self.context.limits.attempts.metrics()
    }
}

/// Returns the names of the entries.
///
/// # Errors
/// Returns the problem of the base name.
pub fn names(config: &Config) -> Result<Names, String> {
    let base = Dn::parse(&config.ldap.base_dn).filter(|base| !base.is_root());
    let base = base.ok_or_else(|| format!("{:?} is no distinguished name", config.ldap.base_dn))?;
    let url = Url::parse(&config.issuer).ok();
    let host = url.as_ref().and_then(Url::host_str).unwrap_or("localhost");
    Ok(Names {
        base,
        host: host.to_owned(),
        first_number: config.ldap.first_number,
    })
}
