//! The small web client at `/web/`: a relying party like any other, which happens to be served
//! from the same process. It signs in at the issuer by redirect, keeps its session on the server,
//! and calls the tasks API over HTTP with the person's access token.

mod api;
mod browser;
mod error;
mod http_client;
mod provider;
mod seal;
mod session;
mod sign_in;
mod sign_out;
mod store;
mod tasks;
mod views;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::{Method, header};
use doorward_access::clock::Clock;
use doorward_access::guard::Routes;
use moka::sync::Cache;
use sea_orm::DatabaseConnection;
use tokio::sync::Mutex;
use url::Url;

use self::api::Api;
use self::error::WebError;
use self::http_client::Http;
use self::provider::Provider;
use crate::app::StartError;
use crate::config::{Config, WebClient};

/// How many sessions can be refreshing at once before locks are forgotten.
const REFRESHING: u64 = 10_000;
/// How long a session's refresh lock is remembered; longer than any refresh takes.
const REFRESHING_LIFE: Duration = Duration::from_mins(2);

/// What the pages need.
pub(crate) struct Web {
    provider: Provider,
    api: Api,
    db: DatabaseConnection,
    clock: Arc<dyn Clock>,
    refreshing: Cache<Vec<u8>, Arc<Mutex<()>>>,
    issuer: String,
    public_url: String,
    secure: bool,
    csp: String,
}

impl Web {
    pub(crate) fn new(
        config: &Config,
        client: WebClient,
        local_addr: SocketAddr,
        db: &DatabaseConnection,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, StartError> {
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
            csp: views::csp(&issuer),
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

/// The routes of the web client. They are public: what a visitor may see is decided by the
/// session behind their cookie, and every access to a task by the API itself.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .public(Method::GET, "/", home)
        .public(Method::GET, "/web", home)
        .public(Method::GET, "/web/", tasks::list)
        .public(Method::GET, "/web/login", sign_in::start)
        .public(Method::POST, "/web/login", sign_in::start)
        .public(Method::GET, "/web/callback", sign_in::callback)
        .public(Method::POST, "/web/logout", sign_out::sign_out)
        .public(Method::GET, "/web/tasks", home)
        .public(Method::POST, "/web/tasks", tasks::add)
        .public(Method::POST, "/web/tasks/{id}/status", tasks::set_status)
        .public(Method::POST, "/web/tasks/{id}/delete", tasks::delete)
        .public(Method::GET, "/web/tasks.{hash}.css", views::style_sheet)
}

/// `GET /`, `/web`, `/web/tasks`: to the page.
async fn home() -> HttpResponse {
    see_other("/web/")
}

/// The answer under `/web/` where there is nothing.
pub(crate) fn page_not_found() -> HttpResponse {
    actix_web::ResponseError::error_response(&WebError::NotFound)
}

/// RFC 9110 §15.4.4: the browser goes on with GET, whatever it came with.
fn see_other(target: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, target))
        .finish()
}
