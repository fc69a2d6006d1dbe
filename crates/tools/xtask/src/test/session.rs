//! Runs of test programs with private servers, with their times and failures.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use super::times::{self, Times};
use crate::failure::Failure;
use crate::run::{self, Silent};
use crate::services::Services;

/// Environment without public certificates: no test needs them, and loading all of them for each
/// HTTP client took a fifth of the run.
pub const NO_CERTIFICATES: [(&str, &str); 2] = [
    ("SSL_CERT_FILE", "/dev/null"),
    ("SSL_CERT_DIR", "/dev/null"),
];

const THREADS: &str = "RUST_TEST_THREADS";

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

/// A run of tests.
pub struct Session<'c> {
    conditions: &'c Conditions,
    environment: &'c [(&'c str, String)],
    services: Services,
    directory: PathBuf,
    start: Instant,
    times: Times,
    failures: Failures,
}

impl<'c> Session<'c> {
    /// Starts the servers.
    pub fn start(
        conditions: &'c Conditions,
        environment: &'c [(&'c str, String)],
    ) -> Result<Self, Failure> {
        let start = Instant::now();
        let services = (conditions.servers)()?;
        let directory = services.directory()?;
        Ok(Self {
            conditions,
            environment,
            services,
            directory,
            start,
            times: Times::default(),
            failures: Failures::default(),
        })
    }

    /// Announces a program that the next command runs.
    pub fn announce(&mut self, line: &str) {
        println!("{line}");
        self.times.read(line);
    }

    /// Runs a command to its end and reads its output.
    pub fn run(&mut self, command: &mut Command, silent: Silent) -> Result<(), Failure> {
        command
            .env(THREADS, threads())
            .env("TMPDIR", &self.directory)
            .env(times::FILE, self.times_file())
            .envs(self.services.environment().iter().cloned())
            .envs(NO_CERTIFICATES)
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        let (times, failures) = (&mut self.times, &mut self.failures);
        run::to_end_reading(self.conditions.silence, silent, command, |line| {
            times.read(line);
            failures.read(line);
        })
    }

    /// Stops the servers, and prints the times and the failures. Returns the seconds of the tests.
    pub fn end(self) -> Result<u64, Failure> {
        // Without a test that starts a server this file does not exist.
        let of_tests = std::fs::read_to_string(self.times_file()).unwrap_or_default();
        drop(self.services);
        print!("{}", self.times.lines(&of_tests)?);
        // Repeated at the end, where readers look for them.
        for line in &self.failures.lines {
            println!("{line}");
        }
        Ok(self.start.elapsed().as_secs())
    }

    fn times_file(&self) -> PathBuf {
        self.directory.join("times")
    }
}

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

#[cfg(test)]
mod tests;
