//! Tests of HTTPS without a proxy: certificate files and their change under load, HTTP/2, the redirect,
//! the probe, and a Unix socket.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::net::UnixStream;
use std::process::Command;
use std::time::{Duration, Instant};

use doorward_testkit::program::free_port;
use doorward_testkit::proxy::certificate;
use doorward_testkit::trial::{Trial, p99};
use openssl::x509::X509;
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};
use serde_json::json;

use super::program::{Place, Running};
use super::tls_load::{TlsLoad, served};

const NAME: &str = "id.example.org";
const DISCOVERY: &str = "/.well-known/openid-configuration";

/// A server with certificate files, on free ports.
struct Site {
    place: Place,
    server: Running,
    https: SocketAddr,
    http: SocketAddr,
    issuer: String,
    environment: Vec<(String, String)>,
}

impl Site {
    fn start() -> Self {
        let place = Place::configured();
        write_pair(&place);
        let [https, http] = [(); 2].map(|()| SocketAddr::from((Ipv4Addr::LOCALHOST, free_port())));
        let issuer = format!("https://{NAME}:{}", https.port());
        let environment = [
            ("DOORWARD_ISSUER", issuer.as_str()),
            ("DOORWARD_LISTEN", &https.to_string()),
            ("DOORWARD__TLS__CERTIFICATE", "tls.pem"),
            ("DOORWARD__TLS__PRIVATE_KEY_FILE", "tls.key"),
            ("DOORWARD__TLS__HTTP_LISTEN", &http.to_string()),
            ("DOORWARD__METRICS__ENABLED", "false"),
            // The lines of all requests would fill the pipe that no test reads.
            ("DOORWARD__LOGGING__LEVEL", "info,doorward::access=warn"),
        ];
        let mut server = place.start(&["serve"], &environment);
        server.stderr_until("\"serving\"");
        let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self {
            place,
            server,
            https,
            http,
            issuer,
            environment: environment.to_vec(),
        }
    }

    fn environment(&self) -> Vec<(&str, &str)> {
        let pairs = self.environment.iter();
        pairs
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect()
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.issuer)
    }

    /// Returns a client that opens a connection for each request.
    fn client(&self) -> Client {
        let builder = self.client_builder().pool_max_idle_per_host(0);
        builder.build().unwrap()
    }

    fn client_builder(&self) -> ClientBuilder {
        Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .tls_danger_accept_invalid_certs(true)
            .tls_info(true)
            .resolve(NAME, self.https)
            .timeout(Duration::from_secs(10))
    }
}

/// Writes a new certificate with its key, and returns the certificate.
fn write_pair(place: &Place) -> Vec<u8> {
    let (chain, key) = certificate(NAME);
    place.write("tls.pem", &chain);
    place.write("tls.key", &key);
    X509::from_pem(chain.as_bytes()).unwrap().to_der().unwrap()
}

/// Waits until new connections have this certificate.
async fn wait_for(site: &Site, certificate: &[u8]) {
    let limit = Instant::now() + Duration::from_secs(30);
    loop {
        let response = site.client().get(site.at("/livez")).send().await.unwrap();
        if served(&response) == certificate {
            return;
        }
        assert!(Instant::now() < limit, "the former certificate is served");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test]
async fn serves_https_with_hsts_and_http2() {
    let site = Site::start();
    let response = site.client().get(site.at(DISCOVERY)).send().await.unwrap();
    assert_eq!(response.status(), 200);
    let hsts = response.headers()["strict-transport-security"].to_str();
    assert!(hsts.unwrap().starts_with("max-age="));
    let text = response.text().await.unwrap();
    assert!(text.contains(&format!("\"issuer\":\"{}\"", site.issuer)));

    let resolve = format!("{NAME}:{0}:127.0.0.1", site.https.port());
    for (option, version) in [("--http2", "2"), ("--http1.1", "1.1")] {
        let login = site.at("/login");
        let output = Command::new("curl")
            .args(["--silent", "--insecure", "--output", "page", option])
            .args(["--write-out", "%{http_version} %{http_code}"])
            .args(["--resolve", &resolve, &login])
            .current_dir(site.place.path(""))
            .output()
            .expect("curl");
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(text, format!("{version} 200"), "{option}");
        let page = std::fs::read_to_string(site.place.path("page")).unwrap();
        assert!(page.contains("name=\"identifier\""), "{page}");
    }
    // Another host is rejected, as by HTTP/1.1.
    let output = Command::new("curl")
        .args([
            "--silent",
            "--insecure",
            "--http2",
            "--write-out",
            "%{http_code}",
        ])
        .args(["--output", "page", "--header", "Host: evil.example"])
        .args(["--resolve", &resolve, &site.at("/login")])
        .current_dir(site.place.path(""))
        .output()
        .expect("curl");
    assert_ne!(String::from_utf8(output.stdout).unwrap(), "200");
}

#[tokio::test]
async fn new_files_are_served_without_failed_request() {
    let trial = Trial::new("R35", "files");
    let site = Site::start();
    let kept = site.client_builder().build().unwrap();
    let clients = vec![site.client(), site.client(), site.client(), kept];
    let load = TlsLoad::start(clients, &site.at(DISCOVERY));
    let changes = trial.size(2, 50);
    for _ in 0..changes {
        let next = write_pair(&site.place);
        wait_for(&site, &next).await;
    }
    let mut sent = load.finish().await;
    assert!(sent.failures.is_empty(), "{:?}", sent.failures);
    assert!(sent.times.len() > 20);
    trial.done(json!({
        "changes": changes, "requests": sent.times.len(), "failed": 0, "p99_ms": p99(&mut sent.times),
    }));
}

#[tokio::test]
async fn broken_files_keep_former_certificate() {
    let mut site = Site::start();
    let (_, other_key) = certificate(NAME);
    let former = X509::from_pem(&std::fs::read(site.place.path("tls.pem")).unwrap());
    let former = former.unwrap().to_der().unwrap();
    site.place.write("tls.key", &other_key);
    let log = site.server.stderr_until("certificate not replaced");
    assert!(log.contains("does not belong"), "{log}");
    assert!(log.contains("name the key"), "{log}");
    let response = site.client().get(site.at("/livez")).send().await.unwrap();
    assert_eq!(served(&response), former);
    let environment = site.environment();
    for command in [&["config", "check"][..], &["serve"]] {
        site.place
            .run_with(command, &environment)
            .failed(1, "tls.private_key_file");
    }
    let next = write_pair(&site.place);
    wait_for(&site, &next).await;
}

#[tokio::test]
async fn plain_http_is_redirected_or_rejected() {
    let site = Site::start();
    let client = site.client();
    let plain = |path: &str| format!("http://{}{path}", site.http);
    let response = client.get(plain("/login?a=b")).send().await.unwrap();
    assert_eq!(response.status(), 308);
    assert_eq!(response.headers()["location"], site.at("/login?a=b"));
    assert!(!response.headers().contains_key("strict-transport-security"));
    let form = [("grant_type", "client_credentials")];
    let response = client.post(plain("/oauth2/token")).form(&form);
    let response = response.send().await.unwrap();
    assert_eq!(response.status(), 403);
    assert!(response.text().await.unwrap().contains(&site.issuer));
}

#[tokio::test]
async fn probe_and_stop_work_with_https() {
    let site = Site::start();
    let probe = ["healthcheck"];
    let environment = site.environment();
    site.place.run_with(&probe, &environment).succeeded();
    // A connection of HTTP/2 that waits for requests does not delay the end.
    let mut idle = Command::new("openssl")
        .args(["s_client", "-quiet", "-alpn", "h2", "-servername", NAME])
        .args(["-connect", &site.https.to_string()])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("openssl");
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    idle.stdin.as_mut().unwrap().write_all(preface).unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let begun = Instant::now();
    assert_eq!(site.server.terminate(), 0);
    assert!(begun.elapsed() < Duration::from_secs(9));
    let _ = idle.kill();
    let _ = idle.wait();
}

#[test]
fn each_file_problem_is_a_finding() {
    let place = Place::configured();
    let environment = [
        ("DOORWARD_ISSUER", "https://other.example.org"),
        ("DOORWARD_LISTEN", "0.0.0.0:443"),
        ("DOORWARD__TLS__CERTIFICATE", "tls.pem"),
        ("DOORWARD__TLS__PRIVATE_KEY_FILE", "tls.key"),
    ];
    let check = |expected: &str| {
        place
            .run_with(&["config", "check"], &environment)
            .failed(1, expected);
    };
    check("tls.pem cannot be read");
    place.write("tls.pem", "no certificate");
    check("tls.key cannot be read");
    place.write("tls.key", "no key");
    check("contains no certificate");
    write_pair(&place);
    // A certificate for another host is served, with a warning.
    let done = place.run_with(&["config", "check"], &environment);
    let done = done.succeeded();
    assert!(
        done.stderr.contains("not valid for other.example.org"),
        "{done:?}"
    );
}

#[test]
fn unix_socket_trusts_proxy_and_is_removed() {
    let place = Place::configured();
    let socket = place.path("d.sock");
    let listen = format!("unix:{}", socket.display());
    let environment = [
        ("DOORWARD_ISSUER", "https://id.example.org"),
        ("DOORWARD_LISTEN", listen.as_str()),
        ("DOORWARD__METRICS__ENABLED", "false"),
    ];
    let mut server = place.start(&["serve"], &environment);
    server.stderr_until("\"serving\"");
    let mut stream = UnixStream::connect(&socket).unwrap();
    let request = "GET /login HTTP/1.1\r\nHost: id.example.org\r\nX-Forwarded-For: 203.0.113.9\r\n\
                   X-Request-Id: proxy-id-0001\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    // Only a trusted proxy chooses the request ID.
    assert!(answer.contains("x-request-id: proxy-id-0001"), "{answer}");
    let log = server.stderr_until("/login");
    assert!(log.contains("203.0.113.9"), "{log}");
    place.run_with(&["healthcheck"], &environment).succeeded();
    place.run_with(&["serve"], &environment).failed(1, "in use");
    assert_eq!(server.terminate(), 0);
    assert!(!socket.exists());
}
