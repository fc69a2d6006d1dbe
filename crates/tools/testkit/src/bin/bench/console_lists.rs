//! The time of every list and export of the command line with many rows on both stores, and the ratio of
//! PostgreSQL to SQLite: a statement may be fast on one of them only.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::time::Instant;

use doorward_testkit::program::Program;

/// Rows after which a list is stopped.
const ROWS: usize = 300_000;
/// Maximum ratio of the times, and seconds below which a list is too short for one.
const GOAL: f64 = 3.0;
const SHORT: f64 = 0.5;
const FILE: &str = "exported.jsonl";

const LISTS: &[&[&str]] = &[
    &["user", "list"],
    &["user", "list", "--json"],
    &["user", "list", "--state", "active", "--second-factor=none"],
    &["user", "list", "--role", "developer"],
    &["user", "list", "--unused-days", "7"],
    &["user", "list", "--search", "user"],
    &["user", "export", FILE],
    &["mfa", "status"],
    &["client", "list"],
    &["consent", "list", "client-1"],
    &["group", "list"],
    &["org", "list"],
    &["session", "list", "--limit", "1000"],
    &["api-key", "list"],
    &["attempt", "list", "--limit", "1000"],
    &["audit", "export"],
    &["audit", "export", "--format", "csv"],
];

/// The time and the number of rows of each list on one store.
pub(super) type Times = Vec<(usize, f64)>;

/// Runs each list with a campaign of all users.
pub(super) async fn measure(program: &Program) -> Times {
    let campaign = ["mfa", "require", "--all", "--from", "2099-01-01", "--json"];
    let required = program.run_command(&campaign).await;
    assert!(required.status.success(), "{required:?}");
    let made: serde_json::Value = serde_json::from_slice(&required.stdout).expect("the campaign");
    let id = made["id"].as_str().expect("its ID");
    let time = |list: &&[&str]| match list {
        ["mfa", "status"] => time(program, &["mfa", "status", id]),
        list => time(program, list),
    };
    LISTS.iter().map(time).collect()
}

/// Runs a list until its end, or up to [`ROWS`] lines.
fn time(program: &Program, list: &[&str]) -> (usize, f64) {
    let started = Instant::now();
    let mut command = program.prepare(list);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program");
    let output = child.stdout.take().expect("its output");
    let lines = BufReader::new(output).lines();
    let mut rows = lines.take(ROWS).flatten().count();
    let has_ended = rows < ROWS;
    if !has_ended {
        child.kill().expect("to stop the list");
    }
    let status = child.wait().expect("its end");
    assert!(!has_ended || status.success(), "{list:?}: {status}");
    let took = started.elapsed().as_secs_f64();
    if list.contains(&FILE) {
        let file = program.directory().join(FILE);
        let written = std::fs::read(&file).expect("the export");
        rows = written.lines().count();
        std::fs::remove_file(file).expect("to remove the export");
    }
    (rows, took)
}

/// Prints the times of both stores.
pub(super) fn print(sqlite: &Times, postgres: &Times) {
    println!();
    println!(
        "Lists of the command line, up to {ROWS} rows; goal: at most {GOAL} times SQLite, from {SHORT} s"
    );
    println!();
    println!("| list | rows | SQLite s | PostgreSQL s | ratio | goal |");
    println!("|---|--:|--:|--:|--:|---|");
    for (list, (one, other)) in LISTS.iter().zip(sqlite.iter().zip(postgres)) {
        let ratio = other.1 / one.1;
        let is_met = ratio <= GOAL || other.1 < SHORT;
        println!(
            "| `{}` | {} | {:.1} | {:.1} | {ratio:.1} | {} |",
            list.join(" "),
            one.0.min(other.0),
            one.1,
            other.1,
            if is_met { "met" } else { "MISSED" }
        );
    }
}
