//! The complete configuration.

use std::collections::BTreeMap;

use doorward_rules::brand::Stage;
use doorward_rules::organization_domain::{OrganizationDomain, ReservedHosts};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::error::Origin;
use super::listen::Listen;
use super::secret::SecretText;
use super::{
    accounts, api, as_code, audit, authorization, branding, client_metadata_documents,
    client_registration, clients, consent, database, directories, former_issuers, forward_auth,
    geoip, impersonation, keys, ldap, limits, logging, login, mail, metrics, mfa, mtls,
    organizations, outgoing, passkeys, passwords, redis, registration, sessions, tasks, telemetry,
    tls, tokens,
};

/// Mode in which the program was started. No file or environment variable can set it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// `doorward serve` and every administration command.
    #[default]
    Serve,
    /// `doorward dev`: loopback only, demo accounts, `/dev/…` endpoints.
    Dev,
}

/// The complete configuration. All durations are in seconds.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Public origin, without a trailing slash; empty if unset (`serve` then does not start).
    #[serde(default)]
    pub issuer: String,
    /// Address of the `serve` listener.
    pub listen: Listen,
    /// Networks of proxies whose forwarded headers are trusted.
    pub trusted_proxies: Vec<IpNet>,
    /// Name of the header in which proxies write the client's address.
    pub forwarded_header: String,
    /// Secret key, 32 bytes in base64.
    pub secret_key: Option<SecretText>,
    pub tls: tls::Tls,
    /// Secret key that will replace it.
    pub next_secret_key: Option<SecretText>,
    /// Former secret keys, the latest first.
    pub former_secret_keys: Option<SecretText>,
    pub former_issuers: former_issuers::FormerIssuers,
    pub database: database::Database,
    pub redis: redis::Redis,
    pub tokens: tokens::Tokens,
    pub sessions: sessions::Sessions,
    pub passwords: passwords::Passwords,
    pub passkeys: passkeys::Passkeys,
    pub login: login::Login,
    pub mfa: mfa::Mfa,
    pub mtls: mtls::Mtls,
    pub accounts: accounts::Accounts,
    pub authorization: authorization::Authorization,
    pub consent: consent::Consent,
    pub clients: clients::Clients,
    pub client_metadata_documents: client_metadata_documents::ClientMetadataDocuments,
    pub registration: registration::Registration,
    pub client_registration: client_registration::ClientRegistration,
    pub api: api::Api,
    pub as_code: as_code::AsCode,
    pub approval: as_code::Approval,
    pub organizations: organizations::Organizations,
    pub mail: mail::Mail,
    pub audit: audit::Audit,
    pub geoip: geoip::Geoip,
    pub directories: directories::Directories,
    pub forward_auth: forward_auth::ForwardAuth,
    pub impersonation: impersonation::Impersonation,
    pub ldap: ldap::Ldap,
    pub outgoing: outgoing::Outgoing,
    pub keys: keys::Keys,
    pub limits: limits::Limits,
    pub logging: logging::Logging,
    pub metrics: metrics::Metrics,
    pub telemetry: telemetry::Telemetry,
    pub branding: branding::Branding,
    pub tasks: tasks::Tasks,
    /// Mode in which the program was started.
    #[serde(skip)]
    pub mode: Mode,
    /// Stores messages instead of sending them, as a development instance does; for tests of
    /// `serve`.
    #[serde(skip)]
    pub capture_mail: bool,
    #[serde(skip)]
    pub(super) origins: BTreeMap<&'static str, Origin>,
}

impl Config {
    /// Returns true for a development instance.
    pub fn is_dev(&self) -> bool {
        self.mode == Mode::Dev
    }

    /// Returns the stage of the deployment, which the console marks.
    pub fn stage(&self) -> Option<Stage> {
        let dev = self.is_dev().then_some(Stage::Development);
        self.branding.stage.or(dev)
    }

    pub fn origin(&self, path: &str) -> Origin {
        self.origins.get(path).cloned().unwrap_or(Origin::Default)
    }

    /// Reads the domain of an organization, which must not be a host that serves something else.
    ///
    /// # Errors
    /// Returns an instruction if the domain is malformed or reserved.
    pub fn organization_domain(&self, text: &str) -> Result<OrganizationDomain, &'static str> {
        let reserved = ReservedHosts {
            issuer: &self.issuer,
            mtls: self.mtls.public_url.as_deref(),
            base_domain: self.organizations.base_domain(),
        };
        OrganizationDomain::parse(text, reserved)
    }
}
