//! Trial R16: clients that send a byte now and then, or nothing. Others are not affected, and the
//! slow ones are disconnected.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use doorward_testkit::program::Program;
use doorward_testkit::trial::{Trial, p99};
use doorward_testkit::{Backend, TestClient, UserAgent, stack};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{CHEAP, binary};

mod ldap;

#[test]
fn r16_slow_clients_are_disconnected() {
    stack::block_on(slow());
}

/// The data that a slow client sends before it stalls.
const PARTIAL_REQUESTS: [&str; 3] = [
    "GET /livez HTTP/1.1\r\nhost: ",
    "POST /oauth2/token HTTP/1.1\r\nhost: HOST\r\ncontent-type: application/x-www-form-urlencoded\r\n\
     content-length: 1000\r\n\r\ngrant_type=",
    "GET /livez HTTP/1.1\r\nhost: HOST\r\n\r\n",
];

/// Waits until the server closes the connection; returns the elapsed time.
async fn stay(address: String, beginning: String, speaks: bool) -> Duration {
    let started = Instant::now();
    let mut stream = TcpStream::connect(&address).await.expect("a connection");
    stream.write_all(beginning.as_bytes()).await.expect("room");
    let mut buffer = [0; 1024];
    loop {
        let heard = tokio::time::timeout(Duration::from_secs(5), stream.read(&mut buffer)).await;
        match heard {
            Ok(Ok(0) | Err(_)) => return started.elapsed(),
            // The server may close the connection at this moment.
            Err(_) if speaks => drop(stream.write_all(b"x").await),
            Ok(Ok(_)) | Err(_) => {}
        }
        assert!(started.elapsed() < Duration::from_mins(1), "{beginning:?}");
    }
}

/// Sends fifty requests a second; returns their durations.
async fn ask(url: String, client: TestClient, over: Arc<AtomicBool>) -> Vec<Duration> {
    let (http, mut took) = (UserAgent::new(), Vec::new());
    let mut beat = tokio::time::interval(Duration::from_millis(20));
    while !over.load(Ordering::Relaxed) {
        beat.tick().await;
        let fields = [("grant_type", "client_credentials")];
        let asked = Instant::now();
        let response = client.request(http.http(), &url, &fields).send().await;
        assert_eq!(response.expect("an answer").status(), 200);
        took.push(asked.elapsed());
    }
    took
}

async fn slow() {
    let trial = Trial::new("R16", "sqlite");
    let program = Program::start(&binary(), Backend::SqliteMemory, &CHEAP).await;
    let authority = program.issuer.trim_start_matches("http://").to_owned();
    let over = Arc::new(AtomicBool::new(false));
    let client = program.seed.service.clone();
    let url = program.at("/oauth2/token");
    let others = tokio::spawn(ask(url, client, Arc::clone(&over)));
    tokio::time::sleep(Duration::from_millis(200)).await;
    let before = program.process.open_files();
    let many = trial.size(300, 10_000);
    let mut staying = Vec::new();
    for number in 0..many {
        let kind = number % PARTIAL_REQUESTS.len();
        let beginning = PARTIAL_REQUESTS[kind].replace("HOST", &authority);
        staying.push(tokio::spawn(stay(authority.clone(), beginning, kind < 2)));
        // A pause, so that the queue of unaccepted connections does not overflow.
        if number % 100 == 99 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    let most_open = program.process.open_files();
    let mut longest = Duration::ZERO;
    for item in staying {
        longest = longest.max(item.await.expect("the server closes the connection"));
    }
    assert!(longest <= trial.max_duration(30_000), "{longest:?}");
    over.store(true, Ordering::Relaxed);
    let mut took = others.await.expect("the other requests succeed");
    let answers = took.len();
    let slowest = p99(&mut took);
    assert!(
        slowest <= trial.max_duration(300).as_millis(),
        "{slowest} ms"
    );
    // Proc(5) counts the connection of the other client as well.
    let after = program.process.open_files();
    assert!(after <= before + 4, "{before} open before, {after} after");
    let resident = program.process.peak();
    // The limit applies to release builds; a build with debug assertions uses more.
    let max = if cfg!(debug_assertions) { 350.0 } else { 300.0 };
    assert!(resident <= max, "{resident} MB");
    trial.done(json!({
        "slow": many, "open_files": most_open, "longest_stay_ms": longest.as_millis(), "others": answers,
        "others_failed": 0, "others_p99_ms": slowest, "peak_mb": resident,
    }));
}
