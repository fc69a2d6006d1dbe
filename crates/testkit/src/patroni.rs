//! Three PostgreSQL under Patroni with etcd and HAProxy, whose primary a test makes fail.
//!
//! Each member has its own namespaces, and relays between it, etcd and the other members. Clients
//! reach PostgreSQL directly or through HAProxy, which asks Patroni for the primary.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use rustix::process::{Pid, kill_process};
use serde_json::Value;
use tempfile::TempDir;
use url::Url;

use crate::process::{Process, Signal};
use crate::program::free_port;
use crate::relay::{Relay, RelayState};
use crate::small_postgres::with_server_programs;

const MEMBERS: usize = 3;
/// Maximum time until all members run.
const PATIENCE: Duration = Duration::from_mins(2);
/// Number of observations in a row, one each second, that show all members at work. Patroni
/// publishes the state of a member once a second.
const OBSERVATIONS: usize = 3;

/// A failure of the primary.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Failure {
    /// PostgreSQL is killed, and its Patroni notices.
    Killed,
    /// PostgreSQL and Patroni are killed, as if the machine were off.
    Off,
    /// PostgreSQL and Patroni are stopped, and continue later.
    Frozen,
    /// No data pass between the member, etcd and the other members. Clients still reach it.
    Partitioned,
}

impl Failure {
    pub const ALL: [Self; 4] = [Self::Killed, Self::Off, Self::Frozen, Self::Partitioned];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Killed => "PostgreSQL killed",
            Self::Off => "PostgreSQL and Patroni killed",
            Self::Frozen => "frozen",
            Self::Partitioned => "partitioned",
        }
    }
}

/// A PostgreSQL with its Patroni.
#[derive(Debug)]
struct Member {
    directory: PathBuf,
    /// Port of PostgreSQL for clients.
    port: u16,
    /// Port of Patroni's REST API for HAProxy and the test.
    rest: u16,
    /// Relays in front of PostgreSQL and of the REST API for other members, and in front of etcd
    /// for this member.
    relays: [Relay; 3],
    process: Process,
}

impl Member {
    async fn start(number: usize, place: &Path, patroni: &Path, etcd: u16) -> Self {
        let (port, rest) = (free_port(), free_port());
        let relays = [relay(port).await, relay(rest).await, relay(etcd).await];
        let directory = place.join(format!("node{number}"));
        fs::create_dir(&directory).expect("a directory");
        let text = configuration(number, &directory, [port, rest], &relays);
        fs::write(directory.join("patroni.yml"), text).expect("a file");
        let process = start_patroni(patroni, &directory);
        Self {
            directory,
            port,
            rest,
            relays,
            process,
        }
    }

    /// Sends a signal to the processes whose name is selected.
    fn signal(&self, signal: Signal, is_selected: impl Fn(&str) -> bool) {
        for (id, name) in descendants(self.process.id()) {
            if is_selected(&name) {
                // It may have ended meanwhile.
                let _ = kill_process(id, signal);
            }
        }
    }

    fn set_relays(&self, state: RelayState) {
        for relay in &self.relays {
            relay.set(state);
        }
    }
}

/// The running cluster; killed when dropped. Its role is `doorward`, with all rights.
#[derive(Debug)]
pub struct Cluster {
    members: Vec<Member>,
    /// Path of the program `patroni`.
    patroni: PathBuf,
    /// Port of HAProxy.
    balanced: u16,
    http: reqwest::Client,
    _haproxy: Process,
    _etcd: Process,
    _place: TempDir,
}

impl Cluster {
    /// Starts a cluster, and waits until it has a primary, a synchronous standby, and another one.
    ///
    /// # Errors
    /// Returns the reason why it cannot run, for [`Trial::not_run`](crate::trial::Trial::not_run).
    pub async fn start(patroni: &Path) -> Result<Self, &'static str> {
        let place = TempDir::new().expect("a temporary directory");
        let [etcd, balanced] = [free_port(), free_port()];
        let etcd_process = start_etcd(place.path(), etcd);
        let mut members = Vec::new();
        for number in 0..MEMBERS {
            members.push(Member::start(number, place.path(), patroni, etcd).await);
        }
        let haproxy = start_haproxy(place.path(), balanced, &members);
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(1));
        let mut cluster = Self {
            members,
            patroni: patroni.to_owned(),
            balanced,
            http: http.build().expect("HTTP client"),
            _haproxy: haproxy,
            _etcd: etcd_process,
            _place: place,
        };
        // In a container without these namespaces a member ends at once.
        tokio::time::sleep(Duration::from_secs(1)).await;
        let mut members = cluster.members.iter_mut();
        if members.any(|member| member.process.has_ended()) {
            return Err(
                "no PostgreSQL under Patroni can be started here (a container without \
                        namespaces of users, processes and mounts)",
            );
        }
        cluster.wait_until_whole().await;
        Ok(cluster)
    }

    /// Returns a database URL with all members.
    pub fn url(&self) -> String {
        let hosts = self.members.iter();
        let hosts: Vec<_> = hosts
            .map(|member| format!("127.0.0.1:{}", member.port))
            .collect();
        format!(
            "postgres://doorward@{}/postgres?target_session_attrs=read-write",
            hosts.join(",")
        )
    }

    /// Returns the database URL of HAProxy.
    pub fn balanced_url(&self) -> String {
        format!("postgres://doorward@127.0.0.1:{}/postgres", self.balanced)
    }

    /// Returns the number of the primary; `None` during a failure.
    pub async fn primary(&self) -> Option<usize> {
        for (number, member) in self.members.iter().enumerate() {
            let url = format!("http://127.0.0.1:{}/primary", member.rest);
            let response = self.http.get(url).send().await;
            if response.is_ok_and(|response| response.status() == 200) {
                return Some(number);
            }
        }
        None
    }

    /// Makes a member fail.
    pub fn fail(&mut self, number: usize, failure: Failure) {
        let member = &mut self.members[number];
        match failure {
            Failure::Killed => member.signal(Signal::KILL, |name| name == "postgres"),
            // Its namespace ends with this process.
            Failure::Off => member.process.kill(),
            Failure::Frozen => {
                // PostgreSQL may start a process before it is stopped.
                member.signal(Signal::STOP, |_| true);
                member.signal(Signal::STOP, |_| true);
            }
            Failure::Partitioned => member.set_relays(RelayState::Frozen),
        }
    }

    /// Ends a failure; Patroni then makes the member a standby.
    pub fn heal(&mut self, number: usize, failure: Failure) {
        let member = &mut self.members[number];
        match failure {
            Failure::Killed => {}
            Failure::Off => member.process = start_patroni(&self.patroni, &member.directory),
            Failure::Frozen => member.signal(Signal::CONT, |_| true),
            Failure::Partitioned => member.set_relays(RelayState::Nothing),
        }
    }

    /// Waits until there is a primary, a synchronous standby, and another one.
    ///
    /// # Panics
    /// Panics with the end of the logs if that takes too long.
    pub async fn wait_until_whole(&self) {
        let (started, mut observed) = (Instant::now(), 0);
        while observed < OBSERVATIONS {
            tokio::time::sleep(Duration::from_secs(1)).await;
            observed = if self.is_whole().await {
                observed + 1
            } else {
                0
            };
            assert!(
                started.elapsed() < PATIENCE,
                "a member is missing:\n{}",
                self.logs()
            );
        }
    }

    async fn is_whole(&self) -> bool {
        let Some(primary) = self.primary().await else {
            return false;
        };
        // A member that does not reach etcd reports what it knew before.
        let url = format!("http://127.0.0.1:{}/cluster", self.members[primary].rest);
        let Ok(response) = self.http.get(url).send().await else {
            return false;
        };
        let Ok(body) = response.json::<Value>().await else {
            return false;
        };
        let members = body["members"].as_array().into_iter().flatten();
        let text =
            |member: &Value, name: &str| member[name].as_str().unwrap_or_default().to_owned();
        let mut states: Vec<_> = members
            .map(|member| [text(member, "role"), text(member, "state")])
            .collect();
        states.sort();
        let expected = [
            ["leader", "running"],
            ["replica", "streaming"],
            ["sync_standby", "streaming"],
        ];
        states == expected
    }

    /// Returns the last lines of all members.
    pub fn logs(&self) -> String {
        let texts = self.members.iter().map(|member| {
            let log = fs::read(member.directory.join("log")).unwrap_or_default();
            let log = String::from_utf8_lossy(&log);
            let lines: Vec<_> = log.lines().collect();
            let last = &lines[lines.len().saturating_sub(40)..];
            format!("{}\n{}", member.directory.display(), last.join("\n"))
        });
        texts.collect::<Vec<_>>().join("\n")
    }
}

async fn relay(port: u16) -> Relay {
    Relay::before(&format!("http://127.0.0.1:{port}")).await
}

fn port_of(relay: &Relay) -> u16 {
    let url = Url::parse(&relay.url).expect("a URL");
    url.port().expect("a port")
}

/// Returns Patroni's configuration. The times are the shortest that it accepts.
fn configuration(
    number: usize,
    directory: &Path,
    [port, rest]: [u16; 2],
    relays: &[Relay; 3],
) -> String {
    let [replication, rest_of_others, etcd] = relays.each_ref().map(port_of);
    let directory = directory.display();
    format!(
        r#"scope: doorward
name: node{number}
restapi: {{listen: "127.0.0.1:{rest}", connect_address: "127.0.0.1:{rest_of_others}"}}
# With `use_proxies` no other address of etcd is used.
etcd3: {{hosts: ["127.0.0.1:{etcd}"], use_proxies: true}}
bootstrap:
  dcs:
    ttl: 20
    loop_wait: 1
    retry_timeout: 3
    primary_start_timeout: 0
    synchronous_mode: true
    postgresql:
      use_pg_rewind: true
      use_slots: true
      parameters:
        shared_buffers: 16MB
        max_connections: 200
        max_wal_size: 256MB
        wal_keep_size: 64MB
        fsync: "off"
  initdb: [{{encoding: UTF8}}, {{locale: C}}, {{auth: trust}}, data-checksums, no-sync]
postgresql:
  listen: 127.0.0.1:{port}
  connect_address: 127.0.0.1:{replication}
  data_dir: {directory}/data
  pgpass: {directory}/pgpass
  parameters: {{unix_socket_directories: ""}}
  authentication:
    superuser: {{username: doorward}}
    replication: {{username: doorward}}
    rewind: {{username: doorward}}
  pg_hba:
    - host all all 127.0.0.1/32 trust
    - host replication all 127.0.0.1/32 trust
"#
    )
}

/// Starts Patroni, and with it PostgreSQL, without the rights of root and in namespaces that end
/// with the process. Patroni reads `/proc`, which must be that of its namespace.
fn start_patroni(patroni: &Path, directory: &Path) -> Process {
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

fn start_etcd(place: &Path, port: u16) -> Process {
    let [client, peer] = [port, free_port()].map(|port| format!("http://127.0.0.1:{port}"));
    let mut command = Command::new("etcd");
    command
        .arg("--data-dir")
        .arg(place.join("etcd"))
        .args(["--listen-client-urls", &client])
        .args(["--advertise-client-urls", &client])
        .args(["--listen-peer-urls", &peer])
        .args(["--initial-advertise-peer-urls", &peer])
        .args(["--initial-cluster", &format!("default={peer}")]);
    spawn_logging(&mut command, &place.join("etcd.log"))
}

/// Starts HAProxy, which closes all connections to a member that is not the primary any more.
fn start_haproxy(place: &Path, port: u16, members: &[Member]) -> Process {
    let mut text = format!(
        "defaults\n  mode tcp\n  maxconn 500\n  timeout connect 2s\n  timeout client 1h\n  \
         timeout server 1h\n  timeout check 1s\n\
         listen postgres\n  bind 127.0.0.1:{port}\n  option httpchk OPTIONS /primary\n  \
         http-check expect status 200\n  \
         default-server inter 1s fall 2 rise 1 on-marked-down shutdown-sessions\n"
    );
    let servers = members.iter().enumerate().map(|(number, member)| {
        let (port, rest) = (member.port, member.rest);
        format!("  server node{number} 127.0.0.1:{port} check port {rest}\n")
    });
    text.extend(servers);
    let file = place.join("haproxy.cfg");
    fs::write(&file, text).expect("a file");
    let mut command = Command::new("haproxy");
    // Debian keeps it off the `PATH` of ordinary users.
    let path = format!("{}:/usr/sbin", with_server_programs());
    command.arg("-db").arg("-f").arg(&file).env("PATH", path);
    spawn_logging(&mut command, &place.join("haproxy.log"))
}

/// Starts a program that appends its output to a file.
fn spawn_logging(command: &mut Command, log: &Path) -> Process {
    let log = File::options().create(true).append(true).open(log);
    let log = log.expect("a log");
    let other = log.try_clone().expect("the same log");
    Process::spawn(command.stdout(other).stderr(log))
}

/// A process with its parent and its name.
struct Entry {
    id: i32,
    parent: i32,
    name: String,
}

/// Reads `/proc/ID/stat` (proc(5)); returns `None` for other files, and for a process that ended.
fn entry(file: &fs::DirEntry) -> Option<Entry> {
    let id = file.file_name().to_str()?.parse().ok()?;
    let stat = fs::read_to_string(file.path().join("stat")).ok()?;
    let (head, fields) = stat.rsplit_once(')')?;
    let (_, name) = head.split_once('(')?;
    Some(Entry {
        id,
        parent: fields.split_whitespace().nth(1)?.parse().ok()?,
        name: name.to_owned(),
    })
}

/// Returns the processes that a process has started, and those that they have started, with their
/// names.
fn descendants(of: u32) -> Vec<(Pid, String)> {
    let files = fs::read_dir("/proc").expect("/proc").flatten();
    let all: Vec<_> = files.filter_map(|file| entry(&file)).collect();
    let mut found = Vec::new();
    let mut parents = vec![i32::try_from(of).expect("a process")];
    while let Some(parent) = parents.pop() {
        for child in all.iter().filter(|entry| entry.parent == parent) {
            parents.push(child.id);
            found.extend(Pid::from_raw(child.id).map(|id| (id, child.name.clone())));
        }
    }
    found
}
