//! `cargo xtask test`: all tests; half of the flows on each database, or with `--both` all on both.

mod times;

use std::time::{Duration, Instant};

use times::Times;

use crate::failure::Failure;
use crate::services::Services;
use crate::{packages, relying_parties, run};

/// Environment without public certificates: no test needs them, and loading all of them for each
/// HTTP client took a fifth of the run.
pub const NO_CERTIFICATES: [(&str, &str); 2] = [
    ("SSL_CERT_FILE", "/dev/null"),
    ("SSL_CERT_DIR", "/dev/null"),
];

/// Option that runs each flow on both databases instead of on one, and the variable for the test kit.
const BOTH: (&str, &str) = ("--both", "DOORWARD_TEST_BOTH_BACKENDS");

/// The servers of a run, and how long its tests may print nothing.
pub struct Conditions {
    servers: fn() -> Result<Services, Failure>,
    silence: Duration,
}

/// Conditions of the test suite. Its slowest test is silent for a third of this time; CI is ended after 90
/// minutes without a reason.
pub const SUITE: Conditions = Conditions {
    servers: Services::start,
    silence: Duration::from_mins(10),
};

/// Conditions of a trial before a release: files on a disk, durable commits, and time for ten million rows.
pub const RELEASE: Conditions = Conditions {
    servers: Services::start_durable,
    silence: Duration::from_hours(3),
};

/// Runs `cargo test` with private servers. Without arguments: the whole workspace.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let (both, rest): (Vec<_>, Vec<_>) = arguments.iter().cloned().partition(|word| word == BOTH.0);
    let environment: Vec<_> = both.iter().map(|_| (BOTH.1, "1".to_owned())).collect();
    run_with(&rest, &environment, &SUITE)
}

/// Runs the tests with additional environment variables.
pub fn run_with(
    arguments: &[String],
    environment: &[(&str, String)],
    conditions: &Conditions,
) -> Result<(), Failure> {
    let start = Instant::now();
    let selection = selection(arguments);
    build(before_filters(&selection))?;
    let built = start.elapsed();
    if before_filters(arguments).iter().any(|word| word == NO_RUN) {
        println!("build {} s", built.as_secs());
        return Ok(());
    }
    let services = (conditions.servers)()?;
    let directory = services.directory()?;
    let times_file = directory.join("times");
    let (mut times, mut failures) = (Times::default(), Failures::default());
    let outcome = run::to_end_reading(
        conditions.silence,
        run::cargo()
            .arg("test")
            .args(&selection)
            .env(THREADS, threads())
            .env("TMPDIR", &directory)
            .env(times::FILE, &times_file)
            .envs(services.environment().iter().cloned())
            .envs(NO_CERTIFICATES)
            .envs(environment.iter().map(|(name, value)| (name, value))),
        |line| {
            times.read(line);
            failures.read(line);
        },
    );
    // Without a test that starts a server this file does not exist.
    let of_tests = std::fs::read_to_string(&times_file).unwrap_or_default();
    drop(services);
    print!("{}", times.lines(&of_tests)?);
    // Repeated at the end, where readers look for them.
    for line in &failures.lines {
        println!("{line}");
    }
    println!(
        "build {} s, tests {} s",
        built.as_secs(),
        (start.elapsed().saturating_sub(built)).as_secs()
    );
    outcome
}

/// Option of `cargo test` that only builds.
const NO_RUN: &str = "--no-run";

/// Builds what is selected, and meanwhile installs what the tests need: the network is slow, and the build
/// has the processors. Neither leaves a server running if it fails.
fn build(selection: &[String]) -> Result<(), Failure> {
    std::thread::scope(|scope| {
        let installed = scope.spawn(|| {
            packages::ensure()?;
            relying_parties::ensure()
        });
        // `NO_CERTIFICATES` keeps the cargo of a test from downloading, and the build does not need
        // every package of the lock file.
        run::to_end(run::cargo().args(["fetch", "--locked"]))?;
        let selection = selection.iter().filter(|word| *word != NO_RUN);
        run::to_end(run::cargo().arg("test").args(selection).arg(NO_RUN))?;
        installed
            .join()
            .map_err(|_| "the installation of packages panicked")?
    })
}

const THREADS: &str = "RUST_TEST_THREADS";

/// Returns the number of test threads: by default four for each core, because a test waits for a
/// database, a server, a browser or its own clock for most of its time. With two, a third of the
/// processor time was idle.
fn threads() -> String {
    std::env::var(THREADS).unwrap_or_else(|_| {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        (cores * 4).to_string()
    })
}

/// Maximum number of lines, and of characters of each, that are repeated of the message of a panic.
const MESSAGE: (usize, usize) = (4, 400);

/// The lines of libtest with the name of each failed test, its position and its message.
#[derive(Default)]
struct Failures {
    lines: Vec<String>,
    /// Number of lines that may follow of the present message.
    rest: usize,
}

impl Failures {
    fn read(&mut self, line: &str) {
        let is_message = self.rest > 0 && !line.is_empty() && !line.starts_with("note: ");
        if line.starts_with("thread '") && line.contains(" panicked at ") {
            self.rest = MESSAGE.0;
        } else if is_message {
            self.rest -= 1;
        } else {
            self.rest = 0;
            if !(line.starts_with("test ") && line.ends_with("... FAILED")) {
                return;
            }
        }
        self.lines.push(line.chars().take(MESSAGE.1).collect());
    }
}

fn selection(arguments: &[String]) -> Vec<String> {
    let mut selection: Vec<String> = Vec::new();
    let names_package = arguments
        .iter()
        .take_while(|word| *word != "--")
        .any(|word| word.starts_with("-p") || word.starts_with("--package"));
    if !names_package {
        selection.push("--workspace".to_owned());
    }
    if !arguments.iter().any(|word| word == "--no-fail-fast") {
        selection.push("--no-fail-fast".to_owned());
    }
    selection.extend_from_slice(arguments);
    selection
}

/// Returns the part of a `cargo test` command line that selects what is built.
fn before_filters(selection: &[String]) -> &[String] {
    let end = selection.iter().position(|word| word == "--");
    &selection[..end.unwrap_or(selection.len())]
}

#[cfg(test)]
mod tests;
