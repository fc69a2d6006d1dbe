//! Tests of the streams of the audit log: a receiver that is down misses nothing, and gets the events in
//! their order. Trial R37 includes the one over HTTPS, with a backlog of an hour.

use std::collections::HashSet;
use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use doorward_access::clock::Clock as _;
use doorward_domain::model::{AuditEvent, AuditId, AuditKind};
use doorward_store::repo;
use doorward_testkit::stack::{self, METRICS};
use doorward_testkit::statements::figure;
use doorward_testkit::trial::Trial;
use doorward_testkit::{Backend, Stack};
use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::ssl::{SslAcceptor, SslMethod, SslVerifyMode};
use openssl::x509::extension::SubjectAlternativeName;
use openssl::x509::{X509, X509NameBuilder};
use serde_json::{Value, json};

/// The time limit for events to arrive.
const TIMEOUT: Duration = Duration::from_mins(1);
/// Seconds until a failed stream is repeated, and until the lease of a stopped server expires.
const RETRY: i64 = 61;
const FROM: (&str, &str) = ("DOORWARD__AUDIT__STREAMS__FROM", "beginning");
/// Maximum number of events that one transaction writes.
const PART: usize = 500;
/// The hour in which the endpoint is down: a number of parts, and the seconds of each.
const HOUR: (usize, i64) = (12, 300);

#[test]
fn https_endpoint_that_was_down_misses_nothing_sqlite_memory() {
    endpoint_is_down(Backend::SqliteMemory, "sqlite");
}

#[test]
fn https_endpoint_that_was_down_misses_nothing_postgres_redis() {
    endpoint_is_down(Backend::PostgresRedis, "postgres");
}

/// The position and the ID of an event.
type Place = (i64, String);

/// The received lines.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<Value>>>);

impl Lines {
    fn push(&self, line: &str) {
        assert!(line.is_ascii(), "{line}");
        let line = serde_json::from_str(line).expect(line);
        self.0.lock().unwrap().push(line);
    }

    /// Returns the events in the order in which they first came.
    fn events(&self) -> Vec<Place> {
        let (mut events, mut known) = (Vec::new(), HashSet::new());
        for line in self.0.lock().unwrap().iter() {
            let seq = line["seq"].as_i64().expect("a position");
            if known.insert(seq) {
                events.push((seq, line["id"].as_str().expect("an ID").to_owned()));
            }
        }
        events
    }

    /// Returns the number of lines, with repeated ones.
    fn count(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

/// An endpoint that answers with a set status, and stores the lines that it has accepted.
struct Endpoint {
    url: String,
    lines: Lines,
    status: Arc<Mutex<u16>>,
    rejected: Arc<Mutex<usize>>,
}

impl Endpoint {
    fn start(status: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/in", listener.local_addr().unwrap());
        let endpoint = Self {
            url,
            lines: Lines::default(),
            status: Arc::new(Mutex::new(status)),
            rejected: Arc::default(),
        };
        let (lines, status) = (endpoint.lines.clone(), Arc::clone(&endpoint.status));
        let rejected = Arc::clone(&endpoint.rejected);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let body = read_request(&stream);
                let status = *status.lock().unwrap();
                if status == 204 {
                    for line in body.lines() {
                        lines.push(line);
                    }
                } else {
                    *rejected.lock().unwrap() += 1;
                }
                let answer = format!(
                    "HTTP/1.1 {status} Word\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                );
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        endpoint
    }

    fn answers(&self, status: u16) {
        *self.status.lock().unwrap() = status;
    }
}

/// Reads a request, and returns its body.
fn read_request(stream: &TcpStream) -> String {
    let mut input = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        input.read_line(&mut line).unwrap();
        let line = line.to_ascii_lowercase();
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        head.push_str(&line);
    }
    assert!(head.starts_with("post /in http/1.1"), "{head}");
    assert!(
        head.contains("content-type: application/x-ndjson"),
        "{head}"
    );
    assert!(
        head.contains("authorization: bearer secret-of-stream"),
        "{head}"
    );
    let mut body = vec![0; length];
    input.read_exact(&mut body).unwrap();
    String::from_utf8(body).unwrap()
}

/// Writes this number of events.
async fn record(stack: &Stack, count: usize) {
    let db = stack.db().await;
    let now = stack.clock.now();
    let mut left = count;
    while left > 0 {
        let part = left.min(PART);
        left -= part;
        let tx = db.begin_write().await.unwrap();
        for _ in 0..part {
            repo::audit::insert(&tx, &failed_sign_in(now))
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
    }
    db.close().await.unwrap();
}

fn failed_sign_in(at: i64) -> AuditEvent {
    AuditEvent {
        id: AuditId::from_uuid(uuid::Uuid::new_v4()),
        at,
        kind: AuditKind::LoginFailed,
        actor: None,
        subject: Some("Müller".to_owned()),
        client_id: None,
        ip: Some("192.0.2.1".parse().unwrap()),
        user_agent: None,
        success: false,
        detail: serde_json::Map::new(),
        request_id: None,
    }
}

/// Returns all sealed events in the order of the chain.
async fn sealed(stack: &Stack) -> Vec<Place> {
    stack.seal_audit().await;
    let db = stack.db().await;
    let (mut events, mut after) = (Vec::new(), 0);
    loop {
        let links = repo::audit_chain::links(db.read(), after, 1000).await;
        let links = links.unwrap();
        let Some((last, _)) = links.last() else {
            break;
        };
        after = last.seq;
        let places = links.iter();
        let places = places.filter_map(|(link, _)| Some((link.seq, link.event?.to_string())));
        events.extend(places);
    }
    db.close().await.unwrap();
    events
}

/// Waits until every sealed event has arrived, and checks their order. Time passes meanwhile.
async fn wait_for_all(stack: &Stack, lines: &Lines) {
    let expected = sealed(stack).await;
    let start = Instant::now();
    let milliseconds = 10 * u64::try_from(expected.len()).unwrap();
    let timeout = TIMEOUT + Duration::from_millis(milliseconds);
    loop {
        let count = lines.events().len();
        if count >= expected.len() {
            break;
        }
        assert!(start.elapsed() < timeout, "{count} of {}", expected.len());
        stack.clock.advance(RETRY);
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let received = lines.events();
    assert!(received.is_sorted(), "{received:?}");
    // The server may have written and sealed further events.
    assert_eq!(received[..expected.len()], expected);
}

async fn wait_until(mut is_reached: impl AsyncFnMut() -> bool) {
    let start = Instant::now();
    while !is_reached().await {
        assert!(start.elapsed() < TIMEOUT);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn endpoint_is_down(backend: Backend, store: &'static str) {
    let trial = Trial::new("R37", store);
    // `DOORWARD_TRIAL_SIZE` is the size of the whole log, of which an hour is a small part.
    let size = trial.size(150_000, 9_000_000) / 250;
    let endpoint = Endpoint::start(503);
    let settings = [
        ("DOORWARD__AUDIT__STREAMS__HTTPS", endpoint.url.as_str()),
        ("DOORWARD__AUDIT__STREAMS__HTTPS_TOKEN", "secret-of-stream"),
        FROM,
        METRICS,
    ];
    stack::run_with(backend, &settings, async |stack: &Stack| {
        record(stack, 3).await;
        sealed(stack).await;
        wait_until(async || *endpoint.rejected.lock().unwrap() > 0).await;
        // More than one batch, in the course of an hour.
        let (parts, seconds) = HOUR;
        for _ in 0..parts {
            stack.clock.advance(seconds);
            record(stack, size.div_ceil(parts)).await;
        }
        sealed(stack).await;
        let seconds = r#"doorward_audit_stream_lag_seconds{stream="https"}"#;
        let events = r#"doorward_audit_stream_lag_events{stream="https"}"#;
        let least = f64::from(u32::try_from(size + 3).unwrap());
        wait_until(async || {
            let text = stack.metrics().await;
            figure(&text, seconds) >= 3600.0 && figure(&text, events) >= least
        })
        .await;
        assert_eq!(endpoint.lines.count(), 0);
        let state = stream(stack).await;
        assert!(state.failures > 0, "{state:?}");
        assert_eq!(
            state.last_error.as_deref(),
            Some("the answer has status 503")
        );

        let started = Instant::now();
        endpoint.answers(204);
        wait_for_all(stack, &endpoint.lines).await;
        trial.done(json!({
            "backlog": size, "caught_up_ms": started.elapsed().as_millis(),
            "events": endpoint.lines.events().len(), "lines": endpoint.lines.count(),
        }));
        wait_until(async || figure(&stack.metrics().await, events) < 0.5).await;
        let state = stream(stack).await;
        assert_eq!((state.failures, state.last_error), (0, None));

        // Another process continues at the position.
        stack.stop_identity_server();
        record(stack, 5).await;
        sealed(stack).await;
        let count = endpoint.lines.count();
        let replica = stack.replica();
        wait_for_all(stack, &endpoint.lines).await;
        assert!(endpoint.lines.count() < count + 600);
        drop(replica);
    });
}

async fn stream(stack: &Stack) -> doorward_rules::audit_stream::AuditStream {
    let db = stack.db().await;
    let name = doorward_rules::audit_stream::StreamName::Https;
    let found = repo::audit_streams::find(db.read(), name).await;
    db.close().await.unwrap();
    found.unwrap().expect("a stream")
}

/// A directory with the certificate of a syslog server, which is also that of its client.
struct Files {
    directory: PathBuf,
    certificate: X509,
    key: PKey<Private>,
}

impl Files {
    fn create() -> Self {
        let name = format!("doorward-streams-{}", uuid::Uuid::new_v4());
        let directory = std::env::temp_dir().join(name);
        std::fs::create_dir(&directory).unwrap();
        let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
        let key = PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap();
        let files = Self {
            directory,
            certificate: certificate(&key),
            key,
        };
        let pem = files.certificate.to_pem().unwrap();
        std::fs::write(files.path("certificate.pem"), pem).unwrap();
        files
    }

    fn path(&self, name: &str) -> String {
        self.directory.join(name).display().to_string()
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

fn certificate(key: &PKey<Private>) -> X509 {
    let mut name = X509NameBuilder::new().unwrap();
    name.append_entry_by_text("CN", "logs.example.org").unwrap();
    let name = name.build();
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    let serial = BigNum::from_u32(1).unwrap().to_asn1_integer().unwrap();
    builder.set_serial_number(&serial).unwrap();
    builder.set_subject_name(&name).unwrap();
    builder.set_issuer_name(&name).unwrap();
    let [begin, end] = [0, 1].map(|days| Asn1Time::days_from_now(days).unwrap());
    builder.set_not_before(&begin).unwrap();
    builder.set_not_after(&end).unwrap();
    builder.set_pubkey(key).unwrap();
    let names = SubjectAlternativeName::new()
        .ip("127.0.0.1")
        .build(&builder.x509v3_context(None, None))
        .unwrap();
    builder.append_extension(names).unwrap();
    builder.sign(key, MessageDigest::sha256()).unwrap();
    builder.build()
}

/// Starts a syslog server that requires the client certificate. It ends the first connection at once.
/// Returns its address, the lines and the heads of the messages.
fn start_syslog(files: &Files) -> (String, Lines, Arc<Mutex<Vec<String>>>) {
    let mut builder = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server()).unwrap();
    builder.set_certificate(&files.certificate).unwrap();
    builder.set_private_key(&files.key).unwrap();
    let trusted = files.certificate.clone();
    builder.cert_store_mut().add_cert(trusted).unwrap();
    builder.set_verify(SslVerifyMode::PEER | SslVerifyMode::FAIL_IF_NO_PEER_CERT);
    let acceptor = builder.build();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (lines, heads) = (Lines::default(), Arc::new(Mutex::new(Vec::new())));
    let (stored, seen) = (lines.clone(), Arc::clone(&heads));
    std::thread::spawn(move || {
        for (number, tcp) in listener.incoming().enumerate() {
            let tcp = tcp.unwrap();
            if number == 0 {
                continue;
            }
            let mut tls = acceptor.accept(tcp).unwrap();
            let mut bytes = Vec::new();
            tls.read_to_end(&mut bytes).unwrap();
            for message in messages(&String::from_utf8(bytes).unwrap()) {
                let (head, json) = message.split_once("] ").unwrap();
                seen.lock().unwrap().push(head.to_owned());
                stored.push(json);
            }
            // The answer of the receiver: it closes the connection.
            let _ = tls.shutdown();
        }
    });
    (address, lines, heads)
}

/// Returns the messages of frames with their length (RFC 5425 §4.3).
fn messages(mut frames: &str) -> Vec<&str> {
    let mut messages = Vec::new();
    while !frames.is_empty() {
        let (length, rest) = frames.split_once(' ').unwrap();
        let (message, rest) = rest.split_at(length.parse().unwrap());
        messages.push(message);
        frames = rest;
    }
    messages
}

fn read_lines(path: &str) -> Lines {
    let lines = Lines::default();
    let text = std::fs::read_to_string(path).unwrap_or_default();
    // A batch may be written at this time.
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    for line in whole.lines() {
        lines.push(line);
    }
    lines
}

#[test]
fn syslog_and_file_get_events_in_order() {
    let files = Files::create();
    let (address, lines, heads) = start_syslog(&files);
    let (log, certificate) = (files.path("audit.jsonl"), files.path("certificate.pem"));
    let key = files.key.private_key_to_pem_pkcs8().unwrap();
    let key = String::from_utf8(key).unwrap();
    let settings = [
        ("DOORWARD__AUDIT__STREAMS__SYSLOG", address.as_str()),
        ("DOORWARD__AUDIT__STREAMS__SYSLOG_CERTIFICATE", &certificate),
        ("DOORWARD__AUDIT__STREAMS__SYSLOG_PRIVATE_KEY", &key),
        ("DOORWARD__AUDIT__STREAMS__CA", &certificate),
        ("DOORWARD__AUDIT__STREAMS__FILE", &log),
        FROM,
    ];
    stack::run_with(Backend::SqliteMemory, &settings, async |stack: &Stack| {
        record(stack, 250).await;
        wait_for_all(stack, &lines).await;
        {
            let heads = heads.lock().unwrap();
            let is_failure = |head: &&String| head.starts_with("<108>1 2");
            assert!(heads.iter().filter(is_failure).count() >= 250);
            let expected = " localhost doorward - login.failed [origin software=\"doorward\"";
            assert!(
                heads.iter().any(|head| head.contains(expected)),
                "{:?}",
                heads[0]
            );
        }
        let expected = sealed(stack).await;
        wait_until(async || read_lines(&log).events().len() >= expected.len()).await;
        assert_eq!(read_lines(&log).events()[..expected.len()], expected);

        // The file is rotated by a rename.
        let before = read_lines(&log).events();
        std::fs::rename(&log, files.path("audit.jsonl.1")).unwrap();
        record(stack, 2).await;
        let expected = sealed(stack).await;
        wait_until(async || read_lines(&log).events().last() == expected.last()).await;
        let after = read_lines(&log).events();
        assert_eq!([before, after].concat()[..expected.len()], expected);
    });
}
