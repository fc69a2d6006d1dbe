//! Runs a program under `strace`, to record its file operations or to inject disk errors.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::backend::Storage;
use crate::disk::{CALLS, Files, Record};
use crate::process::{Process, Signal};

/// Checks that `strace` exists.
///
/// # Panics
/// Panics without `strace`: a skipped trial must not look like a successful one.
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

/// Checks that `strace` may trace a process of the same user.
///
/// # Errors
/// Returns the reason why it may not, for [`Trial::not_run`](crate::trial::Trial::not_run).
///
/// # Panics
/// Panics if `strace` is missing.
pub async fn is_permitted() -> Result<(), &'static str> {
    let process = Process::start(Command::new("sleep").arg("60"));
    let strace = attached(process.id(), &mut Command::new("strace")).await;
    strace.map(drop).ok_or(
        "strace may not look at a process of its own user here (kernel.yama.ptrace_scope, or a container \
         without SYS_PTRACE)",
    )
}

/// Starts `strace` with these arguments, and returns it once it traces every thread of the process;
/// `None` if it may not.
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

/// A program whose first start is traced, with its operations on the identity server's SQLite
/// files.
#[derive(Debug)]
pub struct Watched {
    /// Script to start instead of the program.
    pub script: PathBuf,
    /// Database file; its log is in the same directory.
    pub database: PathBuf,
    place: TempDir,
}

impl Watched {
    /// Prepares the tracing of a program with that storage.
    pub fn new(binary: &Path, storage: &Storage) -> Self {
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

    /// Returns the recorded operations after the process with this ID has ended.
    pub async fn record(&self, process: u32) -> Record {
        let path = self.place.path().join("calls");
        let started = Instant::now();
        // The end of the process is reported before that of strace.
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

    /// Returns the files as they were before the first start.
    fn before(&self) -> Files {
        let name = self.database.file_name().expect("a name");
        let copy = std::fs::read(self.place.path().join("before").join(name));
        let mut files = Files::new();
        files.insert(self.database.clone(), copy.expect("the database"));
        files
    }
}

/// Returns the file of an SQLite URL, without links in its path.
pub fn file_of(url: &str) -> PathBuf {
    let path = PathBuf::from(url.trim_start_matches("sqlite://"));
    let directory = path.parent().expect("a directory").canonicalize();
    let name = path.file_name().expect("a name");
    directory.expect("the directory").join(name)
}

/// Returns the write-ahead log of an SQLite file.
pub fn log_of(database: &Path) -> PathBuf {
    let mut log = database.as_os_str().to_owned();
    log.push("-wal");
    log.into()
}

/// Injected errors for calls of a running process, until it is dropped.
#[derive(Debug)]
pub struct InjectedErrors {
    strace: Process,
}

impl InjectedErrors {
    /// Applies `rule` to calls on that file from now on: for example `fdatasync:error=EIO`, the
    /// syntax of `strace -e inject=`. A count in the rule applies to each thread separately.
    ///
    /// # Panics
    /// Panics if `strace` is missing or does not start: call [`is_permitted`] before.
    pub async fn inject(process: u32, file: &Path, rule: &str) -> Self {
        let mut command = Command::new("strace");
        command.arg("-P").arg(file);
        Self::begin(process, command, rule).await
    }

    /// Applies `rule` to calls that have no file, such as `clone,clone3:error=EAGAIN`.
    ///
    /// # Panics
    /// As [`InjectedErrors::inject`].
    pub async fn inject_everywhere(process: u32, rule: &str) -> Self {
        Self::begin(process, Command::new("strace"), rule).await
    }

    async fn begin(process: u32, mut command: Command, rule: &str) -> Self {
        let call = rule.split(':').next().expect("a call");
        command.args(["-e", &format!("trace={call}")]);
        command.args(["-e", &format!("inject={rule}")]);
        let strace = attached(process, &mut command).await;
        let strace = strace.expect("strace does not begin");
        Self { strace }
    }

    pub fn end(mut self) {
        self.strace.signal(Signal::TERM);
        let ended = self.strace.end(Duration::from_secs(10));
        assert!(ended.is_some(), "strace does not let go");
    }
}

impl Drop for InjectedErrors {
    fn drop(&mut self) {
        // A killed strace would not detach properly.
        if !self.strace.has_ended() {
            self.strace.signal(Signal::TERM);
            self.strace.end(Duration::from_secs(10));
        }
    }
}

/// Returns true if every thread of a process is traced.
fn is_traced(process: u32) -> bool {
    let Ok(threads) = std::fs::read_dir(format!("/proc/{process}/task")) else {
        return false;
    };
    threads.flatten().all(|thread| {
        let status = std::fs::read_to_string(thread.path().join("status"));
        // A thread that has just ended needs no tracer.
        status.is_ok_and(|status| !status.contains("TracerPid:\t0\n"))
    })
}
