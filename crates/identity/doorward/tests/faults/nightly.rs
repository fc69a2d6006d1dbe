//! Trial R33: a nightly file of 50,000 users with 100 changes is applied beside users who sign in. No
//! request of theirs waits long, and a file without half of its rows changes nothing.

use std::fmt::Write as _;
use std::process::Output;
use std::sync::Arc;
use std::time::{Duration, Instant};

use doorward_testkit::program::Program;
use doorward_testkit::trial::{Trial, p99};
use doorward_testkit::{Backend, UserAgent, rows, stack};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use serde_json::json;

use super::app::App;
use super::ledger::Working;
use super::{CHEAP, binary};

/// The users whose requests are measured.
const USERS: [&str; 3] = ["alice", "mona", "admin"];
/// Maximum time of a request beside the command, in milliseconds.
const LONGEST: u64 = 250;
/// Maximum time of the command, in milliseconds.
const NIGHT: u64 = 10_000;
/// Numbers of users whose address changes, who leave, and who join.
const MOVERS: usize = 60;
const LEAVERS: usize = 20;
const JOINERS: usize = 20;

#[test]
fn r33_nightly_file_delays_no_request_sqlite() {
    stack::block_on(synchronized(Backend::SqliteMemory, "sqlite"));
}

#[test]
fn r33_nightly_file_delays_no_request_postgres() {
    stack::block_on(synchronized(Backend::PostgresRedis, "postgres"));
}

/// Writes a file of users with these numbers; the first `movers` have another address.
fn write(program: &Program, numbers: impl Iterator<Item = usize>, movers: usize) {
    let mut text = "id,username,email,given_name,roles,groups\n".to_owned();
    for number in numbers {
        let host = if number < movers { "y" } else { "x" };
        writeln!(
            text,
            "{number},worker{number},worker{number}@{host}.example,Worker,clerk,/sales"
        )
        .expect("text");
    }
    std::fs::write(program.directory().join("users.csv"), text).expect("a file");
}

async fn import(program: &Program, more: &[&str]) -> (Output, Duration) {
    let started = Instant::now();
    let args = [&["import", "csv", "users.csv", "--source", "hr"], more].concat();
    let done = program.run_command(&args).await;
    (done, started.elapsed())
}

fn errors(done: &Output) -> String {
    String::from_utf8_lossy(&done.stderr).into_owned()
}

async fn synchronized(backend: Backend, store: &'static str) {
    let trial = Trial::new("R33", store);
    let mut chance = StdRng::seed_from_u64(trial.seed);
    let program = Program::start(&binary(), backend, &CHEAP).await;
    let mut apps = Vec::new();
    for user in USERS {
        let agent = UserAgent::restless();
        apps.push(Arc::new(App::with_agent(&program, user, agent).await));
    }
    let rows = trial.size(1_000, 50_000);
    write(&program, 0..rows, 0);
    let (done, imported) = import(&program, &[]).await;
    assert!(done.status.success(), "{}", errors(&done));
    // PostgreSQL has statistics by the next night; the one of the tests makes none itself.
    rows::execute(&program.storage.identity, "ANALYZE").await;

    let working = Working::begin(&program, &apps, &mut chance);
    let kept = (0..rows - LEAVERS).chain(rows..rows + JOINERS);
    write(&program, kept, MOVERS);
    let sync = ["--sync", "--leavers", "disable", "--max-leavers", "20"];
    let (done, took) = import(&program, &sync).await;
    assert!(done.status.success(), "{}", errors(&done));
    let unchanged = rows - LEAVERS - MOVERS;
    let expected = format!("joined 20, changed 60, left 20, unchanged {unchanged}, conflicts 0");
    assert!(errors(&done).contains(&expected), "{}", errors(&done));

    write(&program, 0..rows / 2, 0);
    let (done, _) = import(&program, &["--sync", "--leavers", "disable"]).await;
    assert_eq!(done.status.code(), Some(5), "{}", errors(&done));
    working.end().await;

    let seen: Vec<_> = apps.iter().flat_map(|app| app.seen()).collect();
    for response in &seen {
        assert!(response.is_good(), "{response:?}\n{}", program.output());
    }
    let mut times: Vec<_> = seen.iter().map(|response| response.took).collect();
    let p99 = p99(&mut times);
    let slowest = times.last().copied().unwrap_or_default();
    trial.done(json!({
        "rows": rows, "import_ms": imported.as_millis(), "sync_ms": took.as_millis(),
        "requests": times.len(), "p99_ms": p99, "slowest_ms": slowest.as_millis(),
    }));
    let longest = trial.lasting(5_000, LONGEST);
    assert!(slowest <= longest, "{slowest:?} is longer than {longest:?}");
    let night = trial.max_duration(NIGHT);
    assert!(took <= night, "{took:?} is longer than {night:?}");
}
