//! What every request shares: configuration, database, keys, caches, clock.

mod registries;
pub mod settings;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use doorward_config::Config;
use doorward_domain::credentials::password::PasswordPolicy;
use doorward_domain::model::{Client, ClientId, EffectiveRoles, OrgScope, Provider, UserId};
use doorward_domain::rules::audit_chain::ChainKey;
use doorward_domain::rules::client_document::{self, DocumentPolicy};
use doorward_domain::rules::origin;
use doorward_domain::rules::subject::SubjectKey;
use doorward_domain::secret::{KeyPurpose, MasterKey};
use doorward_domain::time::{Clock, UnixSeconds};
use doorward_egress::outgoing::{EgressClient, Resolver, System};
use doorward_egress::upstream::MetadataCache;
use doorward_protocol::introspection::IntrospectionResponse;
use doorward_protocol::scope::Scope;
use doorward_store::{Db, Ephemeral, repo};
use doorward_telemetry::metrics::Metrics;
use doorward_telemetry::telemetry::Traces;
use moka::future::Cache;

use crate::audit_anchor::AuditAnchor;
use crate::client_certificate::Authorities;
use crate::client_fetches::Fetches;
use crate::client_keys::ClientKeys;
use crate::denial_log::Keeper;
use crate::detail_types;
use crate::error::ServerError;
use crate::fetcher::Fetcher;
use crate::geoip::GeoIp;
use crate::hashing::HashingPool;
use crate::jobs::Jobs;
use crate::outbox::MailOutbox;
use crate::passkeys::Passkeys;
use crate::pictures::PictureEncoder;
use crate::rate_limit::RateLimiter;
use crate::read_cache::ReadCache;
use crate::sector_documents::SectorDocuments;
use crate::signed_metadata::SignedMetadata;
use crate::signing_keys::Keys;

pub use registries::Registries;

/// Maximum age of a cached client, registry or limit's roles (DESIGN §2.11).
const CACHE_LIFE: Duration = Duration::from_secs(1);
/// Number of clients one query reads.
const CLIENTS_AT_ONCE: u64 = 100;

/// What every request shares.
#[derive(Debug)]
pub struct State {
    /// The configuration, fixed at start.
    pub config: Config,
    /// Truth.
    pub db: Db,
    /// What may be lost.
    pub ephemeral: Arc<dyn Ephemeral>,
    /// What is counted for the operator.
    pub metrics: Arc<Metrics>,
    /// Where spans of requests are put.
    pub traces: Arc<Traces>,
    /// Counts tries.
    pub throttle: RateLimiter,
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
    /// The signing keys.
    pub keys: Keys,
    /// Where passwords are hashed.
    pub hashing: HashingPool,
    /// Where uploaded pictures are drawn anew.
    pub studio: PictureEncoder,
    /// Work that waits.
    pub jobs: Jobs,
    /// The one way out to addresses that somebody else has written down.
    pub outgoing: EgressClient,
    /// Who may issue certificates to clients.
    pub authorities: Authorities,
    /// The public keys of clients.
    pub client_keys: ClientKeys,
    /// The sector identifiers of clients that were fetched lately.
    pub sectors: SectorDocuments,
    /// What is known of the providers that people sign in with.
    pub upstreams: MetadataCache,
    /// Which documents of clients were fetched lately.
    pub documents: Fetches,
    /// The server metadata as it was signed.
    pub signed_metadata: SignedMetadata,
    /// The relying party of passkeys; none where they are off.
    pub passkeys: Option<Passkeys>,
    /// Where addresses are, for people.
    pub geoip: GeoIp,
    /// How many refusals of strangers were kept lately.
    pub refusals: Keeper,
    /// The key of the audit log's chain.
    pub audit_key: ChainKey,
    /// The head of the audit log outside the database.
    pub audit_anchor: AuditAnchor,
    subject_key: SubjectKey,
    csrf_key: [u8; 32],
    totp_key: [u8; 32],
    recovery_key: [u8; 32],
    email_code_key: [u8; 32],
    api_key_key: [u8; 32],
    pagination_key: [u8; 32],
    once_key: [u8; 32],
    draft_key: [u8; 32],
    dpop_nonce_key: [u8; 32],
    provider_key: [u8; 32],
    document_scopes: Scope,
    clients: Cache<String, Option<Arc<Client>>>,
    roles: Cache<UserId, Arc<EffectiveRoles>>,
    client_roles: Cache<(ClientId, Option<String>), Arc<EffectiveRoles>>,
    registries: Cache<(), Arc<Registries>>,
    origins: Cache<(), Arc<HashSet<String>>>,
    providers: Cache<(), Arc<Vec<Provider>>>,
    /// What access tokens were to a client, by the client and the hash of the token.
    pub introspections: ReadCache<(ClientId, [u8; 32]), Option<IntrospectionResponse>>,
}

impl State {
    /// Puts the parts together.
    pub fn new(
        config: Config,
        db: Db,
        ephemeral: Arc<dyn Ephemeral>,
        clock: Arc<dyn Clock>,
        geoip: GeoIp,
        master: MasterKey,
    ) -> Self {
        let shared = Arc::clone(&ephemeral);
        let metrics = Arc::new(Metrics::new());
        let throttle = RateLimiter::new(shared, &master, &config.limits, Arc::clone(&metrics));
        let throttle = if config.is_dev() {
            throttle.forgiving_sign_ins()
        } else {
            throttle
        };
        let timed = Arc::clone(&metrics);
        let hashing = HashingPool::start(
            settings::hash_params(&config),
            config.passwords.hash_memory_budget_kib,
        )
        .timed(Arc::new(move |took| timed.password_hash(took)));
        let counted = Arc::clone(&metrics);
        let db = db.observed(move |ran| counted.query(ran.took, ran.failed));
        let subject_key = SubjectKey::derive(&master);
        let csrf_key = master.derive(KeyPurpose::Csrf);
        let totp_key = master.derive(KeyPurpose::TotpEncryption);
        let recovery_key = master.derive(KeyPurpose::RecoveryCode);
        let email_code_key = master.derive(KeyPurpose::EmailCode);
        let audit_key = ChainKey::derive(&master);
        let audit_anchor = AuditAnchor::new(config.audit_head_file());
        let api_key_key = master.derive(KeyPurpose::ApiKey);
        let pagination_key = master.derive(KeyPurpose::Pagination);
        let once_key = master.derive(KeyPurpose::OnceAnswer);
        let draft_key = master.derive(KeyPurpose::Draft);
        let dpop_nonce_key = master.derive(KeyPurpose::DpopNonce);
        let provider_key = master.derive(KeyPurpose::Provider);
        let passkeys = Passkeys::new(&config, master.derive(KeyPurpose::Passkey));
        let jobs = Jobs::new(&master);
        let keys = Keys::new(master, settings::rotation_policy(&config));
        Self {
            db,
            ephemeral,
            metrics,
            traces: Arc::new(Traces::new(config.telemetry.otlp_endpoint.is_some())),
            throttle,
            clock,
            keys,
            hashing,
            studio: PictureEncoder::default(),
            jobs,
            outgoing: EgressClient::new(settings::networks(&config), Arc::new(System)),
            authorities: Authorities::default(),
            client_keys: ClientKeys::default(),
            sectors: SectorDocuments::default(),
            upstreams: MetadataCache::default(),
            documents: Fetches::default(),
            signed_metadata: SignedMetadata::default(),
            document_scopes: config.client_metadata_documents.scope(),
            passkeys,
            geoip,
            refusals: Keeper::default(),
            audit_key,
            audit_anchor,
            subject_key,
            csrf_key,
            totp_key,
            recovery_key,
            email_code_key,
            api_key_key,
            pagination_key,
            once_key,
            draft_key,
            dpop_nonce_key,
            provider_key,
            clients: cache(10_000),
            roles: cache(10_000),
            client_roles: cache(10_000),
            registries: cache(1),
            origins: cache(1),
            providers: cache(1),
            introspections: ReadCache::new(2_000),
            config,
        }
    }

    /// With the authorities that may issue certificates to clients; without, there are none.
    #[must_use]
    pub fn trusting(mut self, authorities: Authorities) -> Self {
        self.authorities = authorities;
        self
    }

    /// The same, with another place where the addresses of names come from.
    #[must_use]
    pub fn resolving(mut self, names: Arc<dyn Resolver>) -> Self {
        self.outgoing = EgressClient::new(settings::networks(&self.config), names);
        self
    }

    /// The issuer identifier: the public origin.
    pub fn issuer(&self) -> &str {
        &self.config.issuer
    }

    /// The letters that this server promises.
    pub const fn letters(&self) -> MailOutbox<'_> {
        MailOutbox::of_server(&self.config, &self.jobs, &self.geoip)
    }

    /// Fetches documents whose addresses others wrote down.
    pub fn fetcher(&self) -> Fetcher<'_> {
        Fetcher {
            http: &self.outgoing,
            throttle: &self.throttle,
            clock: &*self.clock,
        }
    }

    /// Whether people reach the server over TLS, which decides the names and flags of cookies.
    pub fn is_https(&self) -> bool {
        self.config.issuer.starts_with("https://")
    }

    /// The time.
    pub fn now(&self) -> UnixSeconds {
        self.clock.now()
    }

    /// Returns the `sub` by which this client, and resource servers behind it, know a user (OIDC Core §8).
    pub fn subject(&self, client: &Client, user: UserId) -> String {
        self.subject_key.subject(client, user)
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

    /// The key of the hashes of mailed codes.
    pub const fn email_code_key(&self) -> &[u8; 32] {
        &self.email_code_key
    }

    /// The key of the hashes of API keys.
    pub const fn api_key_key(&self) -> &[u8; 32] {
        &self.api_key_key
    }

    /// The key that seals the cursors of lists.
    pub const fn pagination_key(&self) -> &[u8; 32] {
        &self.pagination_key
    }

    /// The key that seals the kept answers of creations, with the secrets that are shown once.
    pub const fn once_key(&self) -> &[u8; 32] {
        &self.once_key
    }

    /// Makes the nonces of DPoP proofs.
    pub const fn dpop_nonce_key(&self) -> &[u8; 32] {
        &self.dpop_nonce_key
    }

    /// The key that seals the secrets of upstream providers, and journeys to them.
    pub const fn provider_key(&self) -> &[u8; 32] {
        &self.provider_key
    }

    /// The key that seals forms that could not be saved yet.
    pub const fn draft_key(&self) -> &[u8; 32] {
        &self.draft_key
    }

    /// What a password has to fulfil.
    pub fn password_policy(&self) -> PasswordPolicy {
        PasswordPolicy {
            min_length: self.config.passwords.min_length,
            min_score: self.config.passwords.min_score,
        }
    }

    /// What clients that are known by a document alone may be today.
    pub fn document_policy(&self) -> DocumentPolicy<'_> {
        let documents = &self.config.client_metadata_documents;
        documents.policy(&self.document_scopes, self.outgoing.reaches_this_machine())
    }

    /// A client as it is served at this moment: see [`client_document::as_served`].
    pub fn served(&self, client: Client) -> Arc<Client> {
        Arc::new(client_document::as_served(
            client,
            &self.document_policy(),
            self.now(),
        ))
    }

    /// Takes the client as it has just become.
    pub async fn remember_client(&self, client: Arc<Client>) {
        let id = client.id.to_string();
        self.clients.insert(id, Some(client)).await;
    }

    /// A registered client, or one whose document is kept, at most a second old.
    pub async fn client(&self, id: &str) -> Result<Option<Arc<Client>>, ServerError> {
        let Some(id) = ClientId::parse(id) else {
            return Ok(None);
        };
        let load = async {
            let found = repo::clients::find(self.db.read_reserved(), &id).await?;
            Ok::<_, ServerError>(found.map(|client| self.served(client)))
        };
        // That there is no such document is not remembered: it may be fetched by now.
        if client_document::has_form(id.as_str(), &self.document_policy()) {
            if let Some(kept) = self.clients.get(id.as_str()).await {
                return Ok(kept);
            }
            let found = load.await?;
            if let Some(client) = &found {
                self.remember_client(Arc::clone(client)).await;
            }
            return Ok(found);
        }
        self.clients
            .try_get_with_by_ref(id.as_str(), load)
            .await
            .map_err(shared)
    }

    /// The registered scopes and resources, at most a second old.
    pub async fn registry(&self) -> Result<Arc<Registries>, ServerError> {
        let load = async {
            let read = self.db.read_reserved();
            let scopes = repo::scopes::list_all(read).await?;
            let resources = repo::resources::list_all(read).await?;
            let details = detail_types::known(self.config.authorization.details_types());
            Ok(Arc::new(Registries {
                scopes,
                resources,
                details,
            }))
        };
        self.registries.try_get_with((), load).await.map_err(shared)
    }

    /// The providers that are switched on, at most a second old: for buttons, never for a verdict.
    pub async fn providers(&self) -> Result<Arc<Vec<Provider>>, ServerError> {
        let load = async {
            let known = repo::providers::list_active(self.db.read()).await?;
            Ok(Arc::new(known))
        };
        self.providers.try_get_with((), load).await.map_err(shared)
    }

    /// Every origin that an active client has registered, at most a second old.
    pub async fn origins(&self) -> Result<Arc<HashSet<String>>, ServerError> {
        let load = async {
            let mut origins = HashSet::new();
            let mut last: Option<ClientId> = None;
            loop {
                let page =
                    repo::clients::list(self.db.read(), last.as_ref(), CLIENTS_AT_ONCE).await?;
                let served = page.iter().map(|client| self.served(client.clone()));
                let active = served.filter(|client| client.is_active());
                origins.extend(active.flat_map(|client| origin::of(&client)));
                match page.last() {
                    Some(client) => last = Some(client.id.clone()),
                    None => return Ok(Arc::new(origins)),
                }
            }
        };
        self.origins.try_get_with((), load).await.map_err(shared)
    }

    /// What a person holds everywhere, at most a second old: for limits, never for a token.
    pub async fn recent_roles_of_user(
        &self,
        user: UserId,
    ) -> Result<Arc<EffectiveRoles>, ServerError> {
        let load = async {
            let held = self.roles_of_user_in(user, OrgScope::Global).await?;
            Ok(Arc::new(held))
        };
        self.roles.try_get_with(user, load).await.map_err(shared)
    }

    /// What a person holds at this moment in this place. Read anew: what was taken is in no token
    /// that is issued afterwards, at whichever replica (decision 50).
    pub async fn roles_of_user_in(
        &self,
        user: UserId,
        place: OrgScope<'_>,
    ) -> Result<EffectiveRoles, ServerError> {
        let (read, now) = (self.db.read_reserved(), self.now());
        Ok(repo::roles::effective_for_user_in(read, user, place, now).await?)
    }

    /// What a client holds for itself at this moment in this place, read anew as well.
    pub async fn roles_of_client_in(
        &self,
        client: &ClientId,
        place: OrgScope<'_>,
    ) -> Result<EffectiveRoles, ServerError> {
        let (read, now) = (self.db.read_reserved(), self.now());
        Ok(repo::roles::effective_for_client_in(read, client, place, now).await?)
    }

    /// What a client holds for itself in this organization, or in none: at most a second old, as its
    /// registration is (decision 68).
    pub async fn recent_roles_of_client(
        &self,
        client: &ClientId,
        org: Option<&str>,
    ) -> Result<Arc<EffectiveRoles>, ServerError> {
        let load = async {
            let held = self.roles_of_client_in(client, OrgScope::of(org)).await?;
            Ok(Arc::new(held))
        };
        let key = (client.clone(), org.map(str::to_owned));
        let loaded = self.client_roles.try_get_with(key, load).await;
        loaded.map_err(shared)
    }

    /// Forgets what clients hold: something of it was changed here, and counts at once.
    pub fn forget_client_roles(&self) {
        self.client_roles.invalidate_all();
    }

    /// Reads everything anew that is otherwise up to a second old: for who has changed the store beside
    /// this process and does not wait.
    pub fn clear_caches(&self) {
        self.clients.invalidate_all();
        self.roles.invalidate_all();
        self.forget_client_roles();
        self.registries.invalidate_all();
        self.origins.invalidate_all();
        self.providers.invalidate_all();
        self.introspections.forget();
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
fn shared(fault: Arc<ServerError>) -> ServerError {
    match &*fault {
        ServerError::Unavailable(cause) => ServerError::Unavailable(cause.clone()),
        ServerError::Internal(cause) => ServerError::Internal(cause.clone()),
    }
}
