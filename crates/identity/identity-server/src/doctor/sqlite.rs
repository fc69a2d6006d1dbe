//! Signs that a deployment outgrows SQLite: a large file, a second server, many commits.
//!
//! The files are read while this process does not have the database open: closing one of them would
//! release the locks of this process on it.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::PathBuf;

use crate::prelude::*;
use doorward_process::doctor::report::{CheckResult, Part};

/// Size of the largest SQLite database in the trials (R31), in bytes.
const LARGEST: u64 = 8_000_000_000;
/// Commits in a second above which the only writer has little reserve: a third of what two cores reach.
const MANY: u128 = 500;
/// Minimum time between two readings of the counter.
const MEASURED: Duration = Duration::from_millis(250);
/// Position of the counter of commits in the shared memory (WAL-index format, `iChange`).
const COUNTER: u64 = 8;
/// Byte of the shared memory that each process with the database open locks (`UNIX_SHM_DMS`).
const OPEN_BYTE: &str = "128";

/// The counter of commits of an SQLite database at one moment.
pub(super) struct Reading {
    file: PathBuf,
    /// Counter; `None` if no process has the database open.
    commits: Option<u32>,
    at: Instant,
}

impl Reading {
    /// Reads the counter; `None` for another database, and without a file.
    pub(super) fn take(url: &str) -> Option<Self> {
        let file = PathBuf::from(sqlite_path(url)?);
        file.exists().then(|| Self {
            commits: commits(&file),
            file,
            at: Instant::now(),
        })
    }

    /// Reads the counter again, and compares the database with the limits of SQLite.
    pub(super) async fn check(self) -> Option<CheckResult> {
        if self.commits.is_some() {
            tokio::time::sleep(MEASURED.saturating_sub(self.at.elapsed())).await;
        }
        let (former, present) = (self.commits, commits(&self.file));
        // A server that has restarted begins at zero.
        let new = former.zip(present).and_then(|(a, b)| b.checked_sub(a));
        let elapsed = self.at.elapsed().as_millis().max(1);
        let rate = u128::from(new.unwrap_or_default()) * 1000 / elapsed;
        let size = fs::metadata(&self.file).ok()?.len();
        Some(line(size, servers(&self.file), rate))
    }
}

fn line(size: u64, servers: usize, rate: u128) -> CheckResult {
    const SQLITE: Part = Part("SQLite");
    let seen = format!(
        "size: {} MB, servers: {servers}, commits a second: {rate}",
        size / 1_000_000
    );
    if size > LARGEST || servers > 1 || rate > MANY {
        SQLITE.warning(
            seen,
            "move to PostgreSQL with `doorward move --to URL`: SQLite is for one server, 8000 MB and 500 commits \
             a second",
        )
    } else {
        SQLITE.passed(seen)
    }
}

fn shared_memory(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push("-shm");
    name.into()
}

fn commits(file: &Path) -> Option<u32> {
    let (memory, mut counter) = (File::open(shared_memory(file)).ok()?, [0; 4]);
    memory.read_exact_at(&mut counter, COUNTER).ok()?;
    Some(u32::from_ne_bytes(counter))
}

/// Counts the servers that have the database open, if the kernel lists its locks.
fn servers(file: &Path) -> usize {
    let locks = fs::read_to_string("/proc/locks").unwrap_or_default();
    let Ok(memory) = fs::metadata(shared_memory(file)) else {
        return 0;
    };
    let processes = holders(&locks, memory.ino()).into_iter();
    processes.filter(|process| is_server(process)).count()
}

/// Returns the processes that have the database with this shared memory open.
fn holders(locks: &str, memory: u64) -> BTreeSet<&str> {
    let suffix = format!(":{memory}");
    let holders = locks.lines().filter_map(|line| {
        let words: Vec<_> = line.split_whitespace().collect();
        match words[..] {
            [_, "POSIX", _, _, process, file, OPEN_BYTE, _] if file.ends_with(&suffix) => {
                Some(process)
            }
            _ => None,
        }
    });
    holders.collect()
}

/// Returns true for `doorward serve` and `doorward dev`; other commands also open the database.
fn is_server(process: &str) -> bool {
    let words = fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
    let command = words.split(|byte| *byte == 0).nth(1);
    command.is_some_and(|command| command == b"serve" || command == b"dev")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use doorward_process::doctor::report::CheckStatus;

    #[rstest]
    #[case(7_999_000_000, 1, 500, CheckStatus::Good)]
    #[case(8_001_000_000, 1, 0, CheckStatus::Warning)]
    #[case(0, 2, 0, CheckStatus::Warning)]
    #[case(0, 0, 501, CheckStatus::Warning)]
    fn limits_of_sqlite_recommend_move(
        #[case] size: u64,
        #[case] servers: usize,
        #[case] rate: u128,
        #[case] health: CheckStatus,
    ) {
        assert_eq!(line(size, servers, rate).health, health);
    }

    #[test]
    fn processes_with_open_database_are_found() {
        let locks = "1: POSIX  ADVISORY  READ 10901 00:1b:77 128 128\n\
                     2: POSIX  ADVISORY  READ 10901 00:1b:77 124 124\n\
                     2: -> POSIX  ADVISORY  WRITE 10904 00:1b:77 128 128\n\
                     3: POSIX  ADVISORY  READ 10902 00:1b:177 128 128\n\
                     4: FLOCK  ADVISORY  WRITE 10903 00:1b:77 128 128\n\
                     5: POSIX  ADVISORY  READ 10905 fd:00:77 128 128\n";
        let found: Vec<_> = holders(locks, 77).into_iter().collect();
        assert_eq!(found, ["10901", "10905"]);
    }
}
