//! Child processes and their resource usage.

use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

pub use rustix::process::Signal;
use rustix::process::{Pid, WaitOptions, kill_process, prlimit, waitpid};
pub use rustix::process::{Resource, Rlimit};

/// The CPU time of a process, read in two ways.
#[derive(Clone, Copy, Default, Debug)]
pub struct CpuTime {
    /// Seconds of the threads that exist, precise to a nanosecond.
    of_threads: f64,
    /// Seconds of all threads, also of those that have ended, precise to a [`TICK`].
    of_process: f64,
}

/// Seconds of a clock tick (`USER_HZ`, proc(5)).
const TICK: f64 = 0.01;

/// Fields of a `stat` file with the CPU time of a process, and those with its ended children.
const OWN_FIELDS: usize = 2;
const FIELDS_WITH_CHILDREN: usize = 4;

impl CpuTime {
    /// Returns the CPU time so far of a process and its descendants, and of those that it has waited for.
    pub fn of_tree(root: u32) -> Self {
        let times = tree(root).into_iter();
        let times = times.filter_map(|process| Self::read(process, FIELDS_WITH_CHILDREN));
        times.fold(Self::default(), |sum, time| Self {
            of_threads: sum.of_threads + time.of_threads,
            of_process: sum.of_process + time.of_process,
        })
    }

    /// Reads the CPU time of a process from this number of fields; `None` if it has ended.
    fn read(process: u32, fields: usize) -> Option<Self> {
        let threads = std::fs::read_dir(format!("/proc/{process}/task")).ok()?;
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        Some(Self {
            of_threads: threads
                .flatten()
                .filter_map(|thread| on_cpu(&thread.path().join("schedstat")))
                .sum(),
            of_process: ticks(&stat, fields)? * TICK,
        })
    }

    /// Returns the CPU seconds since `before`. Threads that ended meanwhile, such as idle ones of a
    /// pool, are missing in the precise sum.
    pub fn since(self, before: Self) -> f64 {
        let precise = self.of_threads - before.of_threads;
        let whole = self.of_process - before.of_process;
        if whole - precise > 2.0 * TICK {
            whole
        } else {
            precise
        }
    }
}

/// Returns a process and its descendants, itself first.
pub fn tree(root: u32) -> Vec<u32> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let with_parent = |entry: std::fs::DirEntry| {
        let process: u32 = entry.file_name().to_str()?.parse().ok()?;
        let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
        Some((process, parent(&stat)?))
    };
    let parents: Vec<(u32, u32)> = entries.filter_map(with_parent).collect();
    let (mut found, mut at) = (vec![root], 0);
    while let Some(of) = found.get(at).copied() {
        let children = parents.iter().filter(|(_, parent)| *parent == of);
        found.extend(children.map(|(process, _)| *process));
        at += 1;
    }
    found
}

/// Returns the fields of a `stat` file after the name of the program, which is in parentheses and may
/// contain spaces.
fn fields(stat: &str) -> Option<impl Iterator<Item = &str>> {
    let (_, fields) = stat.rsplit_once(')')?;
    Some(fields.split_whitespace())
}

fn parent(stat: &str) -> Option<u32> {
    fields(stat)?.nth(1)?.parse().ok()
}

/// Returns the sum of the first `count` times of a `stat` file in ticks: user and kernel mode, then both
/// of ended children.
fn ticks(stat: &str, count: usize) -> Option<f64> {
    let times = fields(stat)?.skip(11).take(count);
    let times: Option<Vec<f64>> = times.map(|time| time.parse().ok()).collect();
    let times = times.filter(|times| times.len() == count)?;
    Some(times.into_iter().sum())
}

/// Returns the memory of a kind (`VmRSS`, `RssAnon`) of a process in megabytes; `None` if it has ended.
pub fn memory_of(process: u32, kind: &str) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with(kind))?;
    let kibibytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes * 1024.0 / 1e6)
}

/// A running server; killed when dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
}

impl Process {
    /// Starts a program that logs to standard error.
    pub fn start(command: &mut Command) -> Self {
        Self::spawn(command.stdout(Stdio::null()))
    }

    /// Starts a program with the output that the command defines.
    pub fn spawn(command: &mut Command) -> Self {
        let child = command
            .stdin(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
        Self { child }
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).expect("the process is there");
    }

    /// Stops every thread, and returns when all have stopped. The kernel gives the signal to one of
    /// them, which stops the others when it is scheduled; until then they run.
    pub fn stop(&self) {
        self.signal(Signal::STOP);
        let stopped = waitpid(Some(self.pid()), WaitOptions::UNTRACED).expect("a child");
        assert!(
            stopped.is_some_and(|(_, status)| status.stopped()),
            "it ended"
        );
    }

    fn pid(&self) -> Pid {
        let id = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        id.expect("a process")
    }

    /// Waits until the process ends, and returns its status; kills it after `max`.
    pub fn end(&mut self, max: Duration) -> Option<ExitStatus> {
        let started = Instant::now();
        while started.elapsed() < max {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return Some(status);
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        self.kill();
        None
    }

    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("a child").is_some()
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Returns the number of open files and connections.
    pub fn open_files(&self) -> usize {
        let files = std::fs::read_dir(format!("/proc/{}/fd", self.child.id()));
        files.expect("the server runs").count()
    }

    /// Changes a soft limit of the running process; `None` is unlimited. Returns the former one.
    pub fn limit(&self, resource: Resource, current: Option<u64>) -> Option<u64> {
        let limits = |new| prlimit(Some(self.pid()), resource, new).expect("its limits");
        let (_, maximum) = self.limits(resource);
        limits(Rlimit { current, maximum }).current
    }

    /// Returns the soft and the hard limit of a resource of the running process, by proc(5).
    pub fn limits(&self, resource: Resource) -> (Option<u64>, Option<u64>) {
        let name = match resource {
            Resource::Nofile => "Max open files",
            Resource::Data => "Max data size",
            _ => panic!("{resource:?} is not read"),
        };
        let text = std::fs::read_to_string(format!("/proc/{}/limits", self.child.id()));
        let text = text.expect("the server runs");
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        let mut numbers = line
            .expect(name)
            .split_whitespace()
            .map(|it| it.parse().ok());
        (numbers.next().flatten(), numbers.next().flatten())
    }

    /// Kills the process and waits for its end.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Returns the CPU time so far.
    pub fn cpu_time(&self) -> CpuTime {
        CpuTime::read(self.child.id(), OWN_FIELDS).expect("the server runs")
    }

    /// Returns the resident memory in megabytes (10⁶ bytes).
    pub fn resident(&self) -> f64 {
        self.resident_of("VmRSS")
    }

    /// Returns the peak resident memory since [`Process::reset_peak`] in megabytes.
    pub fn peak(&self) -> f64 {
        self.resident_of("VmHWM")
    }

    /// Resets the peak of the resident memory (proc(5), `clear_refs`).
    pub fn reset_peak(&self) {
        let path = format!("/proc/{}/clear_refs", self.child.id());
        std::fs::write(path, "5").expect("the peak can be reset");
    }

    /// Returns the peak resident memory in megabytes; `None` for a process that has ended.
    pub fn last_peak(&self) -> Option<f64> {
        self.memory("VmHWM")
    }

    /// Returns the resident memory of a kind (`RssAnon`, `RssFile`) in megabytes.
    pub fn resident_of(&self, kind: &str) -> f64 {
        let found = self.memory(kind);
        found.unwrap_or_else(|| panic!("no {kind}: the server has ended"))
    }

    fn memory(&self, kind: &str) -> Option<f64> {
        memory_of(self.child.id(), kind)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Returns the CPU seconds of the calling thread.
pub fn of_this_thread() -> f64 {
    on_cpu(std::path::Path::new("/proc/thread-self/schedstat")).expect("schedstat")
}

/// Returns the CPU seconds of a thread: the first field of its `schedstat`, in nanoseconds. The
/// usual `stat` counts in hundredths of a second, which is too coarse for a trivial request.
#[expect(
    clippy::cast_precision_loss,
    reason = "a process lives for less than a month"
)]
fn on_cpu(schedstat: &std::path::Path) -> Option<f64> {
    let text = std::fs::read_to_string(schedstat).ok()?;
    let nanoseconds: u64 = text.split_whitespace().next()?.parse().ok()?;
    Some(nanoseconds as f64 / 1e9)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ended_threads_count() {
        let stat = "7 (a (b) c) S 1 7 7 0 -1 4194560 1 0 0 0 150 50 30 7 20 0 3 0 1 1 1";
        assert_eq!(ticks(stat, OWN_FIELDS), Some(200.0));
        assert_eq!(ticks(stat, FIELDS_WITH_CHILDREN), Some(237.0));
        assert_eq!(parent(stat), Some(1));
        let time = |of_threads, of_process| CpuTime {
            of_threads,
            of_process,
        };
        let seconds = time(1.5, 4.0).since(time(1.0, 2.0));
        assert!((seconds - 2.0).abs() < 1e-9, "{seconds}");
        let seconds = time(1.515, 2.53).since(time(1.0, 2.0));
        assert!((seconds - 0.515).abs() < 1e-9, "{seconds}");
    }
    #[test]
    fn tree_contains_grandchildren_and_ended_ones() {
        let mut shell = Command::new("sh");
        // The second command ends and is waited for; the last one remains, below another shell.
        let script = "i=0; (while [ $i -lt 200000 ]; do i=$((i+1)); done); (sleep 60; true) & wait";
        let shell = Process::start(shell.args(["-c", script]));
        let begun = Instant::now();
        while tree(shell.id()).len() < 3 && begun.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(10));
        }
        let found = tree(shell.id());
        let time = CpuTime::of_tree(shell.id());
        for process in &found[1..] {
            let _ = kill_process(
                Pid::from_raw((*process).cast_signed()).unwrap(),
                Signal::KILL,
            );
        }
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(time.of_process > time.of_threads, "{time:?}");
    }
}
