//! The settings of the deployment that rules of administration read.

use std::path::Path;

use doorward_config::Config;
use doorward_config::accounts::Accounts;
use doorward_domain::model::{ClientKind, PkcePolicy};
use doorward_oauth::clients::registration::ClientLimits;
use doorward_protocol::redirect_uri::Allowed;
use doorward_protocol::signing_alg::SigningAlg;
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
        }
    }
}
