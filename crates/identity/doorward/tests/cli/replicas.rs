//! Tests that every server on the same database applies a change of the command line within a
//! second, with and without Redis (decision 73).

use std::cell::Cell;
use std::pin::pin;
use std::time::{Duration, Instant};

use doorward_testkit::program::{PeerProcess, Program};
use doorward_testkit::{Authorization, Backend, Page, UserAgent, jwt, stack};
use futures_util::future::{Either, select};

/// The maximum age of a server's cache, and the tolerance for rounding to whole seconds. A busy
/// machine adds the duration of its slowest response: a request during the change may cache the old
/// value that late.
const CACHE_TTL: Duration = Duration::from_secs(1);
const SLACK: Duration = Duration::from_millis(250);
const ORIGIN: &str = "https://app.example";

#[test]
fn change_is_heard_within_second_sqlite() {
    stack::block_on(all(Backend::SqliteMemory, &[]));
}

#[test]
fn change_is_heard_within_second_postgres_redis() {
    stack::block_on(all(Backend::PostgresRedis, &[]));
}

#[test]
fn change_is_heard_within_second_without_redis() {
    // No server listens there.
    let away = [("DOORWARD_REDIS_URL", "redis://127.0.0.1:1")];
    stack::block_on(all(Backend::PostgresRedis, &away));
}

/// The servers on one database, and a client that calls them.
struct Servers {
    program: Program,
    _twin: Option<PeerProcess>,
    origins: Vec<String>,
    agent: UserAgent,
}

impl Servers {
    async fn start(backend: Backend, settings: &[(&str, &str)]) -> Self {
        let binary = std::path::Path::new(env!("CARGO_BIN_EXE_doorward"));
        let program = Program::start(binary, backend, settings).await;
        let twin = program.twin_if_shared(backend).await;
        let mut origins = vec![program.origin.clone()];
        origins.extend(twin.iter().map(|twin| twin.origin.clone()));
        Self {
            program,
            _twin: twin,
            origins,
            agent: UserAgent::new(),
        }
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Page {
        let host = self.program.issuer.trim_start_matches("http://");
        self.agent.send(request.header("host", host)).await
    }

    async fn get(&self, url: String) -> Page {
        self.send(self.agent.http().get(url)).await
    }

    /// Requests a token for the service itself.
    async fn token(&self, origin: &str) -> Page {
        let fields = [("grant_type", "client_credentials")];
        let url = format!("{origin}/oauth2/token");
        let service = &self.program.seed.service;
        self.send(service.request(self.agent.http(), &url, &fields))
            .await
    }

    /// Returns true if CORS allows scripts of the origin to read the token endpoint's response.
    async fn admits(&self, origin: &str) -> bool {
        let url = format!("{origin}/oauth2/token");
        let request = self.agent.http().request(reqwest::Method::OPTIONS, url);
        let request = request.header("origin", ORIGIN);
        let request = request.header("access-control-request-method", "POST");
        let page = self.send(request).await;
        page.header("access-control-allow-origin") == Some(ORIGIN)
    }

    /// Runs a command while all servers handle requests, and polls until each applies the change.
    async fn apply_on_all(&self, command: &[&str], heard: impl AsyncFn(&str) -> bool) {
        let slowest = Cell::new(Duration::ZERO);
        let heard = async |origin: &str| {
            let asked = Instant::now();
            let answer = heard(origin).await;
            slowest.set(slowest.get().max(asked.elapsed()));
            answer
        };
        for origin in &self.origins {
            assert!(
                !heard(origin).await,
                "{command:?}: applied before the command"
            );
        }
        let mut change = pin!(self.program.run_command(command));
        let output = loop {
            // The caches are filled as late as possible before the change.
            let asking = pin!(async {
                for origin in &self.origins {
                    heard(origin).await;
                }
            });
            match select(change, asking).await {
                Either::Left((output, _)) => break output,
                Either::Right(((), unfinished)) => change = unfinished,
            }
        };
        let created = Instant::now();
        assert!(output.status.success(), "{command:?}: {output:?}");
        for origin in &self.origins {
            loop {
                let asked = created.elapsed();
                if heard(origin).await {
                    break;
                }
                assert!(
                    asked < CACHE_TTL + SLACK + slowest.get(),
                    "{command:?}: not applied at {origin} after {asked:?}"
                );
            }
        }
    }
}

async fn all(backend: Backend, settings: &[(&str, &str)]) {
    let servers = Servers::start(backend, settings).await;
    clients(&servers).await;
    keys(&servers).await;
    manage_users(&servers).await;
    providers(&servers).await;
}

async fn clients(servers: &Servers) {
    let web = servers.program.seed.web.id.as_str();
    let origin = ["client", "update", web, "--origin", ORIGIN];
    servers
        .apply_on_all(&origin, async |at| servers.admits(at).await)
        .await;
    let service = servers.program.seed.service.id.as_str();
    let role = ["role", "revoke", "--client", service, "--role", "manager"];
    let has_none = async |at: &str| {
        let page = servers.token(at).await;
        assert_eq!(page.status, 200, "{at}: {}", page.text());
        let claims = jwt::claims(&page.member("access_token").unwrap());
        claims["roles"].as_array().is_none_or(Vec::is_empty)
    };
    servers.apply_on_all(&role, has_none).await;
    let secret = ["client", "rotate-secret", service, "--end-former"];
    let reject = async |at: &str| servers.token(at).await.status == 401;
    servers.apply_on_all(&secret, reject).await;
}

async fn keys(servers: &Servers) {
    let published = async |at: &str| {
        let page = servers.get(format!("{at}/oauth2/jwks")).await;
        let keys = page.json()["keys"].as_array().unwrap().clone();
        let ids = keys
            .iter()
            .filter(|key| key["alg"] == "RS256")
            .map(|key| key["kid"].as_str().unwrap().to_owned());
        ids.collect::<Vec<_>>()
    };
    let first = published(&servers.origins[0]).await;
    assert_eq!(first.len(), 1, "{first:?}");
    let two = async |at: &str| published(at).await.len() == 2;
    servers.apply_on_all(&["key", "rotate"], two).await;
    let withdraw = ["key", "retire", &first[0], "--compromised"];
    let removed = async |at: &str| !published(at).await.contains(&first[0]);
    servers.apply_on_all(&withdraw, removed).await;
}

async fn manage_users(servers: &Servers) {
    let program = &servers.program;
    let request = Authorization::new(&program.issuer, &program.seed.trusted);
    request.complete(&servers.agent, "alice").await.code();
    let shown_out = async |at: &str| servers.get(format!("{at}/account")).await.is_redirect();
    servers
        .apply_on_all(&["user", "disable", "alice"], shown_out)
        .await;
}

async fn providers(servers: &Servers) {
    let secret = servers.program.directory().join("secret");
    std::fs::write(secret, "of the provider\n").unwrap();
    let put = "provider put google --kind google --client-id 1234 --client-secret-file secret";
    let offered = async |at: &str| {
        let page = servers.get(format!("{at}/login")).await;
        page.text().contains("Google")
    };
    let names: Vec<_> = put.split(' ').collect();
    servers.apply_on_all(&names, offered).await;
    let withdrawn = async |at: &str| !offered(at).await;
    servers
        .apply_on_all(&["provider", "disable", "google"], withdrawn)
        .await;
}
