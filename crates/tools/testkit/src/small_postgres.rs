//! A private PostgreSQL on disks that fill up soon: one for the tables, one for its log.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::process::Process;

/// Script that mounts the disks in a private namespace and restarts the server when it exits, as a
/// service manager does.
///
/// Each megabyte of the log needs additional space: log files are not recycled, and no checkpoint
/// removes them.
///
/// Only root can mount a disk, and root must not run the server: the script first maps the user to
/// root, and then to another user, in separate namespaces.
const SCRIPT: &str = r#"
mount -t tmpfs -o size=160m tmpfs "$1/tables"
mount -t tmpfs -o size=128m tmpfs "$1/log"
exec unshare --user --map-user=1000 --map-group=1000 sh -ec '
initdb --username=doorward --auth=trust --encoding=UTF8 --locale=C --no-sync --wal-segsize=1 \
  --waldir="$1/log/wal" --pgdata="$1/tables/data" >/dev/null
while :; do
  postgres -D "$1/tables/data" -p "$2" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
    -c wal_recycle=off -c max_wal_size=1GB -c checkpoint_timeout=1h -c shared_buffers=16MB \
    -c max_connections=60 || sleep 0.2
done' sh "$1" "$2"
"#;

/// A disk of the server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Disk {
    /// Disk of the tables. If it is full, the server rejects statements that need another page.
    Tables,
    /// Disk of the log. If it is full, the server exits, and starts again when there is space.
    Log,
}

/// The server; killed, and its disks unmounted, when dropped.
#[derive(Debug)]
pub struct SmallPostgres {
    /// Database URL.
    pub url: String,
    process: Process,
    place: TempDir,
}

impl SmallPostgres {
    /// Starts a server.
    ///
    /// # Errors
    /// Returns the reason why it cannot run, for [`Trial::not_run`](crate::trial::Trial::not_run).
    pub async fn start() -> Result<Self, &'static str> {
        let directory = TempDir::new().expect("a temporary directory");
        for disk in ["tables", "log"] {
            std::fs::create_dir(directory.path().join(disk)).expect("a directory");
        }
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let port = free.expect("a free port").port().to_string();
        let mut command = Command::new("unshare");
        command
            .args(["--map-root-user", "--mount", "--pid", "--fork"])
            .args(["--kill-child", "sh", "-ec", SCRIPT, "sh"])
            .arg(directory.path())
            .arg(&port)
            .env("PATH", with_server_programs())
            .stderr(Stdio::null());
        let mut small = Self {
            url: format!("postgres://doorward@127.0.0.1:{port}/postgres"),
            process: Process::start(&mut command),
            place: directory,
        };
        let started = Instant::now();
        while doorward_store::db::connect(&small.url).await.is_err() {
            if small.process.has_ended() || started.elapsed() > Duration::from_secs(30) {
                return Err(
                    "no PostgreSQL of one's own on a disk of one's own can be started here \
                            (no initdb, or a container without user namespaces)",
                );
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(small)
    }

    /// Returns the path of a disk, as the server sees it.
    pub fn disk(&self, disk: Disk) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", self.process.id()));
        let place = self.place.path().strip_prefix("/").expect("a whole path");
        root.join(place).join(match disk {
            Disk::Tables => "tables",
            Disk::Log => "log",
        })
    }
}

/// Returns a `PATH` with `initdb` and `postgres`, which Debian keeps in a directory outside of it.
pub fn with_server_programs() -> String {
    let path = std::env::var("PATH").unwrap_or_default();
    let versions = std::fs::read_dir("/usr/lib/postgresql");
    let versions = versions.into_iter().flatten().flatten();
    let directories = versions.map(|entry| entry.path().join("bin"));
    let is_there = |bin: &PathBuf| Path::new(bin).join("initdb").is_file();
    match directories.filter(is_there).max() {
        Some(bin) => format!("{}:{path}", bin.display()),
        None => path,
    }
}
