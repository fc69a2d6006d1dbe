//! The context that all use cases share, in six groups of values. A function takes [`Core`]; a use
//! case that needs more takes the whole [`Context`], or at most two of the other groups.

mod core;
mod directory;
pub mod effective_roles;
pub mod settings;

use doorward_domain::derived_keys::{
    ApiKeyKey, DpopNonceKey, DraftKey, EmailCodeKey, PasskeyKey, PingKey, RecoveryKey,
    RefreshTokenKey, ScimKey, SignalsKey, SupportCodeKey, TotpKey,
};
use doorward_domain::keys::{KeyError, Signer};
use doorward_egress::outgoing::Resolver;
use doorward_protocol::introspection::IntrospectionResponse;
use doorward_protocol::signing_alg::SigningAlg;
use doorward_rules::subject::SubjectKey;
use doorward_store::{Db, StoreError, open_ephemeral};

use crate::attempts::AttemptLog;
use crate::client_certificate::Authorities;
use crate::denial_log::DenialLog;
use crate::error::{Result, ServerError};
use crate::fetcher::Fetcher;
use crate::foreign_forms::ForeignForms;
use crate::geoip::GeoIp;
use crate::hashing::HashingPool;
use crate::jobs::Jobs;
use crate::limits::{OpenRequests, RateLimiter};
use crate::open_campaigns::OpenCampaigns;
use crate::outbox::MailOutbox;
use crate::parts::Parts;
use crate::passkeys::Passkeys;
use crate::pictures::PictureEncoder;
use crate::prelude::*;
use crate::read_cache::ReadCache;
use crate::running_exports::RunningExports;
use crate::server_state::KnownState;
use crate::signing_keys::Keys;
use crate::subject_aliases::SubjectAliases;
use crate::verified_tokens::VerifiedTokens;

pub use self::core::Core;
pub use self::directory::{CACHE_TTL, Directory, Registries};

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
    pub parts: Parts,
}

impl Context {
    pub fn new(mut core: Core, geoip: GeoIp, master: MasterKey, metrics: &Arc<Metrics>) -> Self {
        let counted = Arc::clone(metrics);
        core.db = core
            .db
            .observed(move |ran| counted.requests().query(ran.took, ran.failed));
        let (config, shared) = (&core.config, Arc::clone(&core.ephemeral));
        Self {
            directory: Directory::new(config, &master),
            delivery: Delivery::new(&core, &master, geoip),
            accounts: Accounts::new(&core, &master, metrics),
            limits: Limits::new(config, shared, &master, metrics),
            issuing: Issuing::new(&core, master),
            parts: Parts::default(),
            core,
        }
    }

    /// Returns a context for the simulation of requests on a database. Its caches are separate; it sends nothing,
    /// and creates no signing key.
    pub fn simulated(
        config: Arc<Config>,
        db: Db,
        clock: Arc<dyn Clock>,
        master: MasterKey,
        random: Random,
    ) -> Result<Self, StoreError> {
        let core = Core {
            config,
            branding: Arc::default(),
            db,
            campaigns: OpenCampaigns::assumed(),
            aliases: SubjectAliases::default(),
            state: KnownState::default(),
            ephemeral: open_ephemeral(None)?,
            clock,
            random,
        };
        let metrics = Arc::new(Metrics::new());
        Ok(Self::new(core, GeoIp::default(), master, &metrics))
    }

    /// Returns a context like [`Context::simulated`] with the settings and the secret key of this one.
    pub fn simulated_on(&self, db: Db, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        let (config, master) = (Arc::clone(&self.core.config), self.issuing.keys.master());
        let random = self.core.random.clone();
        Self::simulated(config, db, clock, master.clone(), random)
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
    #[boxed]
    pub async fn client(&self, id: &str) -> Result<Option<Arc<Client>>> {
        self.directory.client(&self.core, id).await
    }

    /// Returns the registries, at most a second old.
    #[boxed]
    pub async fn registry(&self) -> Result<Arc<Registries>> {
        self.directory.registry(&self.core).await
    }

    /// Returns a fetcher for documents at URLs of third parties.
    pub fn fetcher(&self) -> Fetcher<'_> {
        Fetcher {
            http: &self.directory.http,
            rate_limiter: &self.limits.rate_limiter,
            clock: &*self.core.clock,
        }
    }

    /// Clears all caches, after the store was changed by another process. Otherwise cached values
    /// are up to a second old.
    pub fn clear_caches(&self) {
        self.directory.clear_caches();
        self.issuing.introspections.clear();
        self.issuing.released_claims.clear();
        self.accounts.foreign_forms.clear();
        self.parts.clear();
    }
}

#[derive(Debug)]
pub struct Delivery {
    pub jobs: Jobs,
    /// The database of IP locations, for display.
    pub geoip: GeoIp,
}

impl Delivery {
    pub(super) fn new(core: &Core, master: &MasterKey, geoip: GeoIp) -> Self {
        Self {
            jobs: Jobs::new(master, core.random.clone()),
            geoip,
        }
    }

    pub fn outbox<'a>(&'a self, core: &'a Core) -> MailOutbox<'a> {
        MailOutbox::of_server(&core.config, &self.jobs, &self.geoip)
    }
}

#[derive(Debug)]
pub struct Issuing {
    pub keys: Keys,
    /// The key that derives pairwise subjects (OIDC Core §8).
    pub subject_key: SubjectKey,
    /// The key that generates the nonces of DPoP proofs.
    pub dpop_nonce_key: DpopNonceKey,
    pub refresh_token_key: RefreshTokenKey,
    /// The key of the credentials with which signals are pushed.
    pub signals_key: SignalsKey,
    /// Encrypts the tokens of applications that get users by SCIM.
    pub scim_key: ScimKey,
    pub ping_key: PingKey,
    pub verified_tokens: VerifiedTokens,
    pub introspections: ReadCache<Vec<u8>, Option<Arc<IntrospectionResponse>>>,
    /// The cache of the claims that an access token releases, by token hash.
    pub released_claims: ReadCache<[u8; 32], Map<String, Value>>,
}

impl Issuing {
    pub(super) fn new(core: &Core, master: MasterKey) -> Self {
        let policy = settings::rotation_policy(&core.config);
        Self {
            subject_key: SubjectKey::derive(&master),
            dpop_nonce_key: DpopNonceKey::derive(&master),
            refresh_token_key: RefreshTokenKey::derive(&master),
            signals_key: SignalsKey::derive(&master),
            scim_key: ScimKey::derive(&master),
            ping_key: PingKey::derive(&master),
            keys: Keys::new(
                master,
                policy,
                core.config.keys.algorithms.clone(),
                core.random.clone(),
            ),
            verified_tokens: VerifiedTokens::default(),
            introspections: ReadCache::new(2_000),
            released_claims: ReadCache::new(2_000),
        }
    }

    /// Signs with the active key of an algorithm.
    pub async fn sign(
        &self,
        core: &Core,
        alg: SigningAlg,
        sign: impl FnOnce(&Signer) -> Result<String, KeyError>,
    ) -> Result<String> {
        let ring = self.keys.current(&core.db, core.now()).await?;
        let signed = ring.signer(alg).and_then(|signer| sign(signer));
        signed.map_err(ServerError::internal)
    }
}

#[derive(Debug)]
pub struct Accounts {
    pub hashing: HashingPool,
    /// The forms of imported password hashes that no sign-in has replaced yet.
    pub foreign_forms: ForeignForms,
    /// The relying party of passkeys; `None` if passkeys are disabled.
    pub passkeys: Option<Passkeys>,
    pub pictures: PictureEncoder,
    /// The key that encrypts the secrets of authenticator apps.
    pub totp_key: TotpKey,
    pub recovery_key: RecoveryKey,
    pub email_code_key: EmailCodeKey,
    pub api_key_key: ApiKeyKey,
    pub support_code_key: SupportCodeKey,
    /// The key that encrypts unsaved profile forms.
    pub draft_key: DraftKey,
}

impl Accounts {
    pub(super) fn new(core: &Core, master: &MasterKey, metrics: &Arc<Metrics>) -> Self {
        let config = &core.config;
        let timed = Arc::clone(metrics);
        let hashing = HashingPool::start(
            config.passwords.hash_params(),
            config.passwords.hash_memory_budget_kib,
            core.random.clone(),
        )
        .timed(Arc::new(move |took| timed.password_hash(took)));
        Self {
            hashing,
            foreign_forms: ForeignForms::default(),
            passkeys: Passkeys::new(config, PasskeyKey::derive(master)),
            pictures: PictureEncoder::default(),
            totp_key: TotpKey::derive(master),
            recovery_key: RecoveryKey::derive(master),
            email_code_key: EmailCodeKey::derive(master),
            api_key_key: ApiKeyKey::derive(master),
            support_code_key: SupportCodeKey::derive(master),
            draft_key: DraftKey::derive(master),
        }
    }
}

#[derive(Debug)]
pub struct Limits {
    pub rate_limiter: RateLimiter,
    /// The log of denials, with the limit on those of unknown callers.
    pub denials: DenialLog,
    pub attempts: Arc<AttemptLog>,
    pub open_requests: OpenRequests,
    /// The exports of personal data that run.
    pub exports: Arc<RunningExports>,
}

impl Limits {
    pub(super) fn new(
        config: &Config,
        shared: Arc<dyn Ephemeral>,
        master: &MasterKey,
        metrics: &Arc<Metrics>,
    ) -> Self {
        let counter = RateLimiter::new(shared, master, &config.limits, Arc::clone(metrics));
        Self {
            rate_limiter: if config.is_dev() {
                counter.forgiving_sign_ins()
            } else {
                counter
            },
            denials: DenialLog::default(),
            attempts: Arc::new(AttemptLog::new(master, Arc::clone(metrics))),
            open_requests: OpenRequests::default(),
            exports: Arc::default(),
        }
    }
}
