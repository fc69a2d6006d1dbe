//! Fetches of documents from URLs that third parties configured, within limits.

use std::fmt;

use doorward_domain::time::Clock;
use doorward_egress::outgoing::{EgressClient, FetchRequirements, Fetched};
use doorward_rules::url_source::SourcedUrl;

use crate::rate_limit::RateLimiter;

/// The client, rate limits and clock of fetches.
#[derive(Clone, Copy)]
pub struct Fetcher<'a> {
    /// The client that reaches other servers.
    pub http: &'a EgressClient,
    pub rate_limiter: &'a RateLimiter,
    pub clock: &'a dyn Clock,
}

impl fmt::Debug for Fetcher<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fetcher")
    }
}

impl Fetcher<'_> {
    /// Fetches a document, unless the limit of its host is exceeded. The error is for the log.
    pub async fn get(
        &self,
        url: SourcedUrl<'_>,
        want: &FetchRequirements,
    ) -> Result<Fetched, String> {
        if self.rate_limiter.admit_fetch(url.text()).await.is_err() {
            return Err("too many fetches from this host".to_owned());
        }
        let fetched = self.http.get(url, want).await;
        fetched.map_err(|error| error.to_string())
    }
}
