//! Tests of a certificate from an ACME authority: Pebble, which rejects nonces at random, with a DNS
//! server that leads every name to this machine.

use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use doorward_testkit::process::Process;
use doorward_testkit::program::free_port;
use doorward_testkit::proxy::certificate;
use doorward_testkit::rows;
use doorward_testkit::trial::{Trial, p99};
use reqwest::{Certificate, Client, ClientBuilder};
use rstest::rstest;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::program::{Place, Running};
use super::tls_load::{TlsLoad, served};

const NAME: &str = "id.example.org";
const DISCOVERY: &str = "/.well-known/openid-configuration";
/// Makes the certificate due, as renewal information of the authority does (RFC 9773). Pebble of Debian has none.
const DUE: &str =
    "UPDATE settings SET value = json_set(value, '$.window', json('[1,2]')) WHERE key = 'acme'";

/// An authority, and the ports at which it validates.
struct Authority {
    directory: TempDir,
    url: String,
    management: u16,
    http: u16,
    https: u16,
    _processes: [Process; 2],
}

impl Authority {
    /// Starts Pebble with this percentage of rejected nonces.
    fn start(rejected_nonces: u8) -> Self {
        let directory = TempDir::new().unwrap();
        let [api, management, http, https, dns] = [(); 5].map(|()| free_port());
        let (chain, key) = certificate("localhost");
        let config = json!({ "pebble": {
            "listenAddress": format!("127.0.0.1:{api}"),
            "managementListenAddress": format!("127.0.0.1:{management}"),
            "certificate": "tls.pem",
            "privateKey": "tls.key",
            "httpPort": http,
            "tlsPort": https,
            "ocspResponderURL": "",
            "externalAccountBindingRequired": false,
        }});
        let write = |name: &str, text: &str| {
            std::fs::write(directory.path().join(name), text).unwrap();
        };
        write("tls.pem", &chain);
        write("tls.key", &key);
        write("pebble.json", &config.to_string());
        let mut names = Command::new("pebble-challtestsrv");
        names
            .args([
                "-defaultIPv6",
                "",
                "-http01",
                "",
                "-https01",
                "",
                "-tlsalpn01",
                "",
            ])
            .args(["-management", &format!("127.0.0.1:{}", free_port())])
            .args(["-dns01", &format!("127.0.0.1:{dns}")]);
        let mut pebble = Command::new("pebble");
        pebble
            .args(["-config", "pebble.json", "-dnsserver"])
            .arg(format!("127.0.0.1:{dns}"))
            .env("PEBBLE_VA_SLEEPTIME", "2")
            .env("PEBBLE_WFE_NONCEREJECT", rejected_nonces.to_string())
            .current_dir(directory.path());
        let processes = [names, pebble]
            .map(|mut command| Process::spawn(command.stdout(Stdio::null()).stderr(Stdio::null())));
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", api)).is_err() {
            assert!(started.elapsed() < Duration::from_secs(20), "no Pebble");
            std::thread::sleep(Duration::from_millis(20));
        }
        Self {
            directory,
            url: format!("https://localhost:{api}/dir"),
            management,
            http,
            https,
            _processes: processes,
        }
    }

    fn trusted(&self) -> String {
        self.directory.path().join("tls.pem").display().to_string()
    }

    /// Returns a browser that trusts only this authority.
    async fn browser(&self, https: u16) -> Client {
        // A connection to a server that has stopped is not used again.
        let builder = self.browser_builder(https).await;
        builder.pool_max_idle_per_host(0).build().unwrap()
    }

    async fn browser_builder(&self, https: u16) -> ClientBuilder {
        let own = std::fs::read(self.trusted()).unwrap();
        let own = Certificate::from_pem(&own).unwrap();
        let builder = Client::builder().no_proxy().tls_certs_only([own]);
        let management = format!("https://localhost:{}/roots/0", self.management);
        let root = builder.build().unwrap().get(management).send().await;
        let root = root.unwrap().bytes().await.unwrap();
        let here = SocketAddr::from((Ipv4Addr::LOCALHOST, https));
        Client::builder()
            .no_proxy()
            .tls_certs_only([Certificate::from_pem(&root).unwrap()])
            .resolve(NAME, here)
            .timeout(Duration::from_secs(10))
            .tls_info(true)
    }
}

/// Returns the environment of a server that listens at these ports.
fn environment(authority: &Authority, https: u16, http: u16) -> Vec<(&'static str, String)> {
    vec![
        (
            "DOORWARD_ISSUER",
            format!("https://{NAME}:{}", authority.https),
        ),
        ("DOORWARD_LISTEN", format!("127.0.0.1:{https}")),
        ("DOORWARD__TLS__HTTP_LISTEN", format!("127.0.0.1:{http}")),
        ("DOORWARD__TLS__ACME__DIRECTORY", authority.url.clone()),
        ("DOORWARD__TLS__ACME__ACCEPT_TERMS", "true".to_owned()),
        (
            "DOORWARD__TLS__ACME__CONTACTS",
            "ops@example.org".to_owned(),
        ),
        (
            "DOORWARD__OUTGOING__ALLOWED_NETWORKS",
            "127.0.0.0/8".to_owned(),
        ),
        ("DOORWARD__METRICS__ENABLED", "false".to_owned()),
        ("SSL_CERT_FILE", authority.trusted()),
    ]
}

fn borrowed<'a>(environment: &'a [(&'static str, String)]) -> Vec<(&'static str, &'a str)> {
    let pairs = environment.iter();
    pairs.map(|(name, value)| (*name, value.as_str())).collect()
}

fn start(place: &Place, environment: &[(&'static str, String)]) -> Running {
    place.start(&["serve"], &borrowed(environment))
}

#[rstest]
#[case::http("http-01", 0)]
#[case::tls("tls-alpn-01", 0)]
#[case::bad_nonces("http-01", 60)]
#[tokio::test]
async fn certificate_is_issued_stored_and_shared(#[case] kind: &str, #[case] rejected: u8) {
    let authority = Authority::start(rejected);
    let place = Place::configured();
    let mut first = environment(&authority, authority.https, authority.http);
    first.push(("DOORWARD__TLS__ACME__CHALLENGE", kind.to_owned()));
    let mut server = start(&place, &first);
    server.stderr_until("certificate issued");
    server.stderr_until("certificate served");
    let browser = authority.browser(authority.https).await;
    let url = format!("https://{NAME}:{}/livez", authority.https);
    assert_eq!(browser.get(&url).send().await.unwrap().status(), 200);

    // Another replica serves it at once, and requests none.
    let mut second = environment(&authority, free_port(), free_port());
    second.push(("DOORWARD__TLS__ACME__CHALLENGE", kind.to_owned()));
    let mut replica = start(&place, &second);
    let log = replica.stderr_until("\"serving\"");
    assert!(log.contains("certificate served"), "{log}");
    assert!(!log.contains("certificate requested"), "{log}");
    let report = place.run_with(&["doctor", "--json"], &borrowed(&first));
    let report: Vec<Value> = serde_json::from_str(&report.stdout).unwrap();
    let mut lines = report.iter();
    let line = lines.find(|line| line["part"] == "certificate authority");
    assert_eq!(line.unwrap()["health"], "good", "{report:?}");
    // The keys are encrypted.
    let database = std::fs::read(place.path("identity.sqlite")).unwrap();
    let text = String::from_utf8_lossy(&database);
    assert!(!text.contains("PRIVATE KEY"));
    assert_eq!(replica.terminate(), 0);
    assert_eq!(server.terminate(), 0);

    // After a restart the stored certificate is served.
    let mut server = start(&place, &first);
    let log = server.stderr_until("\"serving\"");
    assert!(!log.contains("certificate requested"), "{log}");
    assert_eq!(browser.get(&url).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn certificate_is_renewed_without_failed_request() {
    let trial = Trial::new("R35", "acme");
    let authority = Authority::start(0);
    let place = Place::configured();
    let mut settings = environment(&authority, authority.https, authority.http);
    // The lines of all requests would fill the pipe that no test reads.
    let level = "info,doorward::access=warn".to_owned();
    settings.push(("DOORWARD__LOGGING__LEVEL", level));
    let mut server = start(&place, &settings);
    server.stderr_until("certificate served");
    let database = format!("sqlite://{}", place.path("identity.sqlite").display());
    let url = format!("https://{NAME}:{}{DISCOVERY}", authority.https);
    let fresh = authority.browser(authority.https).await;
    let kept = authority.browser_builder(authority.https).await;
    let clients = vec![fresh.clone(), fresh.clone(), kept.build().unwrap()];
    let load = TlsLoad::start(clients, &url);
    let renewals = trial.size(1, 5);
    for _ in 0..renewals {
        let former = served(&fresh.get(&url).send().await.unwrap());
        let limit = Instant::now() + Duration::from_mins(2);
        // Repeated, because the server may write its own state meanwhile.
        while served(&fresh.get(&url).send().await.unwrap()) == former {
            assert!(Instant::now() < limit, "the former certificate is served");
            rows::execute(&database, DUE).await;
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
    let mut sent = load.finish().await;
    assert!(sent.failures.is_empty(), "{:?}", sent.failures);
    assert!(sent.times.len() > 20);
    assert_eq!(server.terminate(), 0);
    trial.done(json!({
        "renewals": renewals, "requests": sent.times.len(), "failed": 0, "p99_ms": p99(&mut sent.times),
    }));
}

#[test]
fn failed_challenge_is_explained() {
    let authority = Authority::start(0);
    let place = Place::configured();
    // The authority looks at another port.
    let environment = environment(&authority, authority.https, free_port());
    let mut server = start(&place, &environment);
    let log = server.stderr_until("certificate not issued");
    let line = log.lines().last().unwrap();
    assert!(
        line.contains("could not verify id.example.org by http-01"),
        "{line}"
    );
    assert!(line.contains("tls.http_listen"), "{line}");
    let report = place.run_with(&["doctor", "--json"], &borrowed(&environment));
    let report: Vec<Value> = serde_json::from_str(&report.stdout).unwrap();
    let mut lines = report.iter();
    let line = lines.find(|line| line["part"] == "certificate authority");
    let line = line.unwrap();
    assert_eq!(line["health"], "bad");
    let remedy = line["remedy"].as_str().unwrap();
    assert!(remedy.contains("port 80, tls.http_listen"), "{line}");
}
