//! The values that almost every use case needs.

use doorward_domain::credentials::password::PasswordPolicy;
use doorward_domain::random::Generator;
use doorward_protocol::authorize::AuthorizationRequest;
use doorward_rules::brand::Brand;
use doorward_store::Db;

use crate::branding::{self, Branding};
use crate::open_campaigns::OpenCampaigns;
use crate::prelude::*;
use crate::request_issuer;
use crate::server_state::KnownState;
use crate::subject_aliases::SubjectAliases;

#[derive(Clone, Debug)]
pub struct Core {
    /// The configuration, fixed at start.
    pub config: Arc<Config>,
    /// The brand with its files, read at start.
    pub branding: Arc<Branding>,
    pub db: Db,
    pub campaigns: OpenCampaigns,
    pub aliases: SubjectAliases,
    pub state: KnownState,
    /// The store of short-lived data that may be lost.
    pub ephemeral: Arc<dyn Ephemeral>,
    pub clock: Arc<dyn Clock>,
    pub random: Random,
}

impl Core {
    /// Returns the issuer identifier: the public origin, or at a former host the former one.
    pub fn issuer(&self) -> &str {
        self.request_former_issuer().unwrap_or(&self.config.issuer)
    }

    /// Returns the issuer of a request that belongs to a former issuer.
    pub fn request_former_issuer(&self) -> Option<&str> {
        let urls = &self.config.former_issuers.urls;
        urls.get(request_issuer::position()?).map(String::as_str)
    }

    /// Returns the issuer of the response to a stored request, which may belong to a former one.
    pub fn response_issuer<'a>(&'a self, request: &'a AuthorizationRequest) -> &'a str {
        let former = request.former_issuer.as_deref();
        former
            .filter(|former| self.is_own_issuer(former))
            .unwrap_or_else(|| self.issuer())
    }

    /// Returns true for the issuer and former ones: the keys are the same.
    pub fn is_own_issuer(&self, issuer: &str) -> bool {
        self.config.issuer == issuer || self.config.former_issuers.contains(issuer)
    }

    /// Returns the brand of pages and messages: that of the deployment.
    pub fn brand(&self) -> &Arc<Brand> {
        &self.branding.brand
    }

    /// Returns the language of pages and messages if no other one is known.
    pub fn default_lang(&self) -> Lang {
        branding::default_lang(&self.config)
    }

    /// Returns true if users reach the server over TLS, which determines the names and flags of
    /// cookies.
    pub fn is_https(&self) -> bool {
        self.config.issuer.starts_with("https://")
    }

    /// Returns true if Redis accepts writes, and without Redis.
    #[boxed]
    pub async fn ephemeral_answers(&self) -> bool {
        self.ephemeral.failure().await.is_none()
    }

    pub fn now(&self) -> UnixSeconds {
        self.clock.now()
    }

    pub fn rng(&self) -> Generator<'_> {
        self.random.rng()
    }

    /// Returns true if the user must verify their address before anything else.
    pub fn requires_verification_of(&self, user: &User) -> bool {
        self.config.requires_verified_email() && !user.email_verified
    }

    pub fn password_policy(&self) -> PasswordPolicy {
        PasswordPolicy {
            min_length: self.config.passwords.min_length,
            min_score: self.config.passwords.min_score,
        }
    }
}
