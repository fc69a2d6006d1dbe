//! The values that almost every use case needs.

use doorward_domain::credentials::password::PasswordPolicy;
use doorward_domain::random::Generator;
use doorward_rules::brand::Brand;
use doorward_store::{Db, Key};

use crate::branding::{self, Branding};
use crate::open_campaigns::OpenCampaigns;
use crate::prelude::*;
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
    /// The store of short-lived data that may be lost.
    pub ephemeral: Arc<dyn Ephemeral>,
    pub clock: Arc<dyn Clock>,
    pub random: Random,
}

impl Core {
    /// Returns the issuer identifier: the public origin.
    pub fn issuer(&self) -> &str {
        &self.config.issuer
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

    /// Returns true if Redis answers, and without Redis.
    pub async fn ephemeral_answers(&self) -> bool {
        let name = Key::new("system", "probe");
        self.ephemeral.get(&name).await.is_ok()
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
