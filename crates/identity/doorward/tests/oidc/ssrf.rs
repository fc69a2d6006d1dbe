//! Tests against server-side request forgery, at every fetch of the running server: with a
//! forbidden server on this machine, and with names whose addresses change.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use doorward_domain::model::RegisteredBy;
use doorward_egress::outgoing::check_address;
use doorward_store::repo;
use doorward_testkit::{Authorization, Stack, UserAgent, flows_with};
use futures_util::future::join_all;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::registration::{self, registered};
use crate::ssrf_fetches::{Fetch, World, provider_for, run};
use crate::support_documents::{Answer, DocumentServer};

/// Creates two tests of each check, one for each kind of database, with these allowed networks.
macro_rules! on_both {
    ($networks:expr; $($check:ident),+ $(,)?) => { $(mod $check {
        use doorward_testkit::Backend;

        #[test]
        fn sqlite_memory() {
            super::run(Backend::SqliteMemory, $networks, super::$check);
        }

        #[test]
        fn postgres_redis() {
            super::run(Backend::PostgresRedis, $networks, super::$check);
        }
    })+ };
}

// A network that is never routed (RFC 5737), so that names may have ports other than 443.
on_both!("203.0.113.0/24";
    ss_1_no_fetch_reaches_address_inside,
    ss_1_changing_dns_name_is_resolved_each_time,
    ss_1_logo_is_not_fetched_from_address_inside,
);
on_both!("127.0.0.0/8";
    allowed_addresses_are_fetched,
    ss_2_redirect_is_not_followed,
    ss_2_large_slow_or_mistyped_responses_are_rejected,
);
flows_with!(OPEN;
    oa_18_request_by_reference_is_rejected_and_not_fetched,
    pages_of_client_are_not_fetched,
);
const OPEN: &[(&str, &str)] = &[
    ("DOORWARD__OUTGOING__ALLOWED_NETWORKS", "127.0.0.0/8"),
    ("DOORWARD__CLIENT_REGISTRATION__MODE", "token"),
];

/// A server that counts connections on both loopback addresses and never responds.
struct ForbiddenServer {
    port: u16,
    came: Arc<AtomicUsize>,
}

impl ForbiddenServer {
    async fn set() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let came = Arc::new(AtomicUsize::new(0));
        // A machine without IPv6 has only one loopback address.
        let six = TcpListener::bind(("::1", port)).await.ok();
        for listener in [Some(listener), six].into_iter().flatten() {
            let came = Arc::clone(&came);
            tokio::spawn(async move {
                while listener.accept().await.is_ok() {
                    came.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        Self { port, came }
    }

    fn visits(&self) -> usize {
        self.came.load(Ordering::SeqCst)
    }
}

/// Hosts in every notation of this machine, its network, and the metadata services of clouds.
const INTERNAL_HOSTS: [&str; 26] = [
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0177.0.0.1",
    "017700000001",
    "0.0.0.0",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[64:ff9b::7f00:1]",
    "[fe80::1]",
    "[fd00:ec2::254]",
    "10.0.0.1",
    "169.254.169.254",
    "2852039166",
    "localhost",
    "inside.example",
    "mixed.example",
    "six.example",
    "mapped.example",
    "metadata.example",
    "near.example",
    "private.example",
];

async fn ss_1_no_fetch_reaches_address_inside(world: &World<'_>) {
    let trap = ForbiddenServer::set().await;
    let port = trap.port;
    let https = INTERNAL_HOSTS.map(|host| format!("https://{host}:{port}/x"));
    let http = INTERNAL_HOSTS.map(|host| format!("http://{host}:{port}/x"));
    for fetch in Fetch::ALL {
        let mut addresses = [https.clone(), http.clone()].concat();
        // The operator's file is rejected if it contains an address that can never be fetched.
        if fetch == Fetch::IssuerKeys {
            addresses.retain(|address| check_address(address).is_ok());
        }
        let outcomes = world.ask(fetch, &addresses).await;
        for (address, came_through) in addresses.iter().zip(outcomes) {
            assert!(!came_through, "{fetch:?} {address}");
        }
        assert_eq!(trap.visits(), 0, "{fetch:?}");
        // The names were resolved, so their addresses were rejected.
        if fetch != Fetch::IssuerKeys {
            assert!(world.names.asked("inside.example") > 0, "{fetch:?}");
        }
    }
}

/// Checks the logo of a dynamic registration, without which the client is registered (OIDC Registration §2).
async fn ss_1_logo_is_not_fetched_from_address_inside(world: &World<'_>) {
    let trap = ForbiddenServer::set().await;
    let token = registration::initial_token(world.stack, 1000).await;
    let mut registered = 0;
    for host in INTERNAL_HOSTS {
        for scheme in ["https", "http"] {
            let mut request = registration::web_client();
            request["logo_uri"] = serde_json::json!(format!("{scheme}://{host}:{}/x", trap.port));
            let page = registration::register(world.stack, Some(&token), &request).await;
            registered += usize::from(page.status == 201);
        }
    }
    assert_eq!(trap.visits(), 0);
    assert!(registered > INTERNAL_HOSTS.len(), "{registered}");
    assert!(world.names.asked("inside.example") > 0);
}

async fn ss_1_changing_dns_name_is_resolved_each_time(world: &World<'_>) {
    let trap = ForbiddenServer::set().await;
    for fetch in Fetch::ALL {
        let host = format!("rebind.{}.example", format!("{fetch:?}").to_lowercase());
        let address = format!("https://{host}:{}/x", trap.port);
        let first = world.ask(fetch, std::slice::from_ref(&address)).await;
        assert_eq!(first, [false], "{fetch:?}");
        let asked = "checking and connecting use one answer";
        assert_eq!(world.names.asked(&host), 1, "{fetch:?}: {asked}");
        world.stack.clock.advance(60);
        if fetch == Fetch::Logout {
            let start = Instant::now();
            while world.names.asked(&host) < 2 {
                assert!(start.elapsed() < Duration::from_secs(20), "not retried");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        } else {
            assert!(!world.repeat(fetch, &address).await, "{fetch:?}");
        }
        assert_eq!(world.names.asked(&host), 2, "{fetch:?}");
        assert_eq!(trap.visits(), 0, "{fetch:?}");
    }
}

/// Serves the valid document of each fetch at a separate address with a change, and triggers the
/// fetch.
async fn each(
    world: &World<'_>,
    server: &DocumentServer,
    name: &str,
    change: impl Fn(Answer) -> Answer,
) -> Vec<(Fetch, bool)> {
    let mut outcomes = Vec::new();
    for fetch in Fetch::ALL {
        let path = format!("/{name}/{fetch:?}");
        let address = server.url(&path);
        let answer = Answer {
            status: "200 OK",
            fields: format!("Content-Type: {}\r\n", fetch.media_type()),
            body: world.document(fetch, &address),
        };
        server.serve(&fetch.path_for(&path), change(answer));
        let visits = server.visits().len();
        outcomes.push((fetch, world.ask(fetch, &[address]).await[0]));
        assert!(server.visits().len() > visits, "{fetch:?} was not fetched");
    }
    outcomes
}

async fn allowed_addresses_are_fetched(world: &World<'_>) {
    let server = DocumentServer::start().await;
    for (fetch, came_through) in each(world, &server, "good", |answer| answer).await {
        assert!(came_through, "{fetch:?}");
    }
}

/// Checks that `outgoing.allowed_networks` applies only to URLs of the operator, for each fetch.
async fn third_parties_reach_no_allowed_network(world: &World<'_>) {
    let server = DocumentServer::start().await;
    for fetch in Fetch::ALL {
        let path = format!("/of/{fetch:?}");
        let address = server.url(&path);
        let answer = Answer {
            status: "200 OK",
            fields: format!("Content-Type: {}\r\n", fetch.media_type()),
            body: world.document(fetch, &address),
        };
        server.serve(&fetch.path_for(&path), answer);
        let visits = server.visits().len();
        let came_through = world.ask(fetch, std::slice::from_ref(&address)).await[0];
        // The keys of the provider are on another host than its issuer.
        let third_parties = [Fetch::Sector, Fetch::Document, Fetch::ProviderKeys];
        let is_of_operator = !third_parties.contains(&fetch);
        // A discovery document is fetched, but it names keys at another host.
        let is_whole = is_of_operator && fetch != Fetch::ProviderDiscovery;
        assert_eq!(came_through, is_whole, "{fetch:?}");
        assert_eq!(server.visits().len() > visits, is_of_operator, "{fetch:?}");
    }
    // The URLs of the same clients, if another party wrote them.
    for fetch in [Fetch::ClientKeys, Fetch::RequestObject] {
        for author in RegisteredBy::ALL {
            let address = server.url(&format!("/of/{fetch:?}"));
            world.make_third_party(fetch, &address, author).await;
            let visits = server.visits().len();
            assert!(!world.repeat(fetch, &address).await, "{fetch:?} {author:?}");
            assert_eq!(server.visits().len(), visits, "{fetch:?} {author:?}");
        }
    }
}

/// Checks that the URLs of an identity provider that a user of the admin API wrote reach no network of the
/// operator.
async fn providers_of_users_reach_no_allowed_network(world: &World<'_>) {
    let server = DocumentServer::start().await;
    for fetch in [
        Fetch::ProviderDiscovery,
        Fetch::ProviderToken,
        Fetch::ProviderPerson,
    ] {
        let path = format!("/of-user/{fetch:?}");
        let address = server.url(&path);
        let answer = Answer {
            status: "200 OK",
            fields: format!("Content-Type: {}\r\n", fetch.media_type()),
            body: world.document(fetch, &address),
        };
        server.serve(&fetch.path_for(&path), answer);
        world
            .make_providers(fetch, std::slice::from_ref(&address))
            .await;
        let db = world.stack.db().await;
        let id = provider_for(fetch, &address);
        let stored = repo::providers::find(db.read(), &id).await.unwrap();
        let mut stored = stored.expect("a provider");
        assert!(!stored.operator_urls.is_empty());
        stored.operator_urls.clear();
        let tx = db.begin_write().await.unwrap();
        repo::providers::update(&tx, &stored).await.unwrap();
        tx.commit().await.unwrap();
        db.close().await.unwrap();
        let visits = server.visits().len();
        assert!(!world.repeat(fetch, &address).await, "{fetch:?}");
        assert_eq!(server.visits().len(), visits, "{fetch:?}");
    }
}

mod providers_of_users_are_no_operators {
    use doorward_testkit::Backend;

    use crate::ssrf_fetches::run_with;

    #[test]
    fn sqlite_memory() {
        let check = super::providers_of_users_reach_no_allowed_network;
        run_with(
            Backend::SqliteMemory,
            "127.0.0.0/8",
            Some("203.0.113.0/24"),
            check,
        );
    }
}

mod third_parties_are_no_operators {
    use doorward_testkit::Backend;

    use crate::ssrf_fetches::run_with;

    /// A network that is never routed (RFC 5737).
    const UNROUTED: Option<&str> = Some("203.0.113.0/24");

    #[test]
    fn sqlite_memory() {
        let check = super::third_parties_reach_no_allowed_network;
        run_with(Backend::SqliteMemory, "127.0.0.0/8", UNROUTED, check);
    }

    #[test]
    fn postgres_redis() {
        let check = super::third_parties_reach_no_allowed_network;
        run_with(Backend::PostgresRedis, "127.0.0.0/8", UNROUTED, check);
    }
}

async fn ss_2_redirect_is_not_followed(world: &World<'_>) {
    let server = DocumentServer::start().await;
    let trap = ForbiddenServer::set().await;
    for status in ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"] {
        for goal in [
            format!("http://127.0.0.1:{}/x", trap.port),
            "http://169.254.169.254/latest/meta-data/".to_owned(),
        ] {
            let name = format!("{}{}", &status[..3], goal.len());
            let location = format!("Location: {goal}");
            let moved = |answer: Answer| Answer { status, ..answer }.with(&location);
            for (fetch, came_through) in each(world, &server, &name, moved).await {
                assert!(!came_through, "{fetch:?} {status}");
            }
        }
    }
    assert_eq!(trap.visits(), 0);
}

async fn ss_2_large_slow_or_mistyped_responses_are_rejected(world: &World<'_>) {
    let server = DocumentServer::start().await;
    let large = |mut answer: Answer| {
        answer.body += &" ".repeat(270_000);
        answer
    };
    let other = |mut answer: Answer| {
        "Content-Type: text/html\r\n".clone_into(&mut answer.fields);
        answer
    };
    let mut outcomes = each(world, &server, "large", large).await;
    let mut others = each(world, &server, "other", other).await;
    // The media type of a document of a provider is not checked: several send `text/plain` (decision 131).
    others.retain(|(fetch, _)| !format!("{fetch:?}").starts_with("Provider"));
    outcomes.extend(others);
    // For a logout token, only the status of the response matters.
    outcomes.retain(|(fetch, _)| *fetch != Fetch::Logout);
    for (fetch, came_through) in outcomes {
        assert!(!came_through, "{fetch:?}");
    }
    let slow = slow_server().await;
    let start = Instant::now();
    let all = Fetch::ALL.map(async |fetch| {
        let address = format!("http://127.0.0.1:{slow}/{fetch:?}");
        (fetch, Box::pin(world.ask(fetch, &[address])).await)
    });
    for (fetch, outcome) in join_all(all).await {
        assert_eq!(outcome, [false], "{fetch:?}");
    }
    assert!(
        start.elapsed() < Duration::from_secs(30),
        "{:?}",
        start.elapsed()
    );
}

/// Returns a registration request whose page URIs are this address.
fn with_pages(address: &str) -> serde_json::Value {
    let mut request = registration::web_client();
    for name in ["client_uri", "policy_uri", "tos_uri"] {
        request[name] = serde_json::json!(address);
    }
    request
}

/// Starts a server that begins a response and never ends it.
async fn slow_server() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\
                            Content-Length: 1000\r\n\r\n{";
                let _ = stream.write_all(head.as_bytes()).await;
                let mut rest = Vec::new();
                let _ = stream.read_to_end(&mut rest).await;
            });
        }
    });
    port
}

async fn oa_18_request_by_reference_is_rejected_and_not_fetched(stack: &Stack) {
    let server = DocumentServer::start().await;
    let client = &stack.seed.web;
    for address in [
        server.url("/request"),
        server.url("/request").replace("http:", "https:"),
    ] {
        let request = Authorization::new(stack.issuer(), client);
        let fields = request.clone().with("request_uri", &address);
        let page = UserAgent::new().get(fields.url()).await;
        assert!(!page.has("[name=password]"), "{}", page.dump());
        let received = page.location().map(|url| url.to_string());
        let received = received.unwrap_or_else(|| page.text());
        assert!(received.contains("request_uri_not_supported"), "{received}");
        let pushed = stack
            .as_client("/oauth2/par", client, &fields.pairs())
            .await;
        crate::support::assert_oauth_error(&pushed, 400, "invalid_request");
        // A signed request or a registration cannot cause it either.
        let mut requested = registration::web_client();
        requested["request_uris"] = serde_json::json!([address]);
        let token = registration::initial_token(stack, 1).await;
        registration::register(stack, Some(&token), &requested).await;
    }
    assert!(server.visits().is_empty(), "{:?}", server.visits());
}

async fn pages_of_client_are_not_fetched(stack: &Stack) {
    let server = DocumentServer::start().await;
    let address = server.url("/page").replace("http:", "https:");
    let answer = registered(stack, &with_pages(&address)).await;
    assert_eq!(answer["tos_uri"], address);
    let client = registration::client(&answer);
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), &client).with("scope", "openid email");
    let page = request.start(&agent).await.expect_page();
    let form = page.form("form:has([name=password])");
    let form = form.with("identifier", "alice");
    let form = form.with("password", doorward_testkit::PASSWORD);
    let next = agent.submit(&form).await;
    let consent = request.follow(&agent, next).await.expect_page();
    consent.form("form:has([name=decision])");
    // The user's browser does not load it either.
    assert!(
        !consent.has(&format!("img[src='{address}']")),
        "{}",
        consent.dump()
    );
    request.complete(&agent, "alice").await.code();
    assert!(server.visits().is_empty(), "{:?}", server.visits());
}
