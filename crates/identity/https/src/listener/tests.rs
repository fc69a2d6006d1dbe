use actix_web::http::header::HOST;
use actix_web::{App, HttpRequest, web};
use hyper::client::conn::http2::SendRequest;
use hyper_util::rt::{TokioExecutor, TokioIo};
use openssl::ssl::{SslConnector, SslMethod, SslVerifyMode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;
use crate::acme::{Challenge, ChallengeKind};
use crate::stopping::Stopper;
use crate::testing;

const LIMITS: Limits = Limits {
    time_limit: Duration::from_secs(5),
    connections: 100,
    shutdown_seconds: 1,
    workers: Some(1),
};

/// A server that responds with the version and the host of each request.
struct Site {
    address: SocketAddr,
    certificates: Arc<Certificates>,
    stopper: Stopper,
    server: actix_server::ServerHandle,
}

async fn answer(request: HttpRequest) -> String {
    let host = request.headers().get(HOST).unwrap().to_str().unwrap();
    format!("{:?} {host}", request.version())
}

async fn echo(body: String) -> String {
    body
}

impl Site {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let certificates = Arc::new(Certificates::default());
        let (stopper, stopping) = Stopper::new();
        let app = || {
            App::new()
                .route("/", web::get().to(answer))
                .route("/", web::post().to(echo))
        };
        let served = Arc::clone(&certificates);
        let server = serve(listener, served, stopping, LIMITS, app).unwrap();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Self {
            address,
            certificates,
            stopper,
            server: handle,
        }
    }

    /// Serves a new certificate with this name.
    fn renew(&self, name: &str) {
        self.certificates.set(&testing::pair(&[name])).unwrap();
    }

    /// Connects with these protocols; `None` if the handshake fails.
    async fn connect(&self, protocols: &[u8]) -> Option<SslStream<TcpStream>> {
        let mut builder = SslConnector::builder(SslMethod::tls_client()).unwrap();
        builder.set_verify(SslVerifyMode::NONE);
        if !protocols.is_empty() {
            builder.set_alpn_protos(protocols).unwrap();
        }
        let mut connector = builder.build().configure().unwrap();
        connector.set_verify_hostname(false);
        let ssl = connector.into_ssl("localhost").unwrap();
        let stream = TcpStream::connect(self.address).await.unwrap();
        let mut stream = SslStream::new(ssl, stream).unwrap();
        Pin::new(&mut stream).connect().await.ok()?;
        Some(stream)
    }

    async fn http2(&self) -> SendRequest<String> {
        let stream = self.connect(b"\x02h2\x08http/1.1").await.unwrap();
        assert_eq!(stream.ssl().selected_alpn_protocol(), Some(HTTP_2));
        let io = TokioIo::new(stream);
        let (client, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), io)
            .await
            .unwrap();
        actix_web::rt::spawn(connection);
        client
    }
}

/// Returns the common name of the server's certificate.
fn subject(stream: &SslStream<TcpStream>) -> String {
    let certificate = stream.ssl().peer_certificate().unwrap();
    let entry = certificate.subject_name().entries().next().unwrap();
    entry.data().to_string().unwrap()
}

fn request(method: &str, body: &str) -> hyper::Request<String> {
    hyper::Request::builder()
        .method(method)
        .uri("https://localhost/")
        .body(body.to_owned())
        .unwrap()
}

/// Returns the status and the body of a response.
async fn read(response: hyper::Response<hyper::body::Incoming>) -> (u16, String) {
    use http_body::Body as _;
    let status = response.status().as_u16();
    let mut body = response.into_body();
    let mut text = Vec::new();
    while let Some(frame) =
        std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await
    {
        text.extend_from_slice(&frame.unwrap().into_data().unwrap_or_default());
    }
    (status, String::from_utf8(text).unwrap())
}

#[actix_web::test]
async fn speaks_both_versions_of_http() {
    let site = Site::start();
    site.renew("first");
    let mut http2 = site.http2().await;
    let answered = http2.send_request(request("GET", "")).await.unwrap();
    assert_eq!(read(answered).await, (200, "HTTP/2.0 localhost".to_owned()));
    let long = "x".repeat(20_000);
    let answered = http2.send_request(request("POST", &long)).await.unwrap();
    assert_eq!(read(answered).await, (200, long));
    let answered = http2.send_request(request("HEAD", "")).await.unwrap();
    assert_eq!(read(answered).await.1, "");

    let mut http1 = site.connect(b"").await.unwrap();
    let request = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    http1.write_all(request).await.unwrap();
    let mut answered = String::new();
    // The server may close the connection without a TLS alert.
    let _ = http1.read_to_string(&mut answered).await;
    assert!(answered.starts_with("HTTP/1.1 200 OK\r\n"), "{answered}");
    assert!(answered.ends_with("HTTP/1.1 localhost"), "{answered}");
    // RFC 7301 §3.2: no common protocol, no connection.
    assert!(site.connect(b"\x08spdy/3.1").await.is_none());
    site.server.stop(false).await;
}

#[actix_web::test]
async fn new_certificate_serves_next_connection() {
    let site = Site::start();
    assert!(site.connect(b"").await.is_none(), "there is no certificate");
    site.renew("first");
    let mut former = site.http2().await;
    assert_eq!(subject(&site.connect(b"").await.unwrap()), "first");
    site.renew("second");
    assert_eq!(subject(&site.connect(b"").await.unwrap()), "second");
    let answered = former.send_request(request("GET", "")).await.unwrap();
    assert_eq!(answered.status(), 200, "the former connection continues");
    site.server.stop(false).await;
}

#[actix_web::test]
async fn stopping_server_sends_goaway() {
    let site = Site::start();
    site.renew("first");
    let mut client = site.http2().await;
    let answered = client.send_request(request("GET", "")).await.unwrap();
    assert_eq!(answered.status(), 200);
    site.stopper.stop();
    for _ in 0..50 {
        if client.is_closed() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(client.is_closed(), "the client uses the connection again");
    site.server.stop(false).await;
}

fn challenge(kind: ChallengeKind) -> Challenge {
    Challenge {
        kind,
        host: "localhost".to_owned(),
        token: "token".to_owned(),
        key_authorization: "token.thumbprint".to_owned(),
    }
}

#[actix_web::test]
async fn rfc_8737_3_challenge_has_certificate_beside_browsers() {
    const ACME: &[u8] = b"\x0aacme-tls/1";
    let site = Site::start();
    // The first certificate of a server does not exist while it is requested.
    let challenges = [challenge(ChallengeKind::TlsAlpn01)];
    site.certificates.set_challenges(&challenges).unwrap();
    let validated = site.connect(ACME).await.unwrap();
    assert_eq!(subject(&validated), "ACME challenge");
    assert_eq!(validated.ssl().selected_alpn_protocol(), Some(ACME_TLS));
    assert!(site.connect(b"").await.is_none());
    site.renew("first");
    assert_eq!(subject(&site.connect(b"").await.unwrap()), "first");
    let mut browser = site.http2().await;
    let answered = browser.send_request(request("GET", "")).await.unwrap();
    assert_eq!(answered.status(), 200);
    site.certificates.set_challenges(&[]).unwrap();
    assert!(site.connect(ACME).await.is_none());
    site.server.stop(false).await;
}

#[test]
fn http_challenge_is_answered_by_its_token() {
    let certificates = Certificates::default();
    let open = [challenge(ChallengeKind::Http01)];
    certificates.set_challenges(&open).unwrap();
    let answer = |token: &str| certificates.key_authorization(token);
    assert_eq!(answer("token").as_deref(), Some("token.thumbprint"));
    assert_eq!(answer("other"), None);
    assert!(!certificates.expects_challenge());
}
