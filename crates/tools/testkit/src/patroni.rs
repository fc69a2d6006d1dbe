//! Three PostgreSQL under Patroni with etcd and HAProxy, whose primary a test makes fail.
//!
//! The configuration of etcd and Patroni is that of docs/operate.md. Each member has its own
//! namespaces, and relays between it, etcd and the other members. Clients reach PostgreSQL directly
//! or through HAProxy, which asks Patroni for the primary.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::kill_process;
use serde_json::Value;
use tempfile::TempDir;
use url::Url;

use crate::postgres::execute;
use crate::process::{Process, Signal};
use crate::program::free_port;
use crate::relay::{Relay, RelayState};

mod files;
mod servers;

pub use files::Printed;
use files::{Ports, Relayed, named};
pub use servers::start_haproxy;
use servers::{descendants, start_etcd, start_patroni, wait_for_etcd};

const MEMBERS: usize = 3;
/// Maximum number of restarts of all members while the cluster starts.
const RESTARTS: usize = 5 * MEMBERS;
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
    ports: Ports,
    relays: Relays,
    process: Process,
}

/// Relays that a failure of the network stops.
#[derive(Debug)]
struct Relays {
    /// Before PostgreSQL, for the other members.
    postgres: Relay,
    /// Before the REST API, for the other members.
    rest: Relay,
    /// Before each etcd, for this member.
    etcd: Vec<Relay>,
}

impl Relays {
    async fn start(own: Ports, all: &[Ports]) -> Self {
        let mut etcd = Vec::new();
        for ports in all {
            etcd.push(relay(ports.etcd).await);
        }
        Self {
            postgres: relay(own.postgres).await,
            rest: relay(own.rest).await,
            etcd,
        }
    }

    fn ports(&self) -> Relayed {
        Relayed {
            etcd: self.etcd.iter().map(port_of).collect(),
            rest: port_of(&self.rest),
            postgres: port_of(&self.postgres),
        }
    }

    fn set(&self, state: RelayState) {
        for relay in [&self.postgres, &self.rest].into_iter().chain(&self.etcd) {
            relay.set(state);
        }
    }
}

impl Member {
    /// Starts a member, numbered from 1. Its etcd runs.
    async fn start(number: usize, place: &Path, patroni: &Path, all: &[Ports]) -> Self {
        let ports = all[number - 1];
        let relays = Relays::start(ports, all).await;
        let directory = directory(place, number);
        files::patroni(number, place, &directory, ports, &relays.ports())
            .write(&directory.join("patroni.yml"));
        let process = start_patroni(patroni, &directory);
        Self {
            directory,
            ports,
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
}

/// The running cluster; killed when dropped. Its role `doorward` owns the database `doorward`.
#[derive(Debug)]
pub struct Cluster {
    members: Vec<Member>,
    /// Path of the program `patroni`.
    patroni: PathBuf,
    /// Port of HAProxy.
    balanced: u16,
    http: reqwest::Client,
    _haproxy: Process,
    _etcd: Vec<Process>,
    place: TempDir,
}

impl Cluster {
    /// Starts a cluster, and waits until it has a primary, a synchronous standby, and another one.
    ///
    /// # Errors
    /// Returns the reason why it cannot run, for [`Trial::not_run`](crate::trial::Trial::not_run).
    pub async fn start(patroni: &Path) -> Result<Self, &'static str> {
        let place = TempDir::new().expect("a temporary directory");
        files::write_certificates(place.path());
        let all = [(); MEMBERS].map(|()| Ports {
            etcd: free_port(),
            peer: free_port(),
            rest: free_port(),
            postgres: free_port(),
        });
        let etcd = (1..=MEMBERS).map(|number| {
            let directory = directory(place.path(), number);
            fs::create_dir(&directory).expect("a directory");
            files::etcd(number, place.path(), &directory, &all).write(&directory.join("etcd.yml"));
            start_etcd(&directory)
        });
        let etcd: Vec<_> = etcd.collect();
        for ports in all {
            wait_for_etcd(ports.etcd).await;
        }
        let mut members = Vec::new();
        for number in 1..=MEMBERS {
            members.push(Member::start(number, place.path(), patroni, &all).await);
        }
        let balanced = free_port();
        let file = place.path().join("haproxy.cfg");
        fs::write(&file, balance(balanced, &all)).expect("a file");
        // The certificates are self-signed.
        let http = reqwest::Client::builder()
            .no_proxy()
            .tls_danger_accept_invalid_certs(true)
            .timeout(Duration::from_secs(1));
        let mut cluster = Self {
            members,
            patroni: patroni.to_owned(),
            balanced,
            http: http.build().expect("HTTP client"),
            _haproxy: start_haproxy(&file),
            _etcd: etcd,
            place,
        };
        if !cluster.restart_ended().await {
            return Err(
                "no PostgreSQL under Patroni can be started here (a container without \
                        namespaces of users, processes and mounts)",
            );
        }
        cluster.wait_until_whole().await;
        cluster.create_database().await;
        Ok(cluster)
    }

    /// Waits until all members run, and starts each Patroni again that has ended, as its unit does: etcd may
    /// not have decided on its version before. Returns false if they end again and again, in a container
    /// without the namespaces.
    async fn restart_ended(&mut self) -> bool {
        let (started, mut restarts) = (Instant::now(), 0);
        while restarts <= RESTARTS && started.elapsed() < PATIENCE {
            tokio::time::sleep(Duration::from_secs(1)).await;
            for member in &mut self.members {
                if member.process.has_ended() {
                    restarts += 1;
                    member.process = start_patroni(&self.patroni, &member.directory);
                }
            }
            if self.is_whole().await {
                return true;
            }
        }
        restarts <= RESTARTS
    }

    /// Runs the statements of the page on the primary.
    async fn create_database(&self) {
        let primary = self.primary().await.expect("a primary");
        let host = named(self.members[primary].ports.postgres);
        let url = format!("postgres://postgres:SUPERUSER_PASSWORD@{host}/postgres");
        let file = Printed::file("large/doorward.sql");
        let statements = file.text().split(';').map(str::trim);
        let statements = statements.filter(|statement| !statement.is_empty());
        let created = execute(&url, statements.map(str::to_owned));
        Box::pin(created).await.expect("the role and its database");
    }

    /// Replaces the addresses and the certificates of the database in a file of Doorward.
    #[must_use]
    pub fn localize(&self, file: Printed) -> Printed {
        let hosts = (1..).zip(&self.members);
        let file = hosts.fold(file, |file, (number, member)| {
            let host = format!("db-{number}.example.com:5432");
            file.replace(&host, &named(member.ports.postgres))
        });
        let here = format!("{}/db-", self.place.path().display());
        file.replace("/etc/doorward/db-", &here)
    }

    /// Returns the database URL of the page, with all members.
    pub fn url(&self) -> String {
        let file = self.localize(Printed::file("large/doorward.toml"));
        let mut lines = file.text().lines();
        let url = lines.find_map(|line| line.strip_prefix("url = \""));
        url.expect("a URL").trim_end_matches('"').to_owned()
    }

    /// Returns the database URL of HAProxy, which names a single host.
    pub fn balanced_url(&self) -> String {
        let url = self.url().replace("target_session_attrs=read-write&", "");
        let (user, rest) = url.split_once('@').expect("a user");
        let (_, rest) = rest.split_once('/').expect("a database");
        format!("{user}@{}/{rest}", named(self.balanced))
    }

    /// Returns the number of the primary; `None` during a failure.
    pub async fn primary(&self) -> Option<usize> {
        for (number, member) in self.members.iter().enumerate() {
            let url = format!("https://{}/primary", named(member.ports.rest));
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
            Failure::Partitioned => member.relays.set(RelayState::Frozen),
        }
    }

    /// Ends a failure; Patroni then makes the member a standby.
    pub fn heal(&mut self, number: usize, failure: Failure) {
        let member = &mut self.members[number];
        match failure {
            Failure::Killed => {}
            Failure::Off => member.process = start_patroni(&self.patroni, &member.directory),
            Failure::Frozen => member.signal(Signal::CONT, |_| true),
            Failure::Partitioned => member.relays.set(RelayState::Nothing),
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
        let rest = named(self.members[primary].ports.rest);
        let url = format!("https://{rest}/cluster");
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

fn directory(place: &Path, number: usize) -> PathBuf {
    place.join(format!("db-{number}"))
}

/// Returns a configuration of HAProxy that closes all connections to a member that is not the
/// primary any more.
fn balance(port: u16, members: &[Ports]) -> String {
    let mut text = format!(
        "defaults\n  mode tcp\n  maxconn 500\n  timeout connect 2s\n  timeout client 1h\n  \
         timeout server 1h\n  timeout check 1s\n\
         listen postgres\n  bind 127.0.0.1:{port}\n  option httpchk OPTIONS /primary\n  \
         http-check expect status 200\n  \
         default-server inter 1s fall 2 rise 1 on-marked-down shutdown-sessions\n"
    );
    let servers = (1..).zip(members).map(|(number, ports)| {
        let (port, rest) = (ports.postgres, ports.rest);
        format!("  server db-{number} 127.0.0.1:{port} check port {rest} check-ssl verify none\n")
    });
    text.extend(servers);
    text
}
