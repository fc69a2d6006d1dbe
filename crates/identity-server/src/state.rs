//! What every request shares: configuration, database, keys, caches, clock.

use std::sync::Arc;
use std::time::Duration;

use doorward_domain::credentials::password::{HashParams, PasswordPolicy};
use doorward_domain::keys::RotationPolicy;
use doorward_domain::model::{
    Client, ClientId, EffectiveRoles, Resource, ScopeEntry, SubjectKind, UserId,
};
use doorward_domain::secret::{MasterKey, Purpose};
use doorward_domain::time::{Clock, UnixSeconds};
use doorward_store::{Db, Ephemeral, repo};
use moka::future::Cache;

use crate::config::Config;
use crate::fault::Fault;
use crate::flow::keys::Keys;
use crate::flow::throttle::Throttle;
use crate::hashing::HashingPool;
use crate::jobs::Jobs;
use crate::mail::Mailer;

/// How old a cached client, registry or role may be (DESIGN §2.11).
const CACHE_LIFE: Duration = Duration::from_secs(1);

/// The registered scopes and resources.
#[derive(Debug)]
pub struct Registries {
    /// Every registered scope.
    pub scopes: Vec<ScopeEntry>,
    /// Every registered resource.
    pub resources: Vec<Resource>,
}

/// What every request shares.
#[derive(Debug)]
pub struct State {
    /// The configuration, fixed at start.
    pub config: Config,
    /// Truth.
    pub db: Db,
    /// What may be lost.
    pub ephemeral: Arc<dyn Ephemeral>,
    /// Counts tries.
    pub throttle: Throttle,
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
    /// The signing keys.
    pub keys: Keys,
    /// Where passwords are hashed.
    pub hashing: HashingPool,
    /// Work that waits.
    pub jobs: Jobs,
    /// The way out for mails.
    pub mailer: Arc<dyn Mailer>,
    csrf_key: [u8; 32],
    totp_key: [u8; 32],
    recovery_key: [u8; 32],
    clients: Cache<String, Option<Arc<Client>>>,
    roles: Cache<(SubjectKind, String), Arc<EffectiveRoles>>,
    registries: Cache<(), Arc<Registries>>,
}

impl State {
    /// Puts the parts together.
    pub fn new(
        config: Config,
        db: Db,
        ephemeral: Arc<dyn Ephemeral>,
        clock: Arc<dyn Clock>,
        mailer: Arc<dyn Mailer>,
        master: MasterKey,
    ) -> Self {
        let shared = Arc::clone(&ephemeral);
        let throttle = Throttle::new(shared, &master, config.limits.multiplier);
        let hashing = HashingPool::start(
            hash_params(&config),
            config.passwords.hash_memory_budget_kib,
        );
        let csrf_key = master.derive(Purpose::Csrf);
        let totp_key = master.derive(Purpose::TotpEncryption);
        let recovery_key = master.derive(Purpose::RecoveryCode);
        let jobs = Jobs::new(&master);
        let keys = Keys::new(master, rotation_policy(&config));
        Self {
            db,
            ephemeral,
            throttle,
            clock,
            keys,
            hashing,
            jobs,
            mailer,
            csrf_key,
            totp_key,
            recovery_key,
            clients: cache(10_000),
            roles: cache(10_000),
            registries: cache(1),
            config,
        }
    }

    /// The issuer identifier: the public origin.
    pub fn issuer(&self) -> &str {
        &self.config.issuer
    }

    /// Whether people reach the server over TLS, which decides the names and flags of cookies.
    pub fn is_https(&self) -> bool {
        self.config.issuer.starts_with("https://")
    }

    /// The time.
    pub fn now(&self) -> UnixSeconds {
        self.clock.now()
    }

    /// The key that authenticates anti-forgery tokens.
    pub const fn csrf_key(&self) -> &[u8; 32] {
        &self.csrf_key
    }

    /// The key that seals the secrets of authenticator apps.
    pub const fn totp_key(&self) -> &[u8; 32] {
        &self.totp_key
    }

    /// The key of the hashes of recovery codes.
    pub const fn recovery_key(&self) -> &[u8; 32] {
        &self.recovery_key
    }

    /// What a password has to fulfil.
    pub fn password_policy(&self) -> PasswordPolicy {
        PasswordPolicy {
            min_length: self.config.passwords.min_length,
            min_score: self.config.passwords.min_score,
        }
    }

    /// A registered client, at most a second old.
    pub async fn client(&self, id: &str) -> Result<Option<Arc<Client>>, Fault> {
        let Some(id) = ClientId::parse(id) else {
            return Ok(None);
        };
        let load = async {
            let found = repo::clients::find(self.db.read(), &id).await?;
            Ok(found.map(Arc::new))
        };
        self.clients
            .try_get_with_by_ref(id.as_str(), load)
            .await
            .map_err(shared)
    }

    /// The registered scopes and resources, at most a second old.
    pub async fn registry(&self) -> Result<Arc<Registries>, Fault> {
        let load = async {
            let scopes = repo::scopes::list_all(self.db.read()).await?;
            let resources = repo::resources::list_all(self.db.read()).await?;
            Ok(Arc::new(Registries { scopes, resources }))
        };
        self.registries.try_get_with((), load).await.map_err(shared)
    }

    /// What a person holds now, at most a second old.
    pub async fn roles_of_user(&self, user: UserId) -> Result<Arc<EffectiveRoles>, Fault> {
        let now = self.now();
        let load = async {
            let held = repo::roles::effective_for_user(self.db.read(), user, now).await?;
            Ok(Arc::new(held))
        };
        let key = (SubjectKind::User, user.to_string());
        self.roles.try_get_with(key, load).await.map_err(shared)
    }

    /// What a client holds now for itself, at most a second old.
    pub async fn roles_of_client(&self, client: &ClientId) -> Result<Arc<EffectiveRoles>, Fault> {
        let now = self.now();
        let load = async {
            let held = repo::roles::effective_for_client(self.db.read(), client, now).await?;
            Ok(Arc::new(held))
        };
        let key = (SubjectKind::Client, client.as_str().to_owned());
        self.roles.try_get_with(key, load).await.map_err(shared)
    }
}

fn cache<K, V>(entries: u64) -> Cache<K, V>
where
    K: std::hash::Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    Cache::builder()
        .max_capacity(entries)
        .time_to_live(CACHE_LIFE)
        .build()
}

/// A load that several requests waited for fails for all of them alike.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that map_err wants"
)]
fn shared(fault: Arc<Fault>) -> Fault {
    match &*fault {
        Fault::Unavailable(cause) => Fault::Unavailable(cause.clone()),
        Fault::Internal(cause) => Fault::Internal(cause.clone()),
    }
}

/// The cost of a password hash, from configuration.
pub fn hash_params(config: &Config) -> HashParams {
    HashParams {
        m: config.passwords.hash_memory_kib,
        t: config.passwords.hash_iterations,
        p: config.passwords.hash_parallelism,
    }
}

/// The durations of key rotation, from configuration.
pub fn rotation_policy(config: &Config) -> RotationPolicy {
    let longest = config.tokens.access_ttl.max(config.tokens.id_ttl);
    RotationPolicy {
        rotate_after: config.keys.rotate_after,
        publish_lead: config.keys.publish_lead,
        ..RotationPolicy::for_token_life(longest)
    }
}
