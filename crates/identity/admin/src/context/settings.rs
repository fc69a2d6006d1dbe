//! The settings of the deployment that rules of administration read.

use std::path::Path;

use doorward_config::Config;
use doorward_config::accounts::Accounts;
use doorward_domain::model::{ClientKind, PkcePolicy, UsernameMode};
use doorward_oauth::clients::registration::ClientLimits;
use doorward_protocol::redirect_uri::Allowed;
use doorward_protocol::signing_alg::SigningAlg;
use doorward_rules::organization_domain::{OrganizationDomain, ReservedHosts};
use doorward_rules::token_lifetimes::TokenLifetimes;

#[derive(Clone, Copy, Debug)]
pub struct AdminSettings<'a> {
    pub accounts: Option<&'a Accounts>,
    /// The PKCE policy of confidential clients that are created without one.
    pub pkce: PkcePolicy,
    pub clients: ClientLimits<'a>,
    /// The lifetimes of tokens, which limit those of clients and resources.
    pub lifetimes: TokenLifetimes,
    /// The file of authorization details types; `None`: no types.
    pub detail_types: Option<&'a Path>,
    pub site: &'a str,
    config: Option<&'a Config>,
}

/// The reserved hosts of a deployment without a configuration.
const NO_HOSTS: ReservedHosts<'static> = ReservedHosts {
    issuer: "",
    mtls: None,
    base_domain: None,
};

impl<'a> AdminSettings<'a> {
    pub fn issuer(&self) -> &'a str {
        self.config.map_or("", |config| &config.issuer)
    }

    pub fn organization_domain(&self, text: &str) -> Result<OrganizationDomain, &'static str> {
        match self.config {
            Some(config) => config.organization_domain(text),
            None => OrganizationDomain::parse(text, NO_HOSTS),
        }
    }

    pub const fn config(&self) -> Option<&'a Config> {
        self.config
    }

    /// Returns whether accounts have user names.
    pub fn username_mode(&self) -> UsernameMode {
        let accounts = self.accounts.map(|accounts| accounts.username);
        accounts.unwrap_or_default()
    }

    /// Returns true if users can have passkeys.
    pub fn has_passkeys(&self) -> bool {
        self.config.is_some_and(|config| {
            let host = config.passkey_host();
            host.is_some_and(|host| config.passkey_origin(&host).is_some())
        })
    }

    /// Returns the further step for a domain of an organization.
    pub fn certificate_step(&self, domain: &str) -> &'static str {
        self.config
            .map_or("", |config| config.certificate_step(domain))
    }
}

impl Default for AdminSettings<'_> {
    fn default() -> Self {
        Self {
            accounts: None,
            pkce: PkcePolicy::default_for(ClientKind::Confidential),
            clients: ClientLimits {
                algorithms: &SigningAlg::ALL,
                redirects: Allowed::default(),
            },
            lifetimes: TokenLifetimes::UNLIMITED,
            detail_types: None,
            site: "",
            config: None,
        }
    }
}

impl<'a> From<&'a Config> for AdminSettings<'a> {
    fn from(config: &'a Config) -> Self {
        Self {
            accounts: Some(&config.accounts),
            pkce: config.clients.pkce,
            clients: ClientLimits {
                algorithms: &config.keys.algorithms,
                redirects: Allowed {
                    schemes: &config.client_registration.redirect_schemes,
                    private_http: config.clients.private_http,
                },
            },
            lifetimes: config.tokens.lifetimes(),
            detail_types: config.authorization.details_types(),
            site: &config.branding.name,
            config: Some(config),
        }
    }
}
