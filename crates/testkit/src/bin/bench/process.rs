//! A child process, and what the kernel knows of it.

use std::process::{Child, Command, Stdio};

/// A running server; ended when dropped.
pub struct Process {
    child: Child,
    ticks_per_second: f64,
}

impl Process {
    /// Starts a program; its output goes to standard error.
    pub fn start(command: &mut Command) -> Self {
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
        Self {
            child,
            ticks_per_second: ticks_per_second(),
        }
    }

    /// User and system time of all its threads so far (`proc(5)`, `/proc/<pid>/stat`).
    pub fn cpu_seconds(&self) -> f64 {
        let stat = self.proc("stat");
        // The second field is the name in parentheses and may hold spaces.
        let after_name = stat.rsplit_once(')').expect("stat").1;
        let ticks: u64 = after_name
            .split_whitespace()
            .skip(11)
            .take(2)
            .map(|field| field.parse::<u64>().expect("a number"))
            .sum();
        ticks as f64 / self.ticks_per_second
    }

    /// Resident memory in megabytes (10⁶ bytes).
    pub fn resident(&self) -> f64 {
        let status = self.proc("status");
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS:"))
            .expect("VmRSS");
        let kibibytes: f64 = line
            .split_whitespace()
            .nth(1)
            .and_then(|n| n.parse().ok())
            .unwrap();
        kibibytes * 1024.0 / 1e6
    }

    fn proc(&self, file: &str) -> String {
        std::fs::read_to_string(format!("/proc/{}/{file}", self.child.id()))
            .unwrap_or_else(|error| panic!("the server is gone: {error}"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn ticks_per_second() -> f64 {
    let output = Command::new("getconf").arg("CLK_TCK").output();
    output
        .ok()
        .and_then(|output| String::from_utf8(output.stdout).ok()?.trim().parse().ok())
        .unwrap_or(100.0)
}
