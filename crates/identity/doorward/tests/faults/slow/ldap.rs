//! Clients of the LDAP server that send nothing, a part of a handshake or garbage, from many addresses. Others sign in
//! meanwhile, by LDAP and by HTTP.

use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use doorward_testkit::program::{Program, free_port};
use doorward_testkit::proxy::certificate;
use doorward_testkit::trial::{Trial, p99};
use doorward_testkit::{Backend, PASSWORD, UserAgent, stack};
use openssl::ssl::{SslConnector, SslMethod, SslStream};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpSocket;

use super::super::{CHEAP, binary};
use super::ask;

#[test]
fn r16_slow_clients_of_ldap_keep_no_other_away() {
    stack::block_on(slow());
}

/// Beginnings of slow clients, after which they wait.
const BEGINNINGS: [&[u8]; 4] = [
    b"",
    b"\x16\x03\x01\x02\x00\x01",
    b"GET / HTTP/1.1\r\n\r\n",
    b"\x30\x84\x7f\xff\xff\xff\x60\xff\x00",
];
const CLIENTS: usize = 10_000;
/// Number of addresses of slow clients: more than the connections of the server.
const ADDRESSES: usize = 200;
const WHO_AM_I: &[u8] = b"\x30\x1e\x02\x01\x02\x77\x19\x80\x171.3.6.1.4.1.4203.1.11.3";

struct Directory {
    address: SocketAddr,
    connector: SslConnector,
    bind: Vec<u8>,
}

impl Directory {
    fn connect(&self) -> SslStream<std::net::TcpStream> {
        let stream = std::net::TcpStream::connect(self.address).expect("a connection");
        let wait = Some(Duration::from_secs(20));
        stream.set_read_timeout(wait).expect("a limit");
        self.connector.connect("localhost", stream).expect("TLS")
    }

    /// Binds on a new connection.
    fn bind(&self) -> SslStream<std::net::TcpStream> {
        let mut stream = self.connect();
        let response = exchange(&mut stream, &self.bind);
        // A response to a bind with the code of success.
        assert_eq!(
            response.get(5..10),
            Some(&b"\x61\x07\x0a\x01\x00"[..]),
            "{response:x?}"
        );
        stream
    }
}

fn exchange(stream: &mut SslStream<std::net::TcpStream>, request: &[u8]) -> Vec<u8> {
    stream.write_all(request).expect("room");
    let mut response = vec![0; 1024];
    let length = stream.read(&mut response).expect("a response");
    response.truncate(length);
    response
}

/// Encodes a bind of alice: short lengths are one byte.
fn bind_request(password: &str) -> Vec<u8> {
    let element = |tag: u8, content: &[u8]| {
        let length = u8::try_from(content.len()).expect("a short element");
        [&[tag, length][..], content].concat()
    };
    let name = element(0x04, b"uid=alice,ou=users,dc=doorward");
    let password = element(0x80, password.as_bytes());
    let bind = element(0x60, &[b"\x02\x01\x03", &name[..], &password].concat());
    element(0x30, &[b"\x02\x01\x01", &bind[..]].concat())
}

async fn app_password(program: &Program) -> String {
    let agent = UserAgent::new();
    let path = program.at("/account/app-passwords/new");
    let page = agent.get(&path).await;
    let page = agent.follow(page, "").await;
    let form = page.form("form:has([name=identifier])");
    let form = form.with("identifier", "alice").with("password", PASSWORD);
    agent.submit(&form).await;
    let page = agent.get(&path).await;
    let page = agent
        .submit(&page.form("#new-app-password").with("name", "trial"))
        .await;
    page.text_of("#app-password").expect("the app password")
}

/// Connects from this address and waits; counts connections until the server ends them.
async fn stay(server: SocketAddr, number: usize, ended: Arc<AtomicUsize>) {
    let socket = TcpSocket::new_v4().expect("a socket");
    let last = u8::try_from(1 + number % ADDRESSES).expect("a byte");
    socket
        .bind(([127, 0, 1, last], 0).into())
        .expect("an address");
    let Ok(mut stream) = socket.connect(server).await else {
        return;
    };
    let _ = stream
        .write_all(BEGINNINGS[number % BEGINNINGS.len()])
        .await;
    while let Ok(1..) = stream.read(&mut [0; 64]).await {}
    ended.fetch_add(1, Ordering::Relaxed);
}

async fn start(place: &Path) -> (Program, Directory) {
    let (pem, key) = certificate("localhost");
    let [pem_file, key_file] = ["tls.pem", "tls.key"].map(|name| place.join(name));
    std::fs::write(&pem_file, pem).expect("a file");
    std::fs::write(&key_file, key).expect("a file");
    let address: SocketAddr = ([127, 0, 0, 1], free_port()).into();
    let listen = address.to_string();
    let settings = [
        CHEAP[0],
        CHEAP[1],
        ("DOORWARD__LDAP__LISTEN", &listen),
        (
            "DOORWARD__LDAP__CERTIFICATE",
            pem_file.to_str().expect("a path"),
        ),
        (
            "DOORWARD__LDAP__PRIVATE_KEY_FILE",
            key_file.to_str().expect("a path"),
        ),
    ];
    let program = Program::start(&binary(), Backend::SqliteMemory, &settings).await;
    let mut connector = SslConnector::builder(SslMethod::tls()).expect("TLS");
    connector.set_ca_file(&pem_file).expect("a certificate");
    let bind = bind_request(&app_password(&program).await);
    let connector = connector.build();
    (
        program,
        Directory {
            address,
            connector,
            bind,
        },
    )
}

async fn slow() {
    let trial = Trial::new("R16", "sqlite");
    let place = tempfile::tempdir().expect("a directory");
    let (program, directory) = start(place.path()).await;
    let directory = Arc::new(directory);
    let over = Arc::new(AtomicBool::new(false));
    let (client, url) = (program.seed.service.clone(), program.at("/oauth2/token"));
    let requests = tokio::spawn(ask(url, client, Arc::clone(&over)));
    let binds = {
        let (directory, over) = (Arc::clone(&directory), Arc::clone(&over));
        tokio::task::spawn_blocking(move || {
            let (mut took, mut bound) = (Vec::new(), directory.bind());
            while !over.load(Ordering::Relaxed) {
                let asked = Instant::now();
                directory.bind();
                took.push(asked.elapsed());
                std::thread::sleep(Duration::from_millis(20));
            }
            // A connection with a bind remains.
            let answer = exchange(&mut bound, WHO_AM_I);
            let name = b"dn:uid=alice,ou=users,dc=doorward";
            assert!(
                answer.windows(name.len()).any(|part| part == name),
                "{answer:x?}"
            );
            took
        })
    };
    let ended = Arc::new(AtomicUsize::new(0));
    let mut most_open = 0;
    for number in 0..CLIENTS {
        tokio::spawn(stay(directory.address, number, Arc::clone(&ended)));
        if number % 50 == 49 {
            tokio::time::sleep(Duration::from_millis(20)).await;
            most_open = most_open.max(program.process.open_files());
        }
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    over.store(true, Ordering::Relaxed);
    let mut binds = binds.await.expect("all binds succeed");
    let mut requests = requests.await.expect("all requests succeed");
    let (count, bind_p99, p99) = (binds.len(), p99(&mut binds), p99(&mut requests));
    assert!(count > 20, "{count} binds");
    let most = trial.max_duration(1_000).as_millis();
    assert!(bind_p99 <= most && p99 <= most, "{bind_p99} ms, {p99} ms");
    // The limit of connections is 500.
    assert!(most_open < 700, "{most_open} open files");
    let ended = ended.load(Ordering::Relaxed);
    assert!(ended >= CLIENTS - 500, "{ended} ended");
    trial.done(json!({
        "slow": CLIENTS, "ended": ended, "open_files": most_open, "binds": count, "binds_failed": 0,
        "binds_p99_ms": bind_p99, "others": requests.len(), "others_p99_ms": p99, "peak_mb": program.process.peak(),
    }));
}
