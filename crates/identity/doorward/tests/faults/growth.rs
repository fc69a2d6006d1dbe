//! Trial R31: a deployment of years. Every table that grows has a million rows, half of what expires
//! has expired, one user and one client own many of them. A whole cleanup and each administrative
//! operation run beside users who sign in; no write of theirs waits long, and none is rejected.

use std::sync::Arc;
use std::time::{Duration, Instant};

use doorward_access::clock::{Clock as _, SystemClock};
use doorward_testkit::program::Program;
use doorward_testkit::trial::{Trial, p99};
use doorward_testkit::{Backend, UserAgent, multiply, rows, stack};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use serde_json::{Map, Value, json};

use super::app::{App, Seen};
use super::ledger::Working;
use super::{CHEAP, binary};

/// The users whose requests are measured.
const USERS: [&str; 3] = ["alice", "mona", "admin"];
/// The maximum time of a write, in milliseconds.
const LONGEST: u64 = 250;
/// The user with a twentieth of all sessions and grants, and the client with a tenth of the grants.
const HEAVY_USER: &str = "user1";
const HEAVY_CLIENT: &str = "client-1";

/// Administrative operations, in an order in which each finds its object.
const OPERATIONS: &[&[&str]] = &[
    &["doctor"],
    &["lint"],
    &["user", "list", "--search", "user1", "--json"],
    &["user", "show", HEAVY_USER],
    &["session", "list", "--user", HEAVY_USER],
    &["consent", "list", "client-3"],
    &["client", "list"],
    &["attempt", "list"],
    &[
        "user",
        "bulk",
        "start",
        "end_sessions",
        "--user=user2",
        "--user=user3",
    ],
    &["report", "show", "2026-11"],
    &["user", "data", "alice", "user.json"],
    &["audit", "list", "--org", "org-1"],
    &["notice", "set", "Maintenance", "--until=2099-01-17"],
    &[
        "org",
        "invite-file",
        "org-3",
        "--file=people.csv",
        "--dry-run",
    ],
    &["group", "create", "/acme"],
    &[
        "import",
        "csv",
        "acme.csv",
        "--source=acme",
        "--match=email",
        "--org=org-3",
        "--group-prefix=/acme",
    ],
    &["role", "rename", "grown-1", "grown-one"],
    &["session", "end-all", "--user", HEAVY_USER],
    &[
        "user",
        "set-password",
        HEAVY_USER,
        "--password-file",
        "password",
    ],
    &["user", "disable", HEAVY_USER],
    &["user", "enable", HEAVY_USER],
    &["user", "delete", HEAVY_USER],
    &["session", "end-all", "--client", HEAVY_CLIENT],
    &["client", "rotate-secret", "client-2"],
    &["client", "delete", HEAVY_CLIENT],
    &["group", "delete", "/group 1", "--org", "org-2"],
    &["org", "delete", "org-1"],
    &["role", "delete", "grown-one"],
    &["resource", "delete", "https://api-1.example"],
    &["profile-field", "delete", "grown"],
    &["key", "rotate"],
    &["audit", "verify"],
];

#[test]
fn r31_operations_on_grown_database_delay_no_write_sqlite() {
    stack::block_on(grown(Backend::SqliteMemory, "sqlite"));
}

#[test]
fn r31_operations_on_grown_database_delay_no_write_postgres() {
    stack::block_on(grown(Backend::PostgresRedis, "postgres"));
}

/// The requests beside one operation.
pub struct Beside {
    pub count: usize,
    pub p99: u128,
    pub slowest: Duration,
    /// Seconds from the start of the operation to each request that took too long, and its time in
    /// milliseconds.
    pub late: Vec<(u64, u128)>,
}

impl Beside {
    /// Checks that every request succeeded; finds those that took longer than `longest`.
    pub fn check(
        seen: &[Seen],
        during: &str,
        longest: Duration,
        output: impl Fn() -> String,
    ) -> Self {
        for response in seen {
            assert!(response.is_good(), "{during}: {response:?}\n{}", output());
        }
        let first = seen.iter().map(|response| response.asked).min();
        let late = seen.iter().filter(|response| response.took > longest);
        let late = late.map(|response| {
            let since = first.map_or(Duration::ZERO, |first| response.asked - first);
            (since.as_secs(), response.took.as_millis())
        });
        let late = late.collect();
        let mut times: Vec<_> = seen.iter().map(|response| response.took).collect();
        Self {
            count: times.len(),
            p99: p99(&mut times),
            slowest: times.last().copied().unwrap_or_default(),
            late,
        }
    }
}

/// Returns a CSV file with a row for each number.
fn file(header: &str, row: impl Fn(u32) -> String) -> String {
    let rows = (1..=300).map(|n| row(n) + "\n").collect::<String>();
    format!("{header}\n{rows}")
}

async fn grown(backend: Backend, store: &'static str) {
    let trial = Trial::new("R31", store);
    let mut chance = StdRng::seed_from_u64(trial.seed);
    let mut program = Program::start(&binary(), backend, &CHEAP).await;
    let mut apps = Vec::new();
    for person in USERS {
        apps.push(Arc::new(
            App::with_agent(&program, person, UserAgent::restless()).await,
        ));
    }
    program.kill();
    let (count, started) = (trial.size(4_000, 1_000_000), Instant::now());
    let now = SystemClock.now();
    let database = program.storage.identity.clone();
    multiply::fill(
        &database,
        u32::try_from(count).expect("a number of rows"),
        now,
    )
    .await;
    // Every background task runs at once.
    rows::execute(&database, "DELETE FROM leases").await;
    // A deployment of years is not in the middle of writing its whole database.
    tokio::process::Command::new("sync")
        .status()
        .await
        .expect("sync runs");
    let filled = started.elapsed();
    let invited = |n| format!("new{n}@invited.example");
    // Each of them has an account.
    let merged = |n| format!("{n},user{}@grown.example,true,/research", n * 10);
    let files = [
        ("password", "gravel tunnel 77 cobalt\n".to_owned()),
        ("people.csv", file("email", invited)),
        ("acme.csv", file("id,email,email_verified,groups", merged)),
    ];
    for (name, text) in files {
        std::fs::write(program.directory().join(name), text).expect("a file");
    }
    program.start_again().await;

    let longest = trial.lasting(5_000, LONGEST);
    let working = Working::begin(&program, &apps, &mut chance);
    let seen = || apps.iter().flat_map(|app| app.seen()).collect::<Vec<_>>();
    let mut results = Map::new();
    // All operations are measured before one that delays writes fails the trial.
    let mut delays = Vec::new();
    let mut record = |during: &str, took: Duration, beside: Beside| {
        let row = json!({
            "ms": took.as_millis(), "requests": beside.count,
            "slowest_ms": beside.slowest.as_millis(), "p99_ms": beside.p99,
        });
        println!("{during}: {row}");
        results.insert(during.to_owned(), row);
        if !beside.late.is_empty() {
            println!("{during}: too long at second, ms: {:?}", beside.late);
            delays.push((during.to_owned(), beside.late));
        }
    };

    let started = Instant::now();
    wait_for_cleanup(&database, count).await;
    let beside = Beside::check(&seen(), "cleanup", longest, || program.output());
    record("cleanup", started.elapsed(), beside);

    for operation in OPERATIONS {
        let started = Instant::now();
        let done = program.run_command(operation).await;
        let took = started.elapsed();
        let name = operation.join(" ");
        assert!(
            done.status.success(),
            "{name}: {}",
            String::from_utf8_lossy(&done.stderr)
        );
        // Rows that a job deletes afterwards.
        wait_for_jobs(&database).await;
        let beside = Beside::check(&seen(), &name, longest, || program.output());
        record(&name, took, beside);
    }
    working.end().await;
    assert!(delays.is_empty(), "longer than {longest:?}: {delays:?}");
    trial.done(json!({ "rows": count, "filled_s": filled.as_secs(), "operations": Value::Object(results) }));
}

/// Waits until nothing that expired long ago remains, and all events are sealed.
async fn wait_for_cleanup(database: &str, count: usize) {
    let expired = [
        ("interactions", "expires_at"),
        ("sessions", "expires_at"),
        ("grants", "expires_at"),
        ("email_tokens", "expires_at"),
        ("reference_tokens", "expires_at"),
        ("used_jtis", "expires_at"),
        ("device_requests", "expires_at"),
        ("pushed_requests", "expires_at"),
        ("trusted_devices", "expires_at"),
        ("invitations", "expires_at"),
        ("revoked_tokens", "expires_at"),
    ];
    let now = SystemClock.now();
    let before = now - 90_000;
    let left = expired.map(|(table, column)| {
        format!("SELECT '{table}' AS text FROM \"{table}\" WHERE {column} < {before}")
    });
    let left = left
        .iter()
        .map(|query| format!("SELECT text FROM ({query} LIMIT 1) q"))
        .collect::<Vec<_>>()
        .join(" UNION ALL ");
    let sealed = "SELECT 'audit_waiting' AS text FROM (SELECT 1 FROM audit_waiting LIMIT 1) q";
    let left = format!("{left} UNION ALL {sealed}");
    let limit = Duration::from_secs(60 + count as u64 / 500);
    let started = Instant::now();
    loop {
        let remaining = rows::query_text(database, &left).await;
        // The load itself writes events all the time.
        let remaining: Vec<_> = remaining
            .into_iter()
            .filter(|table| table != "audit_waiting")
            .collect();
        if remaining.is_empty() {
            return;
        }
        assert!(started.elapsed() < limit, "not cleaned up: {remaining:?}");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// Waits until no job and no deletion continues in the background.
async fn wait_for_jobs(database: &str) {
    let waiting = "SELECT text FROM (SELECT kind AS text FROM jobs \
         WHERE done_at IS NULL AND failed_at IS NULL LIMIT 1) j \
         UNION ALL SELECT text FROM (SELECT kind AS text FROM deletions LIMIT 1) d";
    let started = Instant::now();
    loop {
        let waiting = rows::query_text(database, waiting).await;
        if waiting.is_empty() {
            return;
        }
        assert!(
            started.elapsed() < Duration::from_mins(5),
            "not done: {waiting:?}"
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
