//! The test binaries of the whole workspace, two at a time: while the last tests of a binary run, processors
//! are idle, and `cargo test` waits for each binary.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::THREADS;
use crate::failure::Failure;
use crate::run::{self, Silent};

/// Number of binaries that run at the same time. With two, power-failure trials lose no write, because
/// another binary keeps the disk busy.
const LANES: usize = 1;

/// A command with its place in the output of `cargo test`.
type Job = (String, Command, Silent);

/// Runs all tests with this number of threads altogether, after `prepare` has set the environment. Passes the
/// output of each binary to `read` when it has ended.
pub fn run(
    threads: usize,
    prepare: impl Fn(&mut Command) + Sync,
    read: impl FnMut(&str) + Send,
) -> Result<(), Failure> {
    let lanes = LANES.min(threads).max(1);
    let jobs = Mutex::new(jobs()?.into_iter());
    let (read, failures) = (Mutex::new(read), Mutex::new(Vec::new()));
    let work = || {
        while let Some((name, mut command, silent)) = next(&jobs) {
            prepare(&mut command);
            command.env(THREADS, threads.div_ceil(lanes).to_string());
            let mut lines = vec![format!("     Running {name}")];
            let keep = |line: &str| lines.push(line.to_owned());
            let outcome = run::to_end_reading(&mut command, silent, keep);
            let mut read = lock(&read);
            for line in &lines {
                (*read)(line);
            }
            lock(&failures).extend(outcome.err());
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..lanes {
            scope.spawn(work);
        }
    });
    let failures = lock(&failures);
    if failures.is_empty() {
        Ok(())
    } else {
        Err(failures.join("\n"))
    }
}

fn next(jobs: &Mutex<impl Iterator<Item = Job>>) -> Option<Job> {
    lock(jobs).next()
}

fn lock<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns the tests in the documentation, which cargo has to run, and the binaries that are built, the
/// largest first: they take the longest.
fn jobs() -> Result<Vec<Job>, Failure> {
    let messages = run::output(run::cargo().args([
        "test",
        "--workspace",
        "--no-run",
        "--quiet",
        "--message-format=json",
    ]))?;
    let size = |path: &Path| std::fs::metadata(path).map_or(0, |file| file.len());
    let mut binaries = binaries(&messages);
    binaries.sort_by_key(|(binary, _)| std::cmp::Reverse(size(binary)));
    let mut documentation = run::cargo();
    documentation.args(["test", "--workspace", "--doc", "--no-fail-fast"]);
    let mut jobs = vec![("documentation".to_owned(), documentation, Silent::Children)];
    jobs.extend(binaries.into_iter().map(|(binary, package)| {
        let mut command = Command::new(&binary);
        command.current_dir(package);
        (format!("({})", binary.display()), command, Silent::Command)
    }));
    Ok(jobs)
}

/// Returns the test binaries that messages of cargo name, with the directories of their packages.
fn binaries(messages: &str) -> Vec<(PathBuf, PathBuf)> {
    let binary = |line: &str| {
        let profile = between(line, "\"profile\":{", '}')?;
        let executable = between(line, "\"executable\":\"", '"')?;
        let manifest = between(line, "\"manifest_path\":\"", '"')?;
        let package = Path::new(manifest).parent()?;
        let is_test = profile.contains("\"test\":true");
        is_test.then(|| (executable.into(), package.to_path_buf()))
    };
    messages.lines().filter_map(binary).collect()
}

fn between<'a>(line: &'a str, start: &str, end: char) -> Option<&'a str> {
    let (_, rest) = line.split_once(start)?;
    rest.split_once(end).map(|(text, _)| text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_binaries_are_those_of_test_profile() {
        let message = |profile: &str, executable: &str| {
            format!(
                "{{\"reason\":\"compiler-artifact\",\"manifest_path\":\"/w/crates/cli/Cargo.toml\",\
                 \"target\":{{\"kind\":[\"bin\"],\"test\":true}},\
                 \"profile\":{{\"opt_level\":\"0\",\"test\":{profile}}},\"executable\":{executable}}}"
            )
        };
        let messages = [
            message("true", "\"/w/target/debug/deps/cli-77aa\""),
            message("false", "\"/w/target/debug/cli\""),
            message("false", "null"),
            "{\"reason\":\"build-finished\",\"success\":true}".to_owned(),
        ];
        assert_eq!(
            binaries(&messages.join("\n")),
            [(
                "/w/target/debug/deps/cli-77aa".into(),
                "/w/crates/cli".into()
            )]
        );
    }
}
