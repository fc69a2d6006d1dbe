//! Trial R34: `move` copies a large deployment from SQLite to PostgreSQL and back in little memory,
//! and users and clients go on there. Killed at any moment, it leaves the source unchanged and the
//! target refused until it is repeated.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use doorward_access::clock::{Clock as _, SystemClock};
use doorward_testkit::backend::{Backend, Storage};
use doorward_testkit::process::Process;
use doorward_testkit::program::Program;
use doorward_testkit::rows::Counter;
use doorward_testkit::trial::Trial;
use doorward_testkit::{multiply, rows, stack};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};

use super::app::{App, token};
use super::{CHEAP, binary};

/// Tables with many rows, and the multiple of the rows of the others.
const LARGE: [(&str, u32); 5] = [
    ("users", 10),
    ("sessions", 20),
    ("grants", 20),
    ("audit_events", 50),
    ("audit_waiting", 50),
];
/// Maximum memory of the command, in megabytes.
const MEMORY: f64 = 200.0;
const MARKER: &str = "doorward_move";

#[test]
fn r34_move_copies_large_deployment_in_little_memory() {
    stack::block_on(copied());
}

#[test]
fn r34_killed_move_is_refused_until_repeated() {
    stack::block_on(killed());
}

/// Returns the command that moves these databases.
fn move_command(from: &Storage, options: &[&str]) -> Command {
    let mut command = Command::new(binary());
    command.arg("move").args(options);
    command.env("DOORWARD_DATABASE_URL", &from.identity);
    command.env("DOORWARD__TASKS__DATABASE_URL", &from.tasks);
    command
}

/// A finished move.
struct Moved {
    /// Rows and checksum of each table.
    tables: BTreeMap<String, (u64, String)>,
    took: Duration,
    /// Peak memory in megabytes.
    memory: f64,
}

impl Moved {
    fn rows(&self) -> u64 {
        self.tables.values().map(|(rows, _)| rows).sum()
    }

    fn report(&self) -> Value {
        let seconds = self.took.as_secs_f64();
        json!({ "seconds": seconds, "memory_mb": self.memory, "rows": self.rows() })
    }
}

/// Moves both databases, and observes the memory of the command.
fn run_move(from: &Storage, to: &Storage, directory: &Path) -> Moved {
    let output = directory.join("moved.json");
    let options = ["--json", "--to", &to.identity, "--tasks-to", &to.tasks];
    let mut command = move_command(from, &options);
    command.stdout(File::create(&output).unwrap());
    let (started, mut memory) = (Instant::now(), 0.0_f64);
    let mut running = Process::spawn(&mut command);
    while !running.has_ended() {
        memory = running.last_peak().unwrap_or_default().max(memory);
        std::thread::sleep(Duration::from_millis(20));
    }
    let took = started.elapsed();
    let status = running.end(Duration::from_secs(1)).expect("it has ended");
    assert!(status.success(), "{status}");
    let output: Value = serde_json::from_slice(&std::fs::read(output).unwrap()).unwrap();
    let databases = output["databases"].as_array().unwrap().iter();
    let tables = databases.flat_map(|database| database["tables"].as_array().unwrap());
    let row = |table: &Value| {
        let text = |name: &str| table[name].as_str().unwrap().to_owned();
        let rows = table["rows"].as_u64().unwrap();
        (text("table"), (rows, text("checksum")))
    };
    Moved {
        tables: tables.map(row).collect(),
        took,
        memory,
    }
}

async fn copied() {
    let trial = Trial::new("R34", "sqlite to postgres");
    let mut program = Program::start(&binary(), Backend::SqliteMemory, &CHEAP).await;
    let app = App::new(&program, "alice").await;
    let used = app.code().await.expect("a code");
    let answer = app.redeem(&program.issuer, &used).await;
    let (status, body) = answer.expect("an answer");
    assert_eq!(status, 200, "{body}");
    let first = token(&body, "refresh_token");
    program.kill();
    let users = u32::try_from(trial.size(500, 1_000_000)).expect("a number of users");
    let (source, started) = (program.storage.identity.clone(), Instant::now());
    multiply::fill_more(&source, users / 10, SystemClock.now(), &LARGE).await;
    multiply::delete_dangling(&source).await;
    let filled = started.elapsed();

    let target = Storage::create_empty(Backend::PostgresRedis).await;
    let there = run_move(&program.storage, &target, program.directory());
    for (table, times) in LARGE {
        let least = u64::from(users / 10 * times);
        assert!(there.tables[table].0 >= least, "{table}");
    }
    for url in [&source, &target.identity] {
        for (table, rows) in Counter::connect(url).await.read().await {
            if let Some((moved, _)) = there.tables.get(&table) {
                assert_eq!(rows, *moved, "{table}");
            }
        }
    }
    trial.done(json!({
        "users": users, "filled_s": filled.as_secs(), "there": there.report(),
    }));
    let returned = Storage::create_empty(Backend::SqliteMemory).await;
    let back = run_move(&target, &returned, program.directory());
    assert_eq!(back.tables, there.tables);
    drop(returned);
    trial.done(json!({ "users": users, "back": back.report() }));

    program.move_to(target);
    program.start_again().await;
    verify(&program, &app, &first, &used).await;
    let memory = there.memory.max(back.memory);
    assert!(memory <= MEMORY, "{memory} MB");
}

/// Checks that a session, a refresh token and a used code have the state from before the move.
async fn verify(program: &Program, app: &App, first: &str, used: &str) {
    let issuer = &program.issuer;
    app.code().await.expect("a signed-in user");
    let (status, body) = app.refresh(issuer, first).await.expect("an answer");
    assert_eq!(status, 200, "{body}");
    let second = token(&body, "refresh_token");
    let (status, body) = app.refresh(issuer, &second).await.expect("an answer");
    assert_eq!(status, 200, "{body}");
    for answer in [
        app.refresh(issuer, first).await,
        app.redeem(issuer, used).await,
    ] {
        let (status, body) = answer.expect("an answer");
        assert_eq!((status, &body["error"]), (400, &json!("invalid_grant")));
    }
    let verified = program.run_command(&["audit", "verify"]).await;
    assert!(verified.status.success(), "{verified:?}");
}

/// The state of a target after a kill.
#[derive(PartialEq, Eq, Debug)]
enum State {
    Empty,
    Unfinished,
    Complete,
}

async fn killed() {
    let trial = Trial::new("R34", "killed");
    let mut chance = StdRng::seed_from_u64(trial.seed);
    let source = Storage::create(Backend::SqliteMemory).await;
    Program::seed(&source, &CHEAP).await;
    let count = u32::try_from(trial.size(40, 400).min(400)).expect("a number of rows");
    multiply::fill(&source.identity, count, SystemClock.now()).await;
    multiply::delete_dangling(&source.identity).await;
    let before = rows::dump(&source.identity).await;
    let expected = counts(&source).await;

    let mut target = Storage::create_empty(Backend::PostgresRedis).await;
    let started = Instant::now();
    finish(&source, &target);
    let mut whole = started.elapsed();
    assert_eq!(state(&target).await, State::Complete);
    target = Storage::create_empty(Backend::PostgresRedis).await;

    let (mut empty, mut unfinished, mut complete) = (0, 0, 0);
    let rounds = if trial.is_release() { 200 } else { 3 };
    for round in 1.. {
        let delay = whole.mul_f64(chance.random_range(0.05..1.05));
        let mut running = Process::start(&mut move_command(&source, &["--to", &target.identity]));
        running.end(delay);
        assert_eq!(rows::dump(&source.identity).await, before, "round {round}");
        match state(&target).await {
            State::Empty => empty += 1,
            State::Unfinished => {
                unfinished += 1;
                refuses(&target, round);
            }
            State::Complete => {
                complete += 1;
                assert_eq!(counts(&target).await, expected, "round {round}");
                target = Storage::create_empty(Backend::PostgresRedis).await;
                // The measured move was slower than this one: the machine was busy.
                whole = whole.mul_f64(0.9);
            }
        }
        if round >= rounds && empty + unfinished > 0 {
            break;
        }
    }
    finish(&source, &target);
    assert_eq!(state(&target).await, State::Complete);
    assert_eq!(counts(&target).await, expected);
    trial.done(json!({
        "rows": expected.values().sum::<usize>(), "empty": empty, "unfinished": unfinished, "complete": complete,
        "whole_ms": whole.as_millis(),
    }));
}

/// Moves both databases to one, also after an interrupted move.
fn finish(source: &Storage, target: &Storage) {
    let done = move_command(source, &["--to", &target.identity]).output();
    let done = done.unwrap();
    assert!(done.status.success(), "{done:?}");
}

/// Returns the number of rows of each table that a move copies, in both databases.
async fn counts(storage: &Storage) -> BTreeMap<String, usize> {
    let mut found = rows::dump(&storage.identity).await;
    found.extend(rows::dump(&storage.tasks).await);
    let is_own =
        |table: &str| table.ends_with("_migrations") || table.starts_with("tasks_search_index");
    found.retain(|table, _| !is_own(table));
    found
        .into_iter()
        .map(|(table, rows)| (table, rows.len()))
        .collect()
}

async fn state(target: &Storage) -> State {
    // PostgreSQL ends the transaction of a killed process a little later.
    let connected = "SELECT application_name::text AS text FROM pg_stat_activity \
                     WHERE datname = current_database() AND application_name LIKE 'doorward%'";
    let started = Instant::now();
    while !rows::query_text(&target.identity, connected)
        .await
        .is_empty()
    {
        assert!(started.elapsed() < Duration::from_secs(30), "connected");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let tables = rows::tables(&target.identity).await;
    if tables.is_empty() {
        State::Empty
    } else if tables.iter().any(|table| table == MARKER) {
        State::Unfinished
    } else {
        State::Complete
    }
}

/// Checks that no server and no command uses the target.
fn refuses(target: &Storage, round: usize) {
    for arguments in [&["serve"][..], &["user", "list"]] {
        let mut command = Command::new(binary());
        command.args(arguments);
        command.env("DOORWARD_DATABASE_URL", &target.identity);
        command.env("DOORWARD_ISSUER", "http://localhost:8400");
        command.env("DOORWARD_LISTEN", "127.0.0.1:0");
        let key = "q83vEjRWeJCrze/+3LqYdlQyEKpVzDOZd4iZqrvM3e8=";
        command.env("DOORWARD_SECRET_KEY", key);
        let done = command.output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert_eq!(done.status.code(), Some(1), "round {round}: {said}");
        assert!(
            said.contains("repeat `doorward move`"),
            "round {round}: {said}"
        );
    }
}
