//! `strace` around a program: what it does to its files is written down, or a disk refuses it.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::backend::Storage;
use crate::disk::{CALLS, Files, Record};
use crate::process::{Process, Signal};

/// # Panics
/// Without `strace`: a trial that was not run is not to look like one that was.
fn expect() {
    let found = Command::new("strace")
        .arg("-V")
        .stdout(Stdio::null())
        .status();
    assert!(
        found.is_ok_and(|status| status.success()),
        "NOT RUN: there is no strace here; `cargo xtask test` installs it"
    );
}

/// Whether `strace` may look at a process of its own user here.
///
/// # Errors
/// Why not, for [`Trial::not_run`](crate::trial::Trial::not_run).
///
/// # Panics
/// Where `strace` is missing.
pub async fn may_look() -> Result<(), &'static str> {
    let process = Process::start(Command::new("sleep").arg("60"));
    let strace = attached(process.id(), &mut Command::new("strace")).await;
    strace.map(drop).ok_or(
        "strace may not look at a process of its own user here (kernel.yama.ptrace_scope, or a container \
         without SYS_PTRACE)",
    )
}

/// `strace` with these arguments, when it looks at every thread of the process; none where it may not.
async fn attached(process: u32, strace: &mut Command) -> Option<Process> {
    expect();
    strace.args(["-f", "-q", "-o", "/dev/null", "-p", &process.to_string()]);
    let mut strace = Process::start(strace.stderr(Stdio::null()));
    let started = Instant::now();
    while !is_traced(process) {
        if strace.has_ended() || started.elapsed() > Duration::from_secs(10) {
            return None;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Some(strace)
}

/// A program whose first start is watched: what it does to the SQLite files of the identity server.
#[derive(Debug)]
pub struct Watched {
    /// What to start in place of the program.
    pub script: PathBuf,
    /// The database; its log is beside it.
    pub database: PathBuf,
    place: TempDir,
}

impl Watched {
    /// Around a program over that storage.
    pub fn over(binary: &Path, storage: &Storage) -> Self {
        expect();
        let place = TempDir::new().expect("a temporary directory");
        let database = file_of(&storage.identity);
        let log = log_of(&database);
        let directory = database.parent().expect("a directory");
        let script = place.path().join("doorward");
        let text = format!(
            "#!/bin/sh\nset -e\nplace='{place}'\n\
             if [ \"$1\" = serve ] && mkdir \"$place/before\" 2>/dev/null; then\n\
             cp -a '{directory}/.' \"$place/before\"\n\
             exec strace -D -f -q --seccomp-bpf -ttt -y -xx -s 1000000 -o \"$place/calls\" \
             -e trace={CALLS} -P '{database}' -P '{log}' -P '{directory}' -- '{binary}' \"$@\"\n\
             fi\nexec '{binary}' \"$@\"\n",
            place = place.path().display(),
            directory = directory.display(),
            database = database.display(),
            log = log.display(),
            binary = binary.display(),
        );
        std::fs::write(&script, text).expect("a script");
        let executable = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(&script, executable).expect("an executable script");
        Self {
            script,
            database,
            place,
        }
    }

    /// What it has done, once the process of this number is gone.
    pub async fn record(&self, process: u32) -> Record {
        let path = self.place.path().join("calls");
        let started = Instant::now();
        // The process is told of first, and strace of it afterwards.
        let trace = loop {
            let trace = std::fs::read_to_string(&path).expect("a trace");
            let last = trace.lines().last().unwrap_or_default();
            if last.starts_with(&process.to_string()) && last.contains("+++") {
                break trace;
            }
            assert!(started.elapsed() < Duration::from_secs(20), "{last}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        Record::read(&trace, self.before())
    }

    /// The files as they were before the first start.
    fn before(&self) -> Files {
        let name = self.database.file_name().expect("a name");
        let copy = std::fs::read(self.place.path().join("before").join(name));
        let mut files = Files::new();
        files.insert(self.database.clone(), copy.expect("the database"));
        files
    }
}

/// The file of a SQLite address, with no link in its path.
pub fn file_of(url: &str) -> PathBuf {
    let path = PathBuf::from(url.trim_start_matches("sqlite://"));
    let directory = path.parent().expect("a directory").canonicalize();
    let name = path.file_name().expect("a name");
    directory.expect("the directory").join(name)
}

/// The write-ahead log beside a SQLite file.
pub fn log_of(database: &Path) -> PathBuf {
    let mut log = database.as_os_str().to_owned();
    log.push("-wal");
    log.into()
}

/// A device that refuses calls on one file of a running process, until it is dropped.
#[derive(Debug)]
pub struct Refusal {
    strace: Process,
}

impl Refusal {
    /// From now on `rule` happens to calls on that file: `fdatasync:error=EIO`, as `strace -e inject=` takes
    /// it. A count in the rule is one of each thread.
    ///
    /// # Panics
    /// Where `strace` is missing, or does not begin: ask [`may_look`] before.
    pub async fn of(process: u32, file: &Path, rule: &str) -> Self {
        let call = rule.split(':').next().expect("a call");
        let mut command = Command::new("strace");
        command.arg("-P").arg(file);
        command.args(["-e", &format!("trace={call}")]);
        command.args(["-e", &format!("inject={rule}")]);
        let strace = attached(process, &mut command).await;
        let strace = strace.expect("strace does not begin");
        Self { strace }
    }

    /// The device is well again.
    pub fn end(mut self) {
        self.strace.signal(Signal::TERM);
        let ended = self.strace.end(Duration::from_secs(10));
        assert!(ended.is_some(), "strace does not let go");
    }
}

impl Drop for Refusal {
    fn drop(&mut self) {
        // Whoever is killed lets go of nothing in order.
        if !self.strace.has_ended() {
            self.strace.signal(Signal::TERM);
            self.strace.end(Duration::from_secs(10));
        }
    }
}

/// Whether every thread of a process has somebody who looks at it.
fn is_traced(process: u32) -> bool {
    let Ok(threads) = std::fs::read_dir(format!("/proc/{process}/task")) else {
        return false;
    };
    threads.flatten().all(|thread| {
        let status = std::fs::read_to_string(thread.path().join("status"));
        // A thread that has just ended asks for nothing.
        status.is_ok_and(|status| !status.contains("TracerPid:\t0\n"))
    })
}
