//! What the pages of the web client need.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use doorward_access::clock::Clock;
use moka::sync::Cache;
use sea_orm::DatabaseConnection;
use tokio::sync::Mutex;
use url::Url;

use super::api::Api;
use super::http_client::Http;
use super::page;
use super::provider::Provider;
use crate::config::{Config, WebClient};

/// How many sessions can be refreshing at once before locks are forgotten.
const REFRESHING: u64 = 10_000;
/// How long a session's refresh lock is remembered; longer than any refresh takes.
const REFRESHING_LIFE: Duration = Duration::from_mins(2);

/// Why the web client cannot be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WebClientError {
    /// Its HTTP client cannot be made.
    #[error(transparent)]
    Http(#[from] reqwest::Error),
    /// An address is not a URL.
    #[error(transparent)]
    Url(#[from] url::ParseError),
}

/// What the pages need.
pub(crate) struct Web {
    pub(super) provider: Provider,
    pub(super) api: Api,
    pub(super) db: DatabaseConnection,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) refreshing: Cache<Vec<u8>, Arc<Mutex<()>>>,
    pub(super) issuer: String,
    pub(super) public_url: String,
    pub(super) secure: bool,
    pub(super) csp: String,
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
        let issuer = Url::parse(&config.issuer)?.origin().ascii_serialization();
        Ok(Self {
            provider: Provider::new(&config.issuer, client, http, Arc::clone(clock))?,
            api,
            db: db.clone(),
            clock: Arc::clone(clock),
            refreshing: Cache::builder()
                .max_capacity(REFRESHING)
                .time_to_idle(REFRESHING_LIFE)
                .build(),
            issuer: config.issuer.clone(),
            public_url: config.public_url.clone(),
            secure: config.is_https(),
            csp: page::csp(&issuer),
        })
    }
}

/// A server that listens on every address is reached by the loopback one.
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
