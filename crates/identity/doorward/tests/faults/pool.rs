//! Trial R8 with an exhausted pool: every shared connection waits for a database lock. Requests
//! that need one get `Retry-After` within a second; others succeed; and when the lock is released,
//! all recovers at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use doorward_store::OpenOptions;
use doorward_testkit::program::Program;
use doorward_testkit::rows::Locked;
use doorward_testkit::trial::{Trial, p99};
use doorward_testkit::{Backend, UserAgent, rows, stack};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::app::{App, Seen};
use super::binary;
use super::dependency::{SETTINGS, apps, assert_sessions_remain, probe};
use super::ledger::{Working, verify};

/// The number of browsers for each user; together more than there are connections.
const BROWSERS: usize = 12;
/// The time limit until every connection is occupied.
const FILL_TIMEOUT: Duration = Duration::from_secs(5);

#[test]
fn r8_exhausted_pool_responses_have_retry_after() {
    stack::block_on(used_up());
}

/// Sends the same request again and again.
fn ask(
    over: &Arc<AtomicBool>,
    request: impl Fn(&UserAgent) -> RequestBuilder + Send + Sync + 'static,
) -> JoinHandle<Vec<Seen>> {
    let over = Arc::clone(over);
    tokio::spawn(async move {
        let (agent, mut seen) = (UserAgent::new(), Vec::new());
        while !over.load(Ordering::Relaxed) {
            let asked = Instant::now();
            let response = request(&agent).send().await.ok();
            let received = response.as_ref();
            let received =
                received.map(|response| (response.status().as_u16(), response.headers()));
            seen.push(Seen::new(asked, received));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        seen
    })
}

/// Requests codes for a user all the time, in several browsers.
fn browse(app: &Arc<App>, over: &Arc<AtomicBool>) -> Vec<JoinHandle<()>> {
    let browsing = (0..BROWSERS).map(|_| {
        let (app, over) = (Arc::clone(app), Arc::clone(over));
        tokio::spawn(async move {
            while !over.load(Ordering::Relaxed) {
                if app.code().await.is_none() {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        })
    });
    browsing.collect()
}

/// Waits until `shared` connections of the program wait for the lock; returns their number.
async fn all_held(program: &Program, shared: usize) -> usize {
    let ask = "SELECT pid::text AS text FROM pg_stat_activity WHERE wait_event_type = 'Lock' \
               AND application_name = 'doorward' AND datname = current_database()";
    let began = Instant::now();
    loop {
        let held = rows::query_text(&program.storage.identity, ask).await.len();
        if held >= shared || began.elapsed() > FILL_TIMEOUT {
            return held;
        }
    }
}

async fn used_up() {
    let trial = Trial::new("R8", "postgres");
    let program = Program::start(&binary(), Backend::PostgresRedis, &SETTINGS).await;
    let apps = apps(&program).await;
    let mut chance = StdRng::seed_from_u64(trial.seed);
    let shared = usize::try_from(program.config.database.max_connections).unwrap() - 2;

    let working = Working::begin(&program, &apps[..1], &mut chance);
    let over = Arc::clone(&working.over);
    let browsing: Vec<_> = apps[1..]
        .iter()
        .flat_map(|app| browse(app, &over))
        .collect();
    let (service, token) = (program.seed.service.clone(), program.at("/oauth2/token"));
    let itself = ask(&over, move |agent| {
        let fields = [("grant_type", "client_credentials")];
        service.request(agent.http(), &token, &fields)
    });
    let keys = program.at("/oauth2/jwks");
    let keys = ask(&over, move |agent| agent.http().get(&keys));
    let live = tokio::spawn(probe(program.at("/livez"), Arc::clone(&over)));
    let ready = tokio::spawn(probe(program.at("/readyz"), Arc::clone(&over)));

    tokio::time::sleep(Duration::from_millis(300)).await;
    let lock = Locked::table(&program.storage.identity, "sessions").await;
    let began = Instant::now();
    let max = all_held(&program, shared).await;
    tokio::time::sleep(trial.lasting(2_200, 10_000)).await;
    lock.end().await;
    let ended = Instant::now();
    tokio::time::sleep(trial.lasting(800, 3_000)).await;

    let known = working.end().await;
    for item in browsing {
        item.await.expect("the user's task succeeds");
    }
    assert_eq!(max, shared, "not every connection is occupied");
    for received in live.await.expect("a probe") {
        assert_eq!(received.status, 200, "/livez");
    }
    for (name, going_on) in [("tokens of its own", itself), ("keys", keys)] {
        for item in going_on.await.expect("the user's task succeeds") {
            assert_eq!(item.status, Some(200), "{name}: {item:?}");
            assert!(item.took <= trial.max_duration(1_000), "{name}: {item:?}");
        }
    }
    let received = ready.await.expect("a probe");
    let down = received
        .iter()
        .find(|item| item.at > began && item.status == 503);
    let noticed = down.expect("/readyz reports the outage").at - began;
    let back = received
        .iter()
        .rev()
        .take_while(|item| item.status == 200)
        .last();
    let back = back.expect("/readyz reports the recovery").at;
    let back = back.saturating_duration_since(ended);
    assert!(
        noticed <= trial.max_duration(2_000),
        "noticed after {noticed:?}"
    );
    assert!(back <= trial.max_duration(1_000), "back after {back:?}");

    let seen: Vec<_> = apps.iter().flat_map(|app| app.seen()).collect();
    verify(&apps[0], &program.issuer, &known[0], "the pool was used up").await;
    let output = program.output();
    assert!(!output.contains("panicked"), "{output}");
    let mut result = check_responses(&trial, &seen, (began, ended), shared);
    result["noticed_ms"] = json!(noticed.as_millis());
    result["back_ms"] = json!(back.as_millis());
    trial.done(result);
}

/// Checks that each response succeeded or had `Retry-After` within a second.
fn check_responses(
    trial: &Trial,
    seen: &[Seen],
    (began, ended): (Instant, Instant),
    shared: usize,
) -> Value {
    assert_sessions_remain(seen, "the pool is used up");
    let busy = seen.iter().filter(|seen| seen.status == Some(503));
    // A request that has a connection may wait for the lock until the statement timeout.
    let patient = OpenOptions::default().statement_timeout;
    let (waited, error): (Vec<&Seen>, Vec<&Seen>) = busy.partition(|busy| busy.took >= patient);
    let rounds = (ended - began).as_secs() / patient.as_secs();
    let waited = waited.len();
    assert!(
        waited <= shared * usize::try_from(rounds).unwrap(),
        "{waited} waited"
    );
    let mut error: Vec<_> = error.iter().map(|item| item.took).collect();
    assert!(error.len() > shared, "only {} got 503 at once", error.len());
    let (busy, slowest) = (error.len(), p99(&mut error));
    let median = error[busy / 2];
    // Other tests on this machine may delay the slowest responses, but not half of them.
    assert!(
        median < Duration::from_millis(1_500),
        "503 after {median:?}"
    );
    assert!(
        slowest <= trial.max_duration(1_000).as_millis(),
        "503 after {slowest} ms"
    );
    let after: Vec<_> = seen.iter().filter(|seen| seen.asked > ended).collect();
    assert!(
        !after.is_empty() && after.iter().all(|one| one.is_good()),
        "{after:?}"
    );
    json!({
        "postgres": "pool used up", "answers": seen.len(), "held": shared, "busy": busy,
        "busy_p99_ms": slowest, "waited_for_the_lock": waited, "signed_out": 0,
    })
}
