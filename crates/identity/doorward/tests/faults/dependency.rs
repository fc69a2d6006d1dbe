//! Trials R7 and R8: Redis or PostgreSQL is killed, frozen, slow, emptied or restarted under load.
//! Without Redis, the responses are the same; without PostgreSQL, they have `Retry-After`, and no
//! user is signed out.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use doorward_testkit::backend::{Storage, separate_redis};
use doorward_testkit::program::Program;
use doorward_testkit::relay::{Relay, RelayState};
use doorward_testkit::trial::{Trial, p99};
use doorward_testkit::{Backend, PASSWORD, UserAgent, stack};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use serde_json::{Value, json};
use tokio::process::Command;
use tokio::task::JoinHandle;

use super::app::{App, Seen};
use super::ledger::{Ledger, Working, verify};
use super::{CHEAP, binary};

/// A grace period that allows retries after a response was lost in an outage of ten seconds.
pub const SETTINGS: [(&str, &str); 3] = [
    CHEAP[0],
    CHEAP[1],
    ("DOORWARD__TOKENS__REFRESH_GRACE", "60s"),
];

#[test]
fn r7_responses_without_redis_are_equal() {
    stack::block_on(redis());
}

#[test]
fn r8_without_postgres_responses_have_retry_after() {
    stack::block_on(postgres());
}

/// Users and clients at work, until `over` is set.
struct Load {
    apps: Vec<Arc<App>>,
    working: Working,
    signing_in: JoinHandle<Vec<Seen>>,
}

impl Load {
    fn begin(program: &Program, apps: &[Arc<App>], chance: &mut StdRng) -> Self {
        let working = Working::begin(program, apps, chance);
        let over = Arc::clone(&working.over);
        Self {
            signing_in: tokio::spawn(sign_in(program.at("/login"), over)),
            apps: apps.to_vec(),
            working,
        }
    }

    /// Stops the load; returns all responses, and the state acknowledged to each client.
    async fn end(self) -> (Vec<Seen>, Vec<Ledger>) {
        let known = self.working.end().await;
        let mut seen = self.signing_in.await.expect("the users' task succeeds");
        seen.extend(self.apps.iter().flat_map(|app| app.seen()));
        (seen, known)
    }
}

/// Signs users in by password, one after the other, each in a new browser.
pub async fn sign_in(url: String, over: Arc<AtomicBool>) -> Vec<Seen> {
    let mut seen = Vec::new();
    while !over.load(Ordering::Relaxed) {
        let (agent, requested) = (UserAgent::new(), Instant::now());
        let page = agent.get(&url).await;
        seen.push(Seen::new(requested, Some((page.status, &page.headers))));
        if let Some(form) = page.find_form("form:has([name=password])") {
            let form = form.with("identifier", "bob").with("password", PASSWORD);
            let requested = Instant::now();
            let page = agent.submit(&form).await;
            seen.push(Seen::new(requested, Some((page.status, &page.headers))));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    seen
}

/// The start and the end of an outage.
struct Outage {
    began: Instant,
    ended: Instant,
}

impl Outage {
    /// Causes an outage for a time, with load before and after it.
    async fn of(during: Duration, after: Duration, wrong: impl AsyncFn(bool)) -> Self {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let began = Instant::now();
        wrong(true).await;
        tokio::time::sleep(during).await;
        wrong(false).await;
        let ended = Instant::now();
        tokio::time::sleep(after).await;
        Self { began, ended }
    }

    fn has(&self, seen: &Seen) -> bool {
        (self.began..self.ended).contains(&seen.asked)
    }
}

pub async fn apps(program: &Program) -> Vec<Arc<App>> {
    let mut apps = Vec::new();
    for person in ["alice", "mona", "admin"] {
        let app = Arc::new(App::new(program, person).await);
        app.seen();
        apps.push(app);
    }
    apps
}

pub fn assert_sessions_remain(seen: &[Seen], name: &str) {
    for item in seen {
        assert!(!item.signs_out, "{name}: {item:?}");
        let honest = item.is_good() || item.status == Some(503);
        assert!(honest, "{name}: {item:?}");
        assert!(
            item.status != Some(503) || item.says_when,
            "{name}: {item:?}"
        );
    }
}

async fn redis() {
    let trial = Trial::new("R7", "postgres");
    let mut storage = Storage::create(Backend::PostgresRedis).await;
    // Tests of another binary may run now.
    let direct = separate_redis();
    let relay = Relay::before(&direct).await;
    storage.redis = Some(relay.url.clone());
    let program = Program::start_with_storage(&binary(), storage, &SETTINGS).await;
    let apps = apps(&program).await;
    let mut chance = StdRng::seed_from_u64(trial.seed);
    let slow = RelayState::Slow(Duration::from_millis(500));
    let mut results = Vec::new();
    for (name, error) in [
        ("killed", Some(RelayState::Killed)),
        ("frozen", Some(RelayState::Frozen)),
        ("slow", Some(slow)),
        ("flushed", None),
    ] {
        let load = Load::begin(&program, &apps, &mut chance);
        let during = trial.lasting(700, 10_000);
        let outage = Outage::of(
            during,
            trial.lasting(900, 3_000),
            async |begins| match error {
                Some(error) => relay.set(if begins { error } else { RelayState::Nothing }),
                None => flush(&direct).await,
            },
        );
        let outage = outage.await;
        let (seen, known) = load.end().await;
        assert_sessions_remain(&seen, name);
        let (mut meanwhile, mut busy) = (Vec::new(), 0);
        for item in seen.iter().filter(|seen| outage.has(seen)) {
            meanwhile.push(item.took);
            busy += usize::from(item.status == Some(503));
        }
        assert!(meanwhile.len() > 10, "{name}: {} answers", meanwhile.len());
        assert!(busy * 100 <= meanwhile.len(), "{name}: {busy} say 503");
        let slowest = p99(&mut meanwhile);
        assert!(
            slowest <= trial.max_duration(1500).as_millis(),
            "{name}: {slowest}"
        );
        for (app, known) in apps.iter().zip(known) {
            verify(app, &program.issuer, &known, name).await;
            app.seen();
        }
        results.push(
            json!({ "redis": name, "answers": meanwhile.len(), "busy": busy, "p99_ms": slowest }),
        );
    }
    trial.done(json!({ "outages": results, "signed_out": 0, "revoked_and_accepted": 0 }));
}

/// Deletes the data in the numbered database of this URL.
async fn flush(url: &str) {
    let mut command = Command::new("redis-cli");
    let done = command.args(["-u", url, "FLUSHDB"]).output().await;
    let done = done.expect("redis-cli");
    assert!(done.status.success(), "{done:?}");
}

/// The result of a probe.
#[derive(Clone, Copy)]
pub struct Probed {
    pub at: Instant,
    pub status: u16,
}

pub async fn probe(url: String, over: Arc<AtomicBool>) -> Vec<Probed> {
    let (agent, mut error) = (UserAgent::new(), Vec::new());
    while !over.load(Ordering::Relaxed) {
        let status = agent.get(&url).await.status;
        let at = Instant::now();
        error.push(Probed { at, status });
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    error
}

async fn postgres() {
    let trial = Trial::new("R8", "postgres");
    let mut storage = Storage::create(Backend::PostgresRedis).await;
    let direct = std::mem::take(&mut storage.identity);
    let relay = Relay::before(&direct).await;
    storage.identity.clone_from(&relay.url);
    let program = Program::start_with_storage(&binary(), storage, &SETTINGS).await;
    let apps = apps(&program).await;
    let mut chance = StdRng::seed_from_u64(trial.seed);
    let mut results = Vec::new();
    for what in ["killed", "frozen", "reset", "restarted"] {
        let load = Load::begin(&program, &apps, &mut chance);
        let over = Arc::clone(&load.working.over);
        let live = tokio::spawn(probe(program.at("/livez"), Arc::clone(&over)));
        let ready = tokio::spawn(probe(program.at("/readyz"), over));
        let during = trial.lasting(1_500, 10_000);
        let restart = tokio::sync::Mutex::new(None);
        let outage = Outage::of(
            during,
            trial.lasting(1_500, 6_000),
            async |begins| match what {
                "killed" if begins => relay.set(RelayState::Killed),
                "frozen" if begins => relay.set(RelayState::Frozen),
                "reset" => relay.reset(),
                "restarted" if begins => {
                    *restart.lock().await = Some(program.storage.interrupt().await);
                }
                "restarted" => {
                    let running = restart.lock().await.take();
                    running.expect("an outage").end().await;
                }
                _ => relay.set(RelayState::Nothing),
            },
        );
        let outage = outage.await;
        let (seen, known) = load.end().await;
        assert_sessions_remain(&seen, what);
        for received in live.await.expect("a probe") {
            assert_eq!(received.status, 200, "{what}: /livez");
        }
        let received = ready.await.expect("a probe");
        let found = if what == "reset" {
            // The outage ended before a probe could notice it.
            Duration::ZERO
        } else {
            let down = received
                .iter()
                .find(|item| item.at > outage.began && item.status == 503);
            down.expect("/readyz reports the outage").at - outage.began
        };
        assert!(
            found <= trial.max_duration(2_000),
            "{what}: noticed after {found:?}"
        );
        let back = received.iter().rev().take_while(|item| item.status == 200);
        let back = back.last().expect("/readyz reports the recovery").at;
        let back = back.saturating_duration_since(outage.ended);
        assert!(
            back <= trial.max_duration(5_000),
            "{what}: back after {back:?}"
        );
        results.push(check_outage(&trial, what, &outage, &seen, (found, back)));
        for (app, known) in apps.iter().zip(known) {
            verify(app, &program.issuer, &known, what).await;
            app.seen();
        }
    }
    assert!(
        !program.output().contains("panicked"),
        "{}",
        program.output()
    );
    trial.done(json!({ "outages": results, "signed_out": 0, "wrong_grants": 0 }));
}

fn check_outage(
    trial: &Trial,
    name: &str,
    outage: &Outage,
    seen: &[Seen],
    (found, back): (Duration, Duration),
) -> Value {
    let busy = seen.iter().filter(|seen| seen.status == Some(503));
    let mut busy: Vec<_> = busy.map(|busy| busy.took).collect();
    let count = busy.len();
    assert!(
        name == "reset" || count > 0,
        "{name}: no request failed during the outage"
    );
    let slowest = p99(&mut busy);
    assert!(
        slowest <= trial.max_duration(1_000).as_millis(),
        "{name}: 503 after {slowest} ms"
    );
    let last = seen
        .iter()
        .filter(|seen| seen.asked > outage.ended)
        .max_by_key(|seen| seen.asked);
    assert!(
        last.expect("a response after the outage").is_good(),
        "{name}: {last:?}"
    );
    json!({
        "postgres": name, "answers": seen.len(), "busy": count, "busy_p99_ms": slowest,
        "noticed_ms": found.as_millis(), "back_ms": back.as_millis(),
    })
}
