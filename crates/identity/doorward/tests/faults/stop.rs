//! Trial R10: SIGTERM under load. Every accepted request gets its response, and the program exits.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use doorward_testkit::process::Signal;
use doorward_testkit::program::Program;
use doorward_testkit::trial::Trial;
use doorward_testkit::{Backend, TestClient, UserAgent, stack};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};

use super::{CHEAP, binary};

/// The number of concurrent callers.
const CALLERS: usize = 8;

#[test]
fn r10_accepted_requests_are_answered_sqlite_memory() {
    stack::block_on(stopped(Backend::SqliteMemory, "sqlite"));
}

#[test]
fn r10_accepted_requests_are_answered_postgres_redis() {
    stack::block_on(stopped(Backend::PostgresRedis, "postgres"));
}

#[test]
fn use_of_client_secret_outlives_stop_and_kill() {
    stack::block_on(uses_of_secret());
}

/// Uses a secret before a stop and before a kill, and reads the recorded uses with the command line.
async fn uses_of_secret() {
    let mut program = Program::start(&binary(), Backend::SqliteMemory, &CHEAP).await;
    let client = program.seed.service.clone();
    let agent = UserAgent::restless();
    let fields = [("grant_type", "client_credentials")];
    let ask = async |url: String| {
        let answer = client.request(agent.http(), &url, &fields).send().await;
        assert_eq!(answer.expect("an answer").status(), 200);
    };
    let recorded = async |program: &Program| {
        let done = program
            .run_command(&["client", "secrets", &client.id, "--json"])
            .await;
        let secrets: Value = serde_json::from_slice(&done.stdout).expect("JSON");
        secrets["current"].clone()
    };
    for _ in 0..3 {
        ask(program.at("/oauth2/token")).await;
    }
    program.process.signal(Signal::TERM);
    let end = program.process.end(Duration::from_secs(10));
    assert_eq!(end.and_then(|end| end.code()), Some(0));
    let secret = recorded(&program).await;
    assert_eq!(secret["uses"], 3, "{secret}");
    assert_eq!(secret["last_used_from"], "127.0.0.1", "{secret}");

    program.start_again().await;
    ask(program.at("/oauth2/token")).await;
    // The first use in a process is written at once.
    tokio::time::sleep(Duration::from_secs(1)).await;
    program.kill();
    let secret = recorded(&program).await;
    assert_eq!(secret["uses"], 4, "{secret}");
}

/// Requests tokens until the server stops listening; returns the number of responses.
async fn call(url: String, client: TestClient, over: Arc<AtomicBool>) -> usize {
    let fields = [("grant_type", "client_credentials")];
    // Without keep-alive: the server may close an idle connection at any time, which is no failure.
    let http = UserAgent::new();
    let mut answered = 0;
    loop {
        let request = client.request(http.http(), &url, &fields);
        match request.header("connection", "close").send().await {
            Ok(answer) => {
                assert_eq!(answer.status(), 200);
                let whole = answer.bytes().await.expect("a complete response");
                assert!(whole.ends_with(b"}"));
                answered += 1;
            }
            Err(error) => {
                assert!(error.is_connect(), "accepted without a response: {error:?}");
                assert!(
                    over.load(Ordering::Relaxed),
                    "refused before SIGTERM: {error:?}"
                );
                return answered;
            }
        }
    }
}

async fn stopped(backend: Backend, store: &'static str) {
    let trial = Trial::new("R10", store);
    let mut program = Program::start(&binary(), backend, &CHEAP).await;
    let mut chance = StdRng::seed_from_u64(trial.seed);
    let (restarts, mut answered, mut slowest) = (trial.size(2, 20), 0, Duration::ZERO);
    for restart in 0..restarts {
        let over = Arc::new(AtomicBool::new(false));
        let calling: Vec<_> = (0..CALLERS)
            .map(|_| {
                let client = program.seed.service.clone();
                tokio::spawn(call(program.at("/oauth2/token"), client, Arc::clone(&over)))
            })
            .collect();
        let delay = chance.random_range(150..400);
        tokio::time::sleep(Duration::from_millis(delay)).await;
        over.store(true, Ordering::Relaxed);
        let started = Instant::now();
        program.process.signal(Signal::TERM);
        for item in calling {
            answered += item.await.expect("every caller gets a response");
        }
        let end = program.process.end(Duration::from_secs(10));
        let status = end.expect("the process exits within ten seconds");
        assert_eq!(status.code(), Some(0), "restart {restart}");
        slowest = slowest.max(started.elapsed());
        program.start_again().await;
    }
    assert!(answered > restarts * CALLERS, "{answered} answers");
    trial.done(json!({
        "restarts": restarts, "answered": answered, "failed": 0, "slowest_end_ms": slowest.as_millis(),
    }));
}
