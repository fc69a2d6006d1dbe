//! Tests the recipes of `deploy/` in real proxies: headers that a client sends about itself have no
//! effect.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use doorward_testkit::proxy::{Proxy, Recipe};
use doorward_testkit::{Page, UserAgent};
use reqwest::RequestBuilder;
use reqwest::header::{HOST, HeaderValue};
use reqwest::redirect::Policy;
use rstest::rstest;
use serde_json::Value;

use super::program::{Place, Running};

const NAME: &str = "id.example.org";
const CSRF: &str = "form:has([name=csrf])";

/// The headers of a client that claims to be another one.
const FORGED_HEADERS: [(&str, &str); 8] = [
    ("x-forwarded-for", "203.0.113.66, 127.0.0.1"),
    (
        "forwarded",
        "for=203.0.113.66;host=evil.example;proto=http;by=127.0.0.1",
    ),
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-proto", "http"),
    ("x-forwarded-port", "666"),
    ("x-forwarded-prefix", "/evil.example"),
    ("x-real-ip", "203.0.113.66"),
    ("client-cert", ":AQID:"),
];

#[derive(Clone, Copy)]
enum Kind {
    Nginx,
    Caddy,
}

/// Doorward as the recipes expect it, behind a proxy.
struct Site {
    place: Place,
    _server: Running,
    listen: SocketAddr,
    proxy: Proxy,
}

fn recipe(name: &str) -> Recipe {
    let path = format!("{}/../../../deploy/{name}", env!("CARGO_MANIFEST_DIR"));
    Recipe::new(&std::fs::read_to_string(path).unwrap(), NAME)
}

impl Site {
    fn start(kind: Kind) -> Self {
        Self::start_at(kind, "https://id.example.org")
    }

    fn start_at(kind: Kind, issuer: &str) -> Self {
        let place = Place::configured();
        let listen =
            SocketAddr::from((Ipv4Addr::LOCALHOST, doorward_testkit::program::free_port()));
        let address = listen.to_string();
        let environment = [
            ("DOORWARD_ISSUER", issuer),
            ("DOORWARD_LISTEN", address.as_str()),
            ("DOORWARD__TRUSTED_PROXIES", "127.0.0.1/32"),
            ("DOORWARD__METRICS__ENABLED", "false"),
            ("DOORWARD__PASSWORDS__HASH_MEMORY_KIB", "7168"),
            ("DOORWARD__PASSWORDS__HASH_ITERATIONS", "5"),
        ];
        let mut server = place.start(&["serve"], &environment);
        server.stderr_until("\"serving\"");
        let proxy = match kind {
            Kind::Nginx => {
                let recipe = recipe("nginx.conf");
                recipe.file("nginx-upstream.conf", &format!("server {address};\n"));
                recipe
                    .replace("/run/nginx.pid", "DIR/nginx.pid")
                    .replace("/var/log/nginx/", "DIR/")
                    // The other server only redirects browsers to this one.
                    .replace("listen 80 default_server", "listen unix:DIR/plain default_server")
                    .replace("listen 443 ssl", "listen 127.0.0.1:PORT ssl")
                    .replace("/etc/nginx/tls/id.example.org.pem", "DIR/tls.pem")
                    .replace("/etc/nginx/tls/id.example.org.key", "DIR/tls.key")
                    .nginx()
            }
            Kind::Caddy => recipe("Caddyfile")
                .replace(
                    "id.example.org {",
                    "https://id.example.org:PORT {\n\tbind 127.0.0.1\n\ttls DIR/tls.pem DIR/tls.key",
                )
                .replace("127.0.0.1:8400", &address)
                .caddy(),
        };
        Self {
            place,
            _server: server,
            listen,
            proxy,
        }
    }

    fn at(&self, path: &str) -> String {
        format!("https://{NAME}:{}{path}", self.proxy.port)
    }

    /// Returns a browser at a local address other than the proxy's. It sends the host without a
    /// port, because a test cannot use the default port.
    fn browser(from: u8) -> reqwest::Client {
        let host = (HOST, HeaderValue::from_static(NAME));
        reqwest::Client::builder()
            .default_headers([host].into_iter().collect())
            .no_proxy()
            .redirect(Policy::none())
            .cookie_store(true)
            .tls_danger_accept_invalid_certs(true)
            .local_address(IpAddr::from([127, 0, 0, from]))
            .resolve(NAME, (Ipv4Addr::LOCALHOST, 0).into())
            .build()
            .unwrap()
    }

    /// Tries to sign in as a user who does not exist.
    async fn guess(&self, browser: &reqwest::Client, who: &str, lies: &[(&str, &str)]) -> Page {
        let page = send(browser.get(self.at("/login")), lies).await;
        let form = page
            .form(CSRF)
            .with("identifier", who)
            .with("password", "wrong");
        let request = browser.post(self.at("/login")).form(&form.fields);
        // The `Origin` header of the page: behind these proxies, it has no port.
        send(request.header("origin", "https://id.example.org"), lies).await
    }

    /// Returns the addresses of failed sign-ins, newest first.
    fn failures(&self) -> Vec<Value> {
        let tail = self.place.run(&["audit", "tail", "--json"]).succeeded();
        let lines = tail
            .stdout
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        let failed = lines.filter(|event| event["kind"] == "login.failed");
        failed.map(|event| event["ip"].clone()).collect()
    }
}

async fn send(mut request: RequestBuilder, lies: &[(&str, &str)]) -> Page {
    for (name, value) in lies {
        request = request.header(*name, *value);
    }
    UserAgent::new().send(request).await
}

#[rstest]
#[tokio::test]
async fn forged_headers_do_not_change_client_address(
    #[values(Kind::Nginx, Kind::Caddy)] kind: Kind,
) {
    let site = Site::start(kind);
    let forger = Site::browser(2);
    let page = site.guess(&forger, "nobody-0", &FORGED_HEADERS).await;
    assert_eq!(page.status, 401, "{} {}", page.dump(), site.proxy.log());
    assert_eq!(site.failures(), ["127.0.0.2"]);

    // Different claimed addresses do not give separate limits: one address has 30 attempts a
    // minute.
    let mut refused = 0;
    for number in 1..=32 {
        let lie = format!("203.0.113.{number}");
        let lies = [
            ("x-forwarded-for", lie.as_str()),
            ("forwarded", &format!("for={lie}")),
            ("x-real-ip", &lie),
        ];
        let page = site
            .guess(&forger, &format!("nobody-{number}"), &lies)
            .await;
        // The proxy's own limit, which is higher, sends no `Retry-After`.
        if page.status == 429 && page.header("retry-after").is_some() {
            refused += 1;
        }
    }
    assert!(refused > 0, "{:?}", site.failures());
    assert!(site.failures().iter().all(|ip| ip == "127.0.0.2"));
    // The limit applies to this client, not to all clients behind the proxy.
    let page = site.guess(&Site::browser(3), "somebody", &[]).await;
    assert_eq!(page.status, 401, "{}", page.dump());
    assert_eq!(
        site.failures()
            .iter()
            .filter(|ip| *ip == "127.0.0.3")
            .count(),
        1
    );
}

#[rstest]
#[tokio::test]
async fn forged_headers_appear_in_no_response(#[values(Kind::Nginx, Kind::Caddy)] kind: Kind) {
    let site = Site::start(kind);
    for path in [
        "/.well-known/openid-configuration",
        "/oauth2/jwks",
        "/login",
        "/account",
        "/forgot-password",
        "/oauth2/authorize?client_id=none",
        "/no/such/page",
    ] {
        let honest = send(Site::browser(2).get(site.at(path)), &[]).await;
        let page = send(Site::browser(2).get(site.at(path)), &FORGED_HEADERS).await;
        assert_eq!(page.status, honest.status, "{path}: {}", site.proxy.log());
        assert!(
            page.status != 502 && page.status != 400 || path.contains("none"),
            "{path}"
        );
        let all = format!("{:?} {}", page.headers, page.text());
        for word in ["evil", "203.0.113.66", ":666", "http://id."] {
            assert!(!all.contains(word), "{word} at {path}: {all}");
        }
        if path.starts_with("/.well-known") {
            assert_eq!(page.json(), honest.json());
            assert_eq!(page.json()["issuer"], "https://id.example.org");
        }
    }
}

#[rstest]
#[tokio::test]
async fn host_of_issuer_is_passed_on(#[values(Kind::Nginx, Kind::Caddy)] kind: Kind) {
    let site = Site::start_at(kind, "https://id.example.org:8443");
    // A host without a port is that of the issuer, too (decision 144).
    for (host, is_issuer) in [
        ("id.example.org:8443", true),
        (NAME, true),
        ("id.example.org:8444", false),
    ] {
        let request = Site::browser(2).get(site.at("/login")).header(HOST, host);
        let page = send(request, &[]).await;
        let log = site.proxy.log();
        assert_eq!(
            page.status == 200,
            is_issuer,
            "{host}: {} {log}",
            page.dump()
        );
    }
}

#[tokio::test]
async fn forged_headers_are_ignored_without_proxy() {
    let site = Site::start(Kind::Nginx);
    let direct = reqwest::Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .local_address(IpAddr::from([127, 0, 0, 4]))
        .build()
        .unwrap();
    let url = format!("http://{}/login", site.listen);
    // A request past the trusted proxy: the host is unknown, however it is claimed.
    let page = send(direct.get(&url), &FORGED_HEADERS).await;
    assert_ne!(page.status, 200, "{}", page.dump());
    let mut lies = FORGED_HEADERS.to_vec();
    lies.push(("host", NAME));
    let page = send(direct.get(&url), &lies).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    let cookie = page
        .header("set-cookie")
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let form = page
        .form(CSRF)
        .with("identifier", "nobody")
        .with("password", "wrong");
    let request = direct
        .post(&url)
        .form(&form.fields)
        .header("cookie", cookie);
    let page = send(request.header("origin", "https://id.example.org"), &lies).await;
    assert_eq!(page.status, 401, "{}", page.dump());
    assert_eq!(site.failures(), ["127.0.0.4"]);
}
