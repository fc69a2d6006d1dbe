//! This server as a relying party of its providers.

use std::fmt;

use doorward_domain::derived_keys::ProviderKey;
use doorward_domain::model::Provider;
use doorward_domain::time::Clock;

use super::error::UpstreamError;
use super::metadata_cache::{MetadataCache, ProviderEndpoints};
use super::transport::ProviderHttp;
use crate::outgoing::EgressClient;

/// The identity, keys and connections of this server towards providers.
#[derive(Clone, Copy)]
pub struct RelyingParty<'a> {
    pub http: &'a EgressClient,
    pub known: &'a MetadataCache,
    /// The issuer of this server, which redirect URIs begin with.
    pub issuer: &'a str,
    /// The key that encrypts the client secrets.
    pub secret_key: &'a ProviderKey,
    pub clock: &'a dyn Clock,
}

impl fmt::Debug for RelyingParty<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RelyingParty")
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

impl<'a> RelyingParty<'a> {
    pub(super) const fn http_of<'p>(&self, provider: &'p Provider) -> ProviderHttp<'p>
    where
        'a: 'p,
    {
        let http = self.http;
        ProviderHttp { http, provider }
    }

    pub(super) async fn endpoints(
        &self,
        provider: &Provider,
    ) -> Result<ProviderEndpoints, UpstreamError> {
        self.known.endpoints(self.http, self.clock, provider).await
    }

    /// Returns newer endpoints than those that a token could not be verified with. Returns `None` if they
    /// were fetched too often within the last minute.
    pub(super) async fn refetch_endpoints(
        &self,
        provider: &Provider,
        used: &ProviderEndpoints,
    ) -> Option<ProviderEndpoints> {
        let (http, clock) = (self.http, self.clock);
        self.known.newer(http, clock, provider, used).await
    }
}
