//! R1: the program is killed with SIGKILL at any moment under load, and started again. What it had
//! acknowledged is there; what it had not may be either way, never half.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use doorward_testkit::program::Program;
use doorward_testkit::{Backend, rows, stack};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::json;

use super::app::{App, token};
use super::size::{Trial, binary};

/// Apps that work at the same time.
const APPS: usize = 4;

#[test]
fn r1_what_was_acknowledged_survives_a_kill_sqlite_memory() {
    stack::to_end(killed(Backend::SqliteMemory, "sqlite"));
}

#[test]
fn r1_what_was_acknowledged_survives_a_kill_postgres_redis() {
    stack::to_end(killed(Backend::PostgresRedis, "postgres"));
}

/// What one app knows for certain.
#[derive(Default)]
struct Ledger {
    /// Refresh tokens that the server has given out, and not taken back.
    live: Vec<String>,
    /// Refresh tokens whose use went unanswered: an honest repeat has to work.
    asked: Vec<String>,
    /// Tokens that the server has said are revoked.
    revoked: Vec<String>,
    /// Codes that the server has taken.
    spent: Vec<String>,
    acknowledged: usize,
}

/// Works until it is told to stop, or nothing answers.
async fn work(app: Arc<App>, origin: String, mut chance: StdRng, over: Arc<AtomicBool>) -> Ledger {
    let mut known = Ledger::default();
    while !over.load(Ordering::Relaxed) {
        let Some(code) = app.code().await else {
            continue;
        };
        known.acknowledged += 1;
        let Some((status, body)) = app.redeem(&origin, &code).await else {
            continue;
        };
        assert_eq!(status, 200, "{body}");
        known.acknowledged += 1;
        known.spent.push(code);
        let mut refresh = token(&body, "refresh_token");
        if chance.random_bool(0.7) {
            let Some((status, body)) = app.refresh(&origin, &refresh).await else {
                known.asked.push(refresh);
                continue;
            };
            assert_eq!(status, 200, "{body}");
            known.acknowledged += 1;
            refresh = token(&body, "refresh_token");
        }
        if chance.random_bool(0.3) {
            if app.revoke(&origin, &refresh).await {
                known.acknowledged += 1;
                known.revoked.push(refresh);
            }
            continue;
        }
        known.live.push(refresh);
    }
    known
}

async fn killed(backend: Backend, store: &'static str) {
    let trial = Trial::new("R1", store);
    let settings = [
        ("DOORWARD__PASSWORDS__HASH_MEMORY_KIB", "7168"),
        ("DOORWARD__PASSWORDS__HASH_ITERATIONS", "5"),
    ];
    let mut program = Program::start(&binary(), backend, &settings).await;
    let mut apps = Vec::new();
    for person in ["alice", "bob", "mona", "admin"]
        .into_iter()
        .cycle()
        .take(APPS)
    {
        apps.push(Arc::new(App::new(&program, person).await));
    }
    let mut chance = StdRng::seed_from_u64(trial.seed);
    let (kills, enough) = (trial.size(6, 500), trial.size(60, 100_000));
    let (mut kill, mut acknowledged) = (0, 0);
    let (mut spent, mut ready) = (Vec::new(), Vec::new());
    while kill < kills || acknowledged < enough {
        kill += 1;
        let over = Arc::new(AtomicBool::new(false));
        let working: Vec<_> = apps
            .iter()
            .map(|app| {
                let chance = StdRng::seed_from_u64(chance.random());
                let origin = program.issuer.clone();
                tokio::spawn(work(Arc::clone(app), origin, chance, Arc::clone(&over)))
            })
            .collect();
        let patience = chance.random_range(150..600);
        tokio::time::sleep(Duration::from_millis(patience)).await;
        program.kill();
        over.store(true, Ordering::Relaxed);
        let mut known = Vec::new();
        for one in working {
            known.push(one.await.expect("an app that goes on"));
        }
        let started = Instant::now();
        program.start_again().await;
        ready.push(started.elapsed());
        for (app, known) in apps.iter().zip(known) {
            acknowledged += known.acknowledged;
            judge(app, &program.issuer, &known, kill).await;
            spent.extend(known.spent.into_iter().map(|code| (Arc::clone(app), code)));
        }
        if backend == Backend::SqliteMemory {
            let ask = "SELECT integrity_check AS text FROM pragma_integrity_check";
            assert_eq!(
                rows::ask(&program.storage.identity, ask).await,
                ["ok"],
                "kill {kill}"
            );
        }
    }
    // Last, because it kills what hangs on them.
    for (app, code) in spent.iter().rev().take(200) {
        let (status, body) = app.redeem(&program.issuer, code).await.expect("an answer");
        assert_eq!(
            (status, &body["error"]),
            (400, &json!("invalid_grant")),
            "redeemed twice"
        );
    }
    let verified = program.command(&["audit", "verify"]);
    assert!(verified.status.success(), "{verified:?}");
    ready.sort_unstable();
    let slowest = ready[(ready.len() * 99).div_ceil(100) - 1].as_millis();
    trial.done(json!({
        "kills": kill, "acknowledged": acknowledged, "lost": 0, "redeemed_twice": 0, "ready_p99_ms": slowest,
    }));
}

async fn judge(app: &App, origin: &str, known: &Ledger, kill: usize) {
    for refresh in &known.live {
        assert!(
            app.is_active(origin, refresh).await,
            "kill {kill}: an issued token is lost"
        );
    }
    for refresh in &known.revoked {
        assert!(
            !app.is_active(origin, refresh).await,
            "kill {kill}: a revocation is lost"
        );
    }
    for refresh in &known.asked {
        let (status, body) = app.refresh(origin, refresh).await.expect("an answer");
        assert_eq!(
            status, 200,
            "kill {kill}: signed out by a lost answer: {body}"
        );
    }
}
