//! Clients, registries and other servers.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

use doorward_domain::derived_keys::ProviderKey;
use doorward_domain::model::former_name::FormerName;
use doorward_domain::model::{BrandOwner, ClaimMapping, Provider, Resource, ScopeEntry, TextOwner};
use doorward_egress::outgoing::{EgressClient, Resolver, System};
use doorward_egress::upstream::MetadataCache;
use doorward_i18n::overlay::Overlay;
use doorward_protocol::authorization_details::DetailType;
use doorward_protocol::scope::Scope;
use doorward_rules::authorize::Registry;
use doorward_rules::client_document::{self, DocumentPolicy};
use doorward_rules::origin;
use doorward_rules::own_brand::OwnBrand;
use doorward_store::repo::registry_versions::{self, CountedRegistry};

use super::core::Core;
use super::{effective_roles, settings};
use crate::cache::LoadedCache;
use crate::client_certificate::Authorities;
use crate::client_keys::ClientKeys;
use crate::detail_types;
use crate::error::{Result, ServerError};
use crate::fetcher::Fetches;
use crate::issued_tokens::IssuedTokens;
use crate::own_texts::{self, OwnTexts};
use crate::prelude::*;
use crate::request_documents::RequestDocuments;
use crate::secret_use::SecretUseLog;
use crate::sector_documents::SectorDocuments;

/// Maximum age of a cached client, registry or limit's roles.
pub const CACHE_TTL: Duration = Duration::from_secs(1);

/// Maximum number of clients with one origin that are asked for an active one.
const ORIGIN_CLIENTS: u64 = 100;

/// The key of a cache with one entry.
const ALL: &[u8] = &[];

/// Maximum number of clients that one statement reads by ID.
const PRELOADED: usize = 500;

#[derive(Debug)]
pub struct Directory {
    /// The client for URLs that other parties configured.
    pub http: EgressClient,
    /// The authorities that may issue certificates to clients.
    pub authorities: Authorities,
    pub client_keys: ClientKeys,
    /// The cache of request objects by reference.
    pub request_documents: RequestDocuments,
    pub sectors: SectorDocuments,
    pub upstreams: MetadataCache,
    /// The times of recent fetches of client documents.
    pub documents: Fetches,
    /// The key that encrypts the client secrets of identity providers, and login states.
    pub provider_key: ProviderKey,
    /// The last uses of client secrets, until they are written.
    pub secret_uses: SecretUseLog,
    /// The numbers of issued tokens, until they are written.
    pub issued: Arc<IssuedTokens>,
    pub own_texts: OwnTexts,
    document_scopes: Scope,
    clients: LoadedCache<Client>,
    roles: LoadedCache<EffectiveRoles>,
    client_roles: LoadedCache<EffectiveRoles>,
    registries: Counted<Registries>,
    /// Origins that an active client has registered.
    origins: LoadedCache<()>,
    providers: LoadedCache<Vec<Provider>>,
    domains: Counted<HashMap<String, String>>,
    brands: LoadedCache<OwnBrand>,
    texts: LoadedCache<Overlay>,
}

/// A registry, at most a second old, with the version as which it was read. It is read again only
/// after a change.
#[derive(Debug)]
struct Counted<T: Send + Sync + 'static> {
    recent: LoadedCache<T>,
    kept: Mutex<Option<(i64, Arc<T>)>>,
}

impl<T: Send + Sync + 'static> Counted<T> {
    fn new() -> Self {
        Self {
            recent: LoadedCache::new(1, CACHE_TTL),
            kept: Mutex::new(None),
        }
    }

    fn kept(&self) -> MutexGuard<'_, Option<(i64, Arc<T>)>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn get<F>(
        &self,
        conn: &Conn,
        registry: CountedRegistry,
        read: impl FnOnce() -> F + Send,
    ) -> Result<Arc<T>>
    where
        F: Future<Output = Result<T>> + Send,
    {
        let load = || async {
            let current = registry_versions::find(conn, registry).await?;
            if let Some((version, kept)) = &*self.kept()
                && *version == current
            {
                return Ok(Arc::clone(kept));
            }
            let read = Arc::new(read().await?);
            *self.kept() = Some((current, Arc::clone(&read)));
            Ok(read)
        };
        self.recent.get_or_load(ALL, load).await
    }

    fn clear(&self) {
        self.recent.clear();
        *self.kept() = None;
    }
}

impl Directory {
    pub(super) fn new(config: &Config, master: &MasterKey) -> Self {
        Self {
            http: EgressClient::new(settings::networks(config), Arc::new(System)),
            authorities: Authorities::default(),
            client_keys: ClientKeys::default(),
            request_documents: RequestDocuments::default(),
            sectors: SectorDocuments::default(),
            upstreams: MetadataCache::default(),
            documents: Fetches::default(),
            provider_key: ProviderKey::derive(master),
            secret_uses: SecretUseLog::default(),
            issued: Arc::default(),
            own_texts: OwnTexts::default(),
            document_scopes: config.client_metadata_documents.scope(),
            clients: LoadedCache::new(10_000, CACHE_TTL),
            roles: LoadedCache::new(10_000, CACHE_TTL),
            client_roles: LoadedCache::new(10_000, CACHE_TTL),
            registries: Counted::new(),
            origins: LoadedCache::new(10_000, CACHE_TTL),
            providers: LoadedCache::new(1, CACHE_TTL),
            domains: Counted::new(),
            brands: LoadedCache::new(10_000, CACHE_TTL),
            texts: LoadedCache::new(1_000, CACHE_TTL),
        }
    }

    pub(super) fn resolve(&mut self, config: &Config, names: Arc<dyn Resolver>) {
        self.http = EgressClient::new(settings::networks(config), names);
    }

    pub fn document_policy<'a>(&'a self, core: &'a Core) -> DocumentPolicy<'a> {
        let documents = &core.config.client_metadata_documents;
        let pkce = core.config.clients.pkce;
        let algorithms = &core.config.keys.algorithms;
        documents.policy(
            &self.document_scopes,
            pkce,
            algorithms,
            self.http.allows_loopback(),
            &core.config.client_registration.redirect_schemes,
            &core.config.branding.name,
        )
    }

    /// Returns a client as the current policy allows it: see [`client_document::as_served`].
    pub fn served(&self, core: &Core, client: Client) -> Arc<Client> {
        Arc::new(client_document::as_served(
            client,
            &self.document_policy(core),
            core.now(),
        ))
    }

    #[boxed]
    pub async fn remember_client(&self, client: Arc<Client>) {
        let id = client.id.clone();
        self.clients.insert(id.as_str(), client).await;
    }

    /// Returns a registered client, or one with a stored metadata document, at most a second old.
    #[boxed]
    pub async fn client(&self, core: &Core, id: &str) -> Result<Option<Arc<Client>>> {
        // A key is a valid ID, so that the text needs no check and no copy.
        if let Some(stored) = self.clients.get(id).await {
            return Ok(Some(stored));
        }
        let Some(id) = ClientId::parse(id) else {
            return Ok(None);
        };
        let load = || async {
            let found = repo::clients::find(core.db.read_reserved(), &id).await?;
            Ok::<_, ServerError>(found.map(|client| self.served(core, client)))
        };
        self.clients.get_if_found(id.as_str(), load).await
    }

    /// Reads those of the clients that are not cached, for [`Self::client`], with few statements.
    pub async fn preload_clients(
        &self,
        core: &Core,
        ids: impl Iterator<Item = &ClientId>,
    ) -> Result<()> {
        let missing = ids.filter(|id| !self.clients.contains(id.as_str()));
        let missing: Vec<&ClientId> = missing.collect();
        for ids in missing.chunks(PRELOADED) {
            for client in repo::clients::find_all(core.db.read_reserved(), ids).await? {
                self.remember_client(self.served(core, client)).await;
            }
        }
        Ok(())
    }

    /// Returns the registered scopes, resources, types of authorization details, custom claims and former
    /// names, at most a second old.
    #[boxed]
    pub async fn registry(&self, core: &Core) -> Result<Arc<Registries>> {
        let conn = core.db.read_reserved();
        let read = || async {
            Ok(Registries {
                scopes: repo::scopes::list_all(conn).await?,
                resources: repo::resources::list_all(conn).await?,
                claims: repo::custom_claims::list_all(conn).await?,
                details: detail_types::known(core.config.authorization.details_types()),
                former: repo::former_names::list(conn, core.now()).await?,
            })
        };
        let counted = CountedRegistry::Registries;
        let known = self.registries.get(conn, counted, read).await?;
        let now = core.now();
        if known.former.iter().all(|former| former.is_live(now)) {
            return Ok(known);
        }
        // The date of a former name has passed: no change of a row says so.
        self.registries.clear();
        self.registries.get(conn, counted, read).await
    }

    /// Returns the active identity providers, at most a second old: for buttons, never for
    /// decisions.
    #[boxed]
    pub async fn providers(&self, core: &Core) -> Result<Arc<Vec<Provider>>> {
        let load = || async {
            let known = repo::providers::list_active(core.db.read()).await?;
            Ok(Arc::new(known))
        };
        self.providers.get_or_load(ALL, load).await
    }

    /// Returns true if an active client has registered this origin, at most a second old.
    #[boxed]
    pub async fn is_registered_origin(&self, core: &Core, sender: &str) -> Result<bool> {
        if sender.len() > origin::MAX_BYTES {
            return Ok(false);
        }
        let load = || async {
            let read = core.db.read();
            let found =
                repo::client_origins::list_clients(read, sender, None, ORIGIN_CLIENTS).await?;
            for id in found {
                let client = self.client(core, id.as_str()).await?;
                let admits = |client: &Client| client.is_active() && origin::admits(client, sender);
                if client.is_some_and(|client| admits(&client)) {
                    return Ok(Some(Arc::new(())));
                }
            }
            Ok(None)
        };
        let found = self.origins.get_if_found(sender, load).await?;
        Ok(found.is_some())
    }

    /// Returns the slug of the organization with this domain, at most a second old. Requests for
    /// unknown hosts read the database at most once a second.
    #[boxed]
    pub async fn organization_of_domain(
        &self,
        core: &Core,
        domain: &str,
    ) -> Result<Option<String>> {
        let conn = core.db.read();
        let read = || async {
            let known = repo::organizations::list_domains(conn).await?;
            Ok(known.into_iter().collect())
        };
        let known = self
            .domains
            .get(conn, CountedRegistry::Domains, read)
            .await?;
        Ok(known.get(domain).cloned())
    }

    /// Returns the own brand of a client or an organization, at most a second old; empty if it has
    /// none.
    pub async fn own_brand(&self, core: &Core, owner: BrandOwner) -> Result<Arc<OwnBrand>> {
        let load = || async {
            let found = repo::brands::find(core.db.read(), &owner).await?;
            Ok(Arc::new(found))
        };
        self.brands.get_or_load(owner.key(), load).await
    }

    /// Returns the own texts of a client or an organization, at most a second old.
    pub async fn texts_of(&self, core: &Core, owner: TextOwner) -> Result<Arc<Overlay>> {
        let load = || async {
            let found = repo::own_texts::list(core.db.read(), &owner).await?;
            Ok(Arc::new(own_texts::overlay_of(&found)))
        };
        self.texts.get_or_load(owner.key(), load).await
    }

    /// Returns the global roles of a user, at most a second old: for rate limits, never for tokens.
    #[boxed]
    pub async fn recent_roles_of_user(
        &self,
        core: &Core,
        user: UserId,
    ) -> Result<Arc<EffectiveRoles>> {
        let load = || async {
            let roles = effective_roles::of_user_in(core, user, OrgScope::Global).await?;
            Ok(Arc::new(roles))
        };
        self.roles.get_or_load(user.as_uuid(), load).await
    }

    /// Returns the roles that a client has for itself in this organization, or globally, at most a
    /// second old, like its registration (decision 68).
    #[boxed]
    pub async fn recent_roles_of_client(
        &self,
        core: &Core,
        client: &ClientId,
        org: Option<&str>,
    ) -> Result<Arc<EffectiveRoles>> {
        let load = || async {
            let roles =
                effective_roles::of_client_in(core, client, OrgScope::from_org(org)).await?;
            Ok(Arc::new(roles))
        };
        // Neither contains a space.
        let key = format!("{client} {}", org.unwrap_or_default());
        self.client_roles.get_or_load(key, load).await
    }

    /// Clears the cached objects that administrators change, so that a change by this process takes
    /// effect at once: roles of clients, registries such as claims and scopes, domains of organizations,
    /// brands and own texts.
    pub fn clear_administered(&self) {
        self.client_roles.clear();
        self.registries.recent.clear();
        self.domains.recent.clear();
        self.brands.clear();
        self.texts.clear();
    }

    /// Clears all caches, after the store was changed by another process.
    pub fn clear_caches(&self) {
        self.clients.clear();
        self.roles.clear();
        self.clear_administered();
        self.registries.clear();
        self.domains.clear();
        self.origins.clear();
        self.providers.clear();
    }
}

/// The registered scopes, resources, types of authorization details, custom claims and former names.
#[derive(Debug)]
pub struct Registries {
    pub scopes: Vec<ScopeEntry>,
    pub resources: Vec<Resource>,
    pub details: Vec<DetailType>,
    pub claims: Vec<ClaimMapping>,
    pub former: Vec<FormerName>,
}

impl Registries {
    /// Returns the name of a resource; its identifier if it is not registered.
    pub fn resource_name(&self, identifier: &str) -> String {
        let mut resources = self.resources.iter();
        let found = resources.find(|resource| resource.identifier == identifier);
        found
            .map_or(identifier, |found| found.name.as_str())
            .to_owned()
    }

    /// Returns the view that the domain's rules use.
    pub fn view(&self) -> Registry<'_> {
        Registry {
            scopes: &self.scopes,
            resources: &self.resources,
            details: &self.details,
            former: &self.former,
        }
    }
}
