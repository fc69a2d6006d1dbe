//! The client of a site. It is a part of this server: no other program can use it, because it has no secret.

use std::sync::Arc;

use doorward_config::Config;
use doorward_domain::model::{Client, ClientId, ClientKind, PkcePolicy, Site, SiteId};
use doorward_domain::time::UnixSeconds;
use doorward_protocol::scope::Scope;
use doorward_protocol::token::GrantType;
use doorward_services::context::Context;
use doorward_services::error::{Result, ServerError};
use doorward_services::transaction::in_plain_transaction;
use doorward_store::repo;

use crate::canonical::{Host, Scheme, parse_pattern};
use crate::proxy::PAGES;

/// Returns the ID of the client of a site.
pub fn id_of(site: SiteId) -> Result<ClientId> {
    let id = ClientId::parse(&format!("site-{site}"));
    id.ok_or_else(|| ServerError::internal("the ID of a site is no ID of a client"))
}

/// Returns the redirect URI at an origin.
pub fn redirect_uri(origin: &str) -> String {
    format!("{origin}{PAGES}/callback")
}

/// Returns the client of a site, and stores it first if it is missing or differs from the site.
pub async fn ensure(context: &Context, site: &Site) -> Result<Arc<Client>> {
    let core = &context.core;
    let id = id_of(site.id)?;
    let needed = |found: Option<&Client>| build(id.clone(), site, &core.config, found, core.now());
    let found = context.client(id.as_str()).await?;
    if let Some(found) = found.filter(|found| **found == needed(Some(found.as_ref()))) {
        return Ok(found);
    }
    let stored = in_plain_transaction(&core.db, async |tx| {
        let found = repo::clients::find(tx, &id).await?;
        let client = Client {
            updated_at: core.now(),
            ..needed(found.as_ref())
        };
        if found.is_some() {
            repo::clients::update(tx, &client).await?;
        } else {
            repo::clients::insert(tx, &client).await?;
        }
        Ok(client)
    });
    let stored = Arc::new(stored.await?);
    context.directory.remember_client(Arc::clone(&stored)).await;
    Ok(stored)
}

/// Builds the client that a site needs, with the times of the stored one.
fn build(
    id: ClientId,
    site: &Site,
    config: &Config,
    found: Option<&Client>,
    now: UnixSeconds,
) -> Client {
    let hosts = site.hosts.iter();
    let origins: Vec<String> = hosts.flat_map(|host| origins(host, config)).collect();
    let exact = origins.iter().filter(|origin| !origin.contains('*'));
    Client {
        redirect_uris: origins.iter().map(|origin| redirect_uri(origin)).collect(),
        grant_types: vec![GrantType::AuthorizationCode],
        scopes: Scope::from_iter(["openid"]),
        first_party: true,
        pkce: PkcePolicy::Required,
        serves: exact.cloned().collect(),
        created_at: found.map_or(now, |found| found.created_at),
        updated_at: found.map_or(now, |found| found.updated_at),
        disabled_at: found.and_then(|found| found.disabled_at),
        ..Client::new(id, site.name.clone(), ClientKind::Confidential, now)
    }
}

/// Returns the origins of a host: with `http` for loopback hosts in development.
fn origins(host: &str, config: &Config) -> Vec<String> {
    let is_plain = |host: Host| Scheme::Http.is_allowed(&host, config.is_dev());
    let mut origins = vec![format!("https://{host}")];
    if parse_pattern(host).is_ok_and(is_plain) {
        origins.push(format!("http://{host}"));
    }
    origins
}
