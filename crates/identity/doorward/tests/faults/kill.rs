//! Trial R1: the program is killed with SIGKILL at any time under load, and started again. What it
//! acknowledged is stored; an unacknowledged request is stored completely or not at all.

use std::sync::Arc;
use std::time::{Duration, Instant};

use doorward_testkit::program::Program;
use doorward_testkit::trial::{Trial, p99};
use doorward_testkit::{Backend, rows, stack};
use futures_util::future::{join, join_all};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::json;

use super::app::App;
use super::ledger::{Working, check_codes, verify};
use super::users::Users;
use super::{CHEAP, binary};

/// The number of concurrent clients.
const APPS: usize = 4;

#[test]
fn r1_acknowledged_writes_survive_kill_sqlite_memory() {
    stack::block_on(killed(Backend::SqliteMemory, "sqlite"));
}

#[test]
fn r1_acknowledged_writes_survive_kill_postgres_redis() {
    stack::block_on(killed(Backend::PostgresRedis, "postgres"));
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
    let mut users = Users::new(&program).await;
    let mut chance = StdRng::seed_from_u64(trial.seed);
    let (kills, enough) = (trial.size(6, 500), trial.size(60, 100_000));
    let (mut kill, mut of_apps) = (0, 0);
    let (mut consumed, mut ready) = (vec![Vec::new(); APPS], Vec::new());
    // If too little happened in a period, the trial adds more and longer periods.
    let more = |kill, users: &Users| kill < 10 * kills && !users.is_complete();
    while kill < kills || of_apps + users.acknowledged() < enough || more(kill, &users) {
        kill += 1;
        let working = Working::begin(&program, &apps, &mut chance);
        let acting = users.begin(&mut chance, &working.over);
        let delay = Duration::from_millis(chance.random_range(150..600));
        tokio::time::sleep(if kill > kills { 3 * delay } else { delay }).await;
        program.kill();
        let known = working.end().await;
        users = acting.await.expect("the users' task succeeds");
        let started = Instant::now();
        program.start_again().await;
        ready.push(started.elapsed());
        let (when, database) = (format!("kill {kill}"), &program.storage.identity);
        let of_all = join_all(apps.iter().zip(&known).map(async |(app, known)| {
            verify(app, &program.issuer, known, &when).await;
        }));
        join(of_all, users.verify(database, &when)).await;
        for (consumed, known) in consumed.iter_mut().zip(known) {
            of_apps += known.acknowledged;
            consumed.extend(known.spent);
        }
        if backend == Backend::SqliteMemory {
            let ask = "SELECT integrity_check AS text FROM pragma_integrity_check";
            assert_eq!(rows::query_text(database, ask).await, ["ok"], "{when}");
        }
    }
    assert!(users.is_complete(), "some action never happened");
    for (app, codes) in apps.iter().zip(&consumed) {
        let last = codes.len().saturating_sub(50);
        check_codes(app, &program.issuer, &codes[last..]).await;
    }
    let verified = program.command(&["audit", "verify"]);
    assert!(verified.status.success(), "{verified:?}");
    let (slowest, of_people) = (p99(&mut ready), users.acknowledged());
    trial.done(json!({
        "kills": kill, "acknowledged": of_apps + of_people, "of_people": of_people, "lost": 0,
        "redeemed_twice": 0, "ready_p99_ms": slowest,
    }));
}
