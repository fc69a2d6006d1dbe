//! The programs of the cluster, and their processes.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use rustix::process::Pid;
use tokio::net::TcpStream;

use super::PATIENCE;
use crate::process::{Process, tree};
use crate::small_postgres::with_server_programs;

/// Starts Patroni, and with it PostgreSQL, without the rights of root and in namespaces that end
/// with the process. Patroni reads `/proc`, which must be that of its namespace.
pub(super) fn start_patroni(patroni: &Path, directory: &Path) -> Process {
    // The number in it may belong to another process of the new namespace.
    let _ = fs::remove_file(directory.join("data/postmaster.pid"));
    let mut command = Command::new("unshare");
    command
        .args(["--map-root-user", "--mount", "--mount-proc"])
        .args(["--pid", "--fork", "--kill-child"])
        .args(["unshare", "--user", "--map-user=1000", "--map-group=1000"])
        .arg(patroni)
        .arg(directory.join("patroni.yml"))
        .env("PATH", with_server_programs());
    spawn_logging(&mut command, &directory.join("log"))
}

pub(super) fn start_etcd(directory: &Path) -> Process {
    let mut command = Command::new("etcd");
    command.arg("--config-file").arg(directory.join("etcd.yml"));
    spawn_logging(&mut command, &directory.join("etcd.log"))
}

/// Waits until a member of etcd accepts clients, which needs the others.
pub(super) async fn wait_for_etcd(port: u16) {
    let started = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
        assert!(
            started.elapsed() < PATIENCE,
            "etcd accepts no clients at {port}"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Starts HAProxy with a configuration. Its log has the same name with `.log`.
pub fn start_haproxy(file: &Path) -> Process {
    let mut command = Command::new("haproxy");
    // Debian keeps it off the `PATH` of ordinary users.
    let path = format!("{}:/usr/sbin", with_server_programs());
    command.arg("-db").arg("-f").arg(file).env("PATH", path);
    spawn_logging(&mut command, &file.with_extension("log"))
}

/// Starts a program that appends its output to a file.
fn spawn_logging(command: &mut Command, log: &Path) -> Process {
    let log = File::options().create(true).append(true).open(log);
    let log = log.expect("a log");
    let other = log.try_clone().expect("the same log");
    Process::spawn(command.stdout(other).stderr(log))
}

/// Returns the processes that a process has started, and those that they have started, with their
/// names.
pub(super) fn descendants(of: u32) -> Vec<(Pid, String)> {
    let named = |id: u32| {
        let name = fs::read_to_string(format!("/proc/{id}/comm")).ok()?;
        Some((Pid::from_raw(id.cast_signed())?, name.trim_end().to_owned()))
    };
    tree(of).into_iter().skip(1).filter_map(named).collect()
}
