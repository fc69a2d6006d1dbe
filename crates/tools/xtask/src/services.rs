//! A private PostgreSQL and a private Redis for one test run: on free loopback ports, without
//! persistence. Other servers on this machine are not used, so a test run neither depends on their
//! passwords nor leaves databases in them.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::scratch::Scratch;
use crate::{packages, relying_parties, run};

/// Variable with the URL of PostgreSQL for the tests: a role that may create databases.
pub const POSTGRES_URL: &str = "DOORWARD_TEST_POSTGRES_URL";
/// Variable with the URL of Redis for the tests.
pub const REDIS_URL: &str = "DOORWARD_TEST_REDIS_URL";

/// Settings of PostgreSQL for tests. The data are discarded after the run, so durability is disabled; the database
/// of a test exists for a second: it needs no vacuum and no log for replicas.
const FAST: &[&str] = &[
    "fsync=off",
    "full_page_writes=off",
    "autovacuum=off",
    "wal_level=minimal",
    "max_wal_senders=0",
];
/// Settings for measurements: those of a new PostgreSQL.
const DURABLE: &[&str] = &[];

const PATIENCE: Duration = Duration::from_secs(30);

/// The servers of one run; stopped and removed when dropped.
pub struct Services {
    postgres: Option<Postgres>,
    redis: Option<Redis>,
    environment: Vec<(&'static str, String)>,
    scratch: Scratch,
}

impl Services {
    /// Starts the servers that the environment does not name.
    pub fn start() -> Result<Self, Failure> {
        Self::start_in(Scratch::new()?, FAST)
    }

    /// Starts the servers that the environment does not name, with a PostgreSQL on a disk whose commits are
    /// durable.
    pub fn start_durable() -> Result<Self, Failure> {
        Self::start_in(Scratch::on_disk()?, DURABLE)
    }

    fn start_in(scratch: Scratch, settings: &[&str]) -> Result<Self, Failure> {
        let mut services = Self {
            postgres: None,
            redis: None,
            environment: Vec::new(),
            scratch,
        };
        let url = if let Some(url) = from_environment(POSTGRES_URL) {
            url
        } else {
            let postgres = Postgres::start(services.scratch.directory("postgres")?, settings)?;
            let url = postgres.url.clone();
            services.postgres = Some(postgres);
            url
        };
        services.environment.push((POSTGRES_URL, url));
        let url = if let Some(url) = from_environment(REDIS_URL) {
            url
        } else {
            let redis = Redis::start()?;
            let url = redis.url.clone();
            services.redis = Some(redis);
            url
        };
        services.environment.push((REDIS_URL, url));
        Ok(services)
    }

    /// Returns the directory for files of the tests.
    pub fn directory(&self) -> Result<PathBuf, Failure> {
        self.scratch.directory("files")
    }

    /// Returns the variables that name the servers.
    pub fn environment(&self) -> &[(&'static str, String)] {
        &self.environment
    }
}

/// Runs `cargo xtask services`, for developers who run single tests.
pub fn serve() -> Result<(), Failure> {
    packages::ensure()?;
    relying_parties::ensure()?;
    let services = Services::start()?;
    for (name, value) in services.environment() {
        println!("export {name}={value}");
    }
    println!("# running until end of input or Ctrl-C");
    let mut ignored = Vec::new();
    std::io::stdin()
        .read_to_end(&mut ignored)
        .map_err(|error| error.to_string())?;
    Ok(())
}

fn from_environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn free_port() -> Result<u16, Failure> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| format!("no free port on the loopback: {error}"))
}

/// Waits until `ready` returns true; fails if the server has exited or the timeout is reached.
fn wait_for(name: &str, child: &mut Child, ready: impl Fn() -> bool) -> Result<(), Failure> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if ready() {
            return Ok(());
        }
        if let Ok(Some(status)) = child.try_wait() {
            return Err(format!("{name} ended at once ({status})"));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Err(format!("{name} did not answer within {PATIENCE:?}"))
}

struct Postgres {
    child: Child,
    bin: PathBuf,
    directory: PathBuf,
    owner: Option<(u32, u32)>,
    url: String,
}

impl Postgres {
    fn start(directory: PathBuf, settings: &[&str]) -> Result<Self, Failure> {
        let bin = packages::postgres_bin().ok_or("PostgreSQL is not installed")?;
        let owner = unprivileged()?;
        if let Some((uid, gid)) = owner {
            std::os::unix::fs::chown(&directory, Some(uid), Some(gid))
                .map_err(|error| error.to_string())?;
        }
        let data = directory.join("data");
        run::output(as_owner(&bin.join("initdb"), &directory, owner).args([
            "--username=doorward",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "--pgdata",
            &data.to_string_lossy(),
        ]))?;
        let port = free_port()?;
        let log = std::fs::File::create(directory.join("log")).map_err(|e| e.to_string())?;
        let child = as_owner(&bin.join("postgres"), &directory, owner)
            .arg("-D")
            .arg(&data)
            .args(["-p", &port.to_string()])
            .arg("-k")
            .arg(&directory)
            .args(["-c", "listen_addresses=127.0.0.1"])
            .args(["-c", "max_connections=400"])
            .args(settings.iter().flat_map(|setting| ["-c", *setting]))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .map_err(|error| format!("PostgreSQL does not start: {error}"))?;
        let mut postgres = Self {
            child,
            bin,
            directory,
            owner,
            url: format!("postgres://doorward@127.0.0.1:{port}/postgres"),
        };
        let probe = postgres.bin.join("pg_isready");
        wait_for("PostgreSQL", &mut postgres.child, || {
            run::succeeds(Command::new(&probe).args([
                "-q",
                "-h",
                "127.0.0.1",
                "-p",
                &port.to_string(),
            ]))
        })?;
        Ok(postgres)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let data = self.directory.join("data");
        let mut stop = as_owner(&self.bin.join("pg_ctl"), &self.directory, self.owner);
        stop.args(["stop", "-s", "-m", "immediate", "-D"]).arg(data);
        if !run::succeeds(&mut stop) {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

/// Returns the system user for PostgreSQL if this process is root, because it refuses to run as
/// root.
fn unprivileged() -> Result<Option<(u32, u32)>, Failure> {
    if !packages::is_root() {
        return Ok(None);
    }
    let accounts = std::fs::read_to_string("/etc/passwd").map_err(|error| error.to_string())?;
    ["postgres", "nobody"]
        .iter()
        .find_map(|name| account(&accounts, name))
        .map(Some)
        .ok_or_else(|| "no unprivileged user to run PostgreSQL as".to_owned())
}

/// Returns the user and group ID of an account in `passwd(5)` format.
fn account(accounts: &str, name: &str) -> Option<(u32, u32)> {
    let line = accounts
        .lines()
        .find(|line| line.split(':').next() == Some(name))?;
    let mut fields = line.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

fn as_owner(program: &Path, directory: &Path, owner: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(directory);
    if let Some((uid, gid)) = owner {
        command.uid(uid).gid(gid);
    }
    command
}

struct Redis {
    child: Child,
    url: String,
}

impl Redis {
    fn start() -> Result<Self, Failure> {
        let port = free_port()?;
        let child = Command::new("redis-server")
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
            .args(["--save", "", "--appendonly", "no", "--daemonize", "no"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| format!("Redis does not start: {error}"))?;
        let mut redis = Self {
            child,
            url: format!("redis://127.0.0.1:{port}/"),
        };
        wait_for("Redis", &mut redis.child, || pongs(port))?;
        Ok(redis)
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn pongs(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else {
        return false;
    };
    let mut answer = [0; 5];
    stream
        .set_read_timeout(Some(Duration::from_secs(1)))
        .is_ok()
        && stream.write_all(b"PING\r\n").is_ok()
        && stream.read_exact(&mut answer).is_ok()
        && &answer == b"+PONG"
}

#[cfg(test)]
mod tests;
