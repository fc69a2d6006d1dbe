//! The context switches and system calls of a process, counted by `perf`.

use std::process::Command;
use std::time::Duration;

use doorward_testkit::process::{Process, Signal};
use tempfile::NamedTempFile;

/// Names and events of `perf` of the counters; the first one can be read without `perf` too.
pub const COUNTERS: [(&str, &str); 5] = [
    ("context switches", "context-switches"),
    ("system calls", "raw_syscalls:sys_enter"),
    ("`futex`", "syscalls:sys_enter_futex"),
    ("`pwrite64`", "syscalls:sys_enter_pwrite64"),
    ("`fdatasync`", "syscalls:sys_enter_fdatasync"),
];
/// Time in which `perf` attaches to all threads.
const ATTACHED: Duration = Duration::from_secs(1);
const LONGEST_END: Duration = Duration::from_secs(10);

/// The counters of some work; `None` for those that could not be read.
pub type Counts = [Option<f64>; COUNTERS.len()];

/// Counts while the work runs. Without the permission or the program for `perf`, only context switches.
pub async fn count(process: u32, work: impl Future<Output = ()>) -> Counts {
    let perf = Perf::attach(process).await;
    let before = context_switches(process);
    Box::pin(work).await;
    let switches = context_switches(process) - before;
    let mut counts = perf.map_or([None; COUNTERS.len()], Perf::end);
    // The sum of the threads lacks those that have ended.
    counts[0] = counts[0].or(Some(switches));
    counts
}

/// A `perf stat` of a process.
struct Perf {
    process: Process,
    output: NamedTempFile,
}

impl Perf {
    async fn attach(process: u32) -> Option<Self> {
        let installed = Command::new("perf").arg("--version").output();
        if !installed.is_ok_and(|output| output.status.success()) {
            eprintln!("perf is not installed: system calls are not counted");
            return None;
        }
        let output = NamedTempFile::new().expect("a temporary file");
        let events = COUNTERS.map(|(_, event)| event).join(",");
        let mut command = Command::new("perf");
        command.args(["stat", "-x", ",", "-e", &events]);
        command.args(["-p", &process.to_string(), "-o"]);
        let mut process = Process::start(command.arg(output.path()));
        tokio::time::sleep(ATTACHED).await;
        if process.has_ended() {
            eprintln!("perf may not count here: system calls are not counted");
            return None;
        }
        Some(Self { process, output })
    }

    fn end(mut self) -> Counts {
        self.process.signal(Signal::INT);
        self.process.end(LONGEST_END);
        let text = std::fs::read_to_string(self.output.path()).unwrap_or_default();
        parse(&text)
    }
}

/// Reads the lines `count,unit,event,…` of `perf stat -x ,`.
fn parse(output: &str) -> Counts {
    COUNTERS.map(|(_, event)| {
        let mut lines = output
            .lines()
            .map(|line| line.split(',').collect::<Vec<_>>());
        let line = lines.find(|fields| fields.get(2) == Some(&event))?;
        line[0].parse().ok()
    })
}

/// Returns the context switches so far of the threads of a process.
fn context_switches(process: u32) -> f64 {
    let threads = std::fs::read_dir(format!("/proc/{process}/task"));
    let statuses = threads.into_iter().flatten().flatten();
    let statuses = statuses.map(|thread| std::fs::read_to_string(thread.path().join("status")));
    statuses.flatten().map(|status| switches(&status)).sum()
}

/// Returns the voluntary and other context switches of a thread.
fn switches(status: &str) -> f64 {
    let lines = status.lines().filter_map(|line| {
        let (name, count) = line.split_once(':')?;
        let is_counter = name.ends_with("voluntary_ctxt_switches");
        is_counter.then(|| count.trim().parse::<f64>().ok())?
    });
    lines.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_output_of_perf() {
        let output = "# started on Sat Nov 28 09:00:00 2026\n\n\
                      1200,,context-switches,900000,100.00,1.3,K/sec\n\
                      34567,,raw_syscalls:sys_enter,900000,100.00,,\n\
                      <not supported>,,syscalls:sys_enter_futex,0,100.00,,\n";
        let expected = [Some(1200.0), Some(34567.0), None, None, None];
        assert_eq!(parse(output), expected);
    }

    #[test]
    fn sums_both_kinds_of_switches() {
        let status = "Name:\tx\nvoluntary_ctxt_switches:\t30\nnonvoluntary_ctxt_switches:\t4\n";
        assert!((switches(status) - 34.0).abs() < f64::EPSILON);
    }
}
