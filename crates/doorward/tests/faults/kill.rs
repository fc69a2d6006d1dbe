//! R1: the program is killed with SIGKILL at any moment under load, and started again. What it had
//! acknowledged is there; what it had not may be either way, never half.

use std::sync::Arc;
use std::time::{Duration, Instant};

use doorward_testkit::program::Program;
use doorward_testkit::trial::{Trial, p99};
use doorward_testkit::{Backend, rows, stack};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::json;

use super::app::App;
use super::ledger::{Working, judge, judge_codes};
use super::{CHEAP, binary};

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

async fn killed(backend: Backend, store: &'static str) {
    let trial = Trial::new("R1", store);
    let mut program = Program::start(&binary(), backend, &CHEAP).await;
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
    let (mut spent, mut ready) = (vec![Vec::new(); APPS], Vec::new());
    while kill < kills || acknowledged < enough {
        kill += 1;
        let working = Working::begin(&program, &apps, &mut chance);
        let patience = chance.random_range(150..600);
        tokio::time::sleep(Duration::from_millis(patience)).await;
        program.kill();
        let known = working.end().await;
        let started = Instant::now();
        program.start_again().await;
        ready.push(started.elapsed());
        for ((app, spent), known) in apps.iter().zip(&mut spent).zip(known) {
            acknowledged += known.acknowledged;
            judge(app, &program.issuer, &known, &format!("kill {kill}")).await;
            spent.extend(known.spent);
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
    for (app, codes) in apps.iter().zip(&spent) {
        let last = codes.len().saturating_sub(50);
        judge_codes(app, &program.issuer, &codes[last..]).await;
    }
    let verified = program.command(&["audit", "verify"]);
    assert!(verified.status.success(), "{verified:?}");
    let slowest = p99(&mut ready);
    trial.done(json!({
        "kills": kill, "acknowledged": acknowledged, "lost": 0, "redeemed_twice": 0, "ready_p99_ms": slowest,
    }));
}
