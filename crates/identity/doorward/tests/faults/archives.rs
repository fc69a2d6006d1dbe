//! Trial R37: the old days of an audit log of ten million events move into files, beside users who
//! sign in. No write waits long, and the chain verifies before, meanwhile and afterwards, with and
//! without the files. `api::audit_streams` has the part with a receiver that is down for an hour.

use std::path::Path;
use std::process::Output;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use doorward_access::clock::{Clock as _, SystemClock};
use doorward_testkit::audit_days::{self, PastDays};
use doorward_testkit::program::Program;
use doorward_testkit::trial::Trial;
use doorward_testkit::{Backend, PASSWORD, UserAgent, rows, stack};
use futures_util::future::join3;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};

use super::app::{App, Seen};
use super::growth::Beside;
use super::ledger::Working;
use super::{CHEAP, binary};

const DAY: i64 = 24 * 60 * 60;
const RETENTION: i64 = 90 * DAY;
const SETTING: (&str, &str) = ("DOORWARD__AUDIT__RETENTION", "90d");
/// The directory of the files, in that of the program.
const DIRECTORY: &str = "archive";
/// The users whose clients request tokens.
const USERS: [&str; 2] = ["alice", "mona"];
/// The user who signs in by password.
const WRITER: &str = "bob";
/// Time between two sign-ins.
const PAUSE: Duration = Duration::from_millis(50);
/// Time between two runs of `VACUUM`.
const VACUUM: Duration = Duration::from_mins(1);
/// Maximum time of a request at release size.
const LONGEST: Duration = Duration::from_millis(250);

#[test]
fn r37_archive_of_old_days_delays_no_write_sqlite() {
    stack::block_on(archived(Backend::SqliteMemory, "sqlite"));
}

#[test]
fn r37_archive_of_old_days_delays_no_write_postgres() {
    stack::block_on(archived(Backend::PostgresRedis, "postgres"));
}

/// The responses to the clients and to the sign-ins.
struct Observed<'a> {
    program: &'a Program,
    apps: &'a [Arc<App>],
    sign_ins: Arc<Mutex<Vec<Seen>>>,
}

/// The requests beside commands.
struct Measured {
    report: Value,
    slowest: Duration,
}

impl Observed<'_> {
    /// Checks that every request since the last call succeeded, and measures them.
    fn measure(&self, during: &str) -> Measured {
        let sign_ins = std::mem::take(&mut *self.sign_ins.lock().unwrap());
        let requests: Vec<_> = self.apps.iter().flat_map(|app| app.seen()).collect();
        let check = |seen: &[Seen], name: &str| {
            let during = format!("{during}, {name}");
            let beside = Beside::check(seen, &during, LONGEST, || self.program.output());
            if !beside.late.is_empty() {
                println!("{during}: too long at second, ms: {:?}", beside.late);
            }
            beside
        };
        let (sign_ins, requests) = (
            check(&sign_ins, "sign-ins"),
            check(&requests, "requests of clients"),
        );
        Measured {
            report: json!({ "sign_ins": row(&sign_ins), "requests": row(&requests) }),
            slowest: sign_ins.slowest.max(requests.slowest),
        }
    }
}

fn row(beside: &Beside) -> Value {
    json!({
        "count": beside.count, "p99_ms": beside.p99, "slowest_ms": beside.slowest.as_millis(),
    })
}

/// Signs a user in until `over` is set; each sign-in writes an audit event. Returns their number.
async fn sign_in(
    request: RequestBuilder,
    seen: Arc<Mutex<Vec<Seen>>>,
    over: Arc<AtomicBool>,
) -> u64 {
    let mut count = 0;
    while !over.load(Ordering::Relaxed) {
        let request = request.try_clone().expect("a body in memory");
        let asked = Instant::now();
        let response = request.send().await.ok();
        let answered = describe(asked, response.as_ref());
        seen.lock().unwrap().push(answered);
        count += 1;
        tokio::time::sleep(PAUSE).await;
    }
    count
}

fn describe(asked: Instant, response: Option<&Response>) -> Seen {
    let answer = response.map(|response| (response.status().as_u16(), response.headers()));
    Seen::new(asked, answer)
}

/// Returns the days with the events of the trial.
fn past_days(trial: &Trial) -> PastDays {
    let days = if trial.is_release() { 400 } else { 120 };
    let events = u32::try_from(trial.size(6_000, 10_000_000)).expect("a number of events");
    PastDays {
        days,
        events: events.div_ceil(days),
    }
}

/// Returns the number of days that retention removes at this time.
fn count_old(past: PastDays, today: i64, now: i64) -> u32 {
    let ends = (1..=past.days).map(|age| today - i64::from(age) * DAY + DAY);
    let old = ends.filter(|end| *end <= now - RETENTION).count();
    u32::try_from(old).expect("a number of days")
}

/// Fills the audit log. Returns the time that this took.
async fn fill(program: &Program, past: PastDays, today: i64) -> Duration {
    let (started, database) = (Instant::now(), &program.storage.identity);
    audit_days::fill(database, &program.audit_key(), past, today).await;
    if let Some(file) = program.config.audit_head_file() {
        // The head of the former chain; PostgreSQL has no such file.
        let _ = std::fs::remove_file(file);
    }
    // Every background task runs at once.
    rows::execute(database, "DELETE FROM leases").await;
    // A deployment of years is not in the middle of writing its whole database.
    tokio::process::Command::new("sync")
        .status()
        .await
        .expect("sync runs");
    started.elapsed()
}

/// A verification that found nothing.
struct Verified {
    events: u64,
    took: Duration,
}

async fn verify(program: &Program, with_files: bool) -> Verified {
    let mut args = vec!["audit", "verify", "--json"];
    if with_files {
        args.extend(["--archives", DIRECTORY]);
    }
    let started = Instant::now();
    let done = program.run_command(&args).await;
    let took = started.elapsed();
    let report = read(&done);
    assert_eq!(report["intact"], true, "{args:?}: {report}");
    Verified {
        events: report["events"].as_u64().expect("a number of events"),
        took,
    }
}

fn read(done: &Output) -> Value {
    let errors = || String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{}", errors());
    serde_json::from_slice(&done.stdout).unwrap_or_else(|error| panic!("{error}: {}", errors()))
}

fn milliseconds(runs: &[Verified]) -> Vec<u128> {
    runs.iter().map(|run| run.took.as_millis()).collect()
}

/// Days that were moved into files.
struct Moved {
    days: u32,
    events: u64,
    took: Duration,
    /// Size of the files in bytes.
    bytes: u64,
}

/// Archives the old days, and verifies the chain meanwhile, without and with the files in turn.
async fn archive(program: &Program, past: PastDays, today: i64) -> (Moved, Vec<Verified>) {
    let over = AtomicBool::new(false);
    let archiving = async {
        let started = Instant::now();
        let args = ["audit", "archive", "--directory", DIRECTORY, "--json"];
        let done = program.run_command(&args).await;
        over.store(true, Ordering::Relaxed);
        (done, started.elapsed())
    };
    let verifying = async {
        let mut runs = Vec::new();
        while runs.len() < 2 || !over.load(Ordering::Relaxed) {
            let with_files = runs.len() % 2 == 1;
            runs.push(verify(program, with_files).await);
        }
        runs
    };
    let least = count_old(past, today, SystemClock.now());
    let ((done, took), runs, ()) = join3(archiving, verifying, vacuum(program, &over)).await;
    let most = count_old(past, today, SystemClock.now());

    let result = read(&done);
    let archives = result["archives"].as_array().expect("archives");
    let days = u32::try_from(archives.len()).expect("a number of days");
    // A day ends at midnight, which may be now.
    let expected = least..=most;
    assert!(expected.contains(&days), "{days} of {expected:?}");
    let events = archives.iter().map(|archive| archive["events"].as_u64());
    let events: u64 = events.map(|events| events.expect("a number")).sum();
    assert_eq!(events, u64::from(days) * u64::from(past.events));
    let (files, bytes) = files(&program.directory().join(DIRECTORY));
    assert_eq!(files, archives.len());
    let moved = Moved {
        days,
        events,
        took,
        bytes,
    };
    (moved, runs)
}

/// Vacuums the tables on PostgreSQL until `over` is set. Autovacuum does so, but is off in the tests.
async fn vacuum(program: &Program, over: &AtomicBool) {
    let database = &program.storage.identity;
    let mut last = Instant::now();
    while !over.load(Ordering::Relaxed) {
        tokio::time::sleep(Duration::from_millis(100)).await;
        if database.starts_with("postgres") && last.elapsed() >= VACUUM {
            for table in ["audit_events", "audit_seals"] {
                rows::execute(database, &format!("VACUUM ANALYZE {table}")).await;
            }
            last = Instant::now();
        }
    }
}

/// Returns the number of files and their size.
fn files(directory: &Path) -> (usize, u64) {
    let entries = std::fs::read_dir(directory).expect("the directory");
    let sizes = entries.map(|entry| entry.and_then(|entry| entry.metadata()).expect("a file"));
    let sizes: Vec<u64> = sizes.map(|file| file.len()).collect();
    (sizes.len(), sizes.iter().sum())
}

async fn count(program: &Program, rows_of: &str) -> u64 {
    let query = format!("SELECT CAST(count(*) AS text) AS text FROM {rows_of}");
    let found = rows::query_text(&program.storage.identity, &query).await;
    found[0].parse().expect("a number of rows")
}

/// Checks that exactly the kept days are in the database, with every sign-in since then.
async fn check_rows(program: &Program, (past, today): (PastDays, i64), moved: &Moved, new: u64) {
    let (days, events) = (u64::from(past.days - moved.days), u64::from(past.events));
    let stored = count(program, &format!("audit_events WHERE at < {today}")).await;
    assert_eq!(stored, days * events);
    let links = count(program, &format!("audit_seals WHERE day < {today}")).await;
    // Each day begins with a link without an event.
    assert_eq!(links, days * (events + 1));
    let sign_ins = format!("audit_events WHERE kind = 'login.succeeded' AND at >= {today}");
    let sign_ins = count(program, &sign_ins).await;
    assert!(sign_ins >= new, "{sign_ins} of {new} sign-ins");
}

async fn archived(backend: Backend, store: &'static str) {
    let trial = Trial::new("R37", store);
    let mut chance = StdRng::seed_from_u64(trial.seed);
    let today = SystemClock.now().div_euclid(DAY) * DAY;
    let settings = [CHEAP[0], CHEAP[1], SETTING];
    let mut program = Program::start(&binary(), backend, &settings).await;
    let mut apps = Vec::new();
    for user in USERS {
        let agent = UserAgent::restless();
        apps.push(Arc::new(App::with_agent(&program, user, agent).await));
    }
    program.kill();
    let past = past_days(&trial);
    let filled = fill(&program, past, today).await;
    std::fs::create_dir(program.directory().join(DIRECTORY)).expect("a directory");
    program.start_again().await;

    let body = json!({
        "username": WRITER, "password": PASSWORD, "client_id": program.seed.app.id,
    });
    let agent = UserAgent::restless();
    let request = agent.http().post(program.at("/api/auth/login")).json(&body);
    let observed = Observed {
        program: &program,
        apps: &apps,
        sign_ins: Arc::default(),
    };
    let working = Working::begin(&program, &apps, &mut chance);
    let (seen, over) = (Arc::clone(&observed.sign_ins), Arc::clone(&working.over));
    let signing_in = tokio::spawn(sign_in(request, seen, over));
    tokio::time::sleep(trial.lasting(500, 60_000)).await;
    let beside_nothing = observed.measure("nothing");
    let before = [verify(&program, false).await, verify(&program, true).await];
    let beside_verify = observed.measure("verification");
    let (moved, during) = archive(&program, past, today).await;
    working.end().await;
    let new = signing_in.await.expect("the sign-ins end");
    let beside_archive = observed.measure("archive");

    check_rows(&program, (past, today), &moved, new).await;
    let stored = count(&program, "audit_events").await;
    let after = [verify(&program, false).await, verify(&program, true).await];
    let kept = past.total() - moved.events;
    let least = [past.total(), past.total(), stored, stored + moved.events];
    for (run, least) in before.iter().chain(&after).zip(least) {
        assert!(run.events >= least, "{} of {least} events", run.events);
    }
    for (run, least) in during.iter().zip([kept, past.total()].iter().cycle()) {
        assert!(run.events >= *least, "{} of {least} events", run.events);
    }
    trial.done(json!({
        "events": past.total(), "days": past.days, "filled_s": filled.as_secs(),
        "archive": {
            "events": moved.events, "days": moved.days, "ms": moved.took.as_millis(),
            "events_per_s": u128::from(moved.events) * 1000 / moved.took.as_millis().max(1),
            "files_kb": moved.bytes / 1000,
        },
        "verify_ms": {
            "before": milliseconds(&before), "during": milliseconds(&during),
            "after": milliseconds(&after),
        },
        "beside_nothing": beside_nothing.report, "beside_verify": beside_verify.report,
        "beside_archive": beside_archive.report,
    }));
    let slowest = beside_verify.slowest.max(beside_archive.slowest);
    let is_fast = slowest <= LONGEST || !trial.is_release();
    assert!(is_fast, "{slowest:?} is longer than {LONGEST:?}");
}
