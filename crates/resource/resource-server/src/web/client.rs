//! The state of the web client's pages.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use doorward_access::clock::Clock;
use moka::sync::Cache;
use sea_orm::DatabaseConnection;
use tokio::sync::Mutex;

use super::api::Api;
use super::http_client::Http;
use super::provider::Provider;
use crate::config::{Config, WebClient};

/// Maximum number of sessions with a refresh lock; the oldest locks are evicted.
const REFRESHING: u64 = 10_000;
/// Time for which a session's refresh lock is kept; longer than any refresh takes.
const REFRESH_TTL: Duration = Duration::from_mins(2);

#[derive(Debug, thiserror::Error)]
pub enum WebClientError {
    #[error("the web client's HTTP client cannot be made: {0}")]
    Http(#[from] reqwest::Error),
    #[error("an address of the web client is not a URL: {0}")]
    Url(#[from] url::ParseError),
}

pub(crate) struct Web {
    pub(super) provider: Provider,
    pub(super) api: Api,
    pub(super) db: DatabaseConnection,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) refreshing: Cache<Vec<u8>, Arc<Mutex<()>>>,
    pub(super) issuer: String,
    pub(super) public_url: String,
    pub(super) secure: bool,
}

impl Web {
    pub(crate) fn new(
        config: &Config,
        client: WebClient,
        local_addr: SocketAddr,
        db: &DatabaseConnection,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, WebClientError> {
        let http = Http::new()?;
        let base = client.api_url.clone();
        let api = Api {
            http: http.clone(),
            base: base.unwrap_or_else(|| format!("http://{}", reachable(local_addr))),
        };
        Ok(Self {
            provider: Provider::new(&config.issuer, client, http, Arc::clone(clock))?,
            api,
            db: db.clone(),
            clock: Arc::clone(clock),
            refreshing: Cache::builder()
                .max_capacity(REFRESHING)
                .time_to_idle(REFRESH_TTL)
                .build(),
            issuer: config.issuer.clone(),
            public_url: config.public_url.clone(),
            secure: config.is_https(),
        })
    }
}

/// Replaces the unspecified address of a listener by the loopback address.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        let loopback = match address {
            SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        };
        address.set_ip(loopback);
    }
    address
}
