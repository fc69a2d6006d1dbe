//! The large deployment of docs/operate.md, with the files that the page prints: a user signs in
//! through each replica, also after the primaries of PostgreSQL and of Redis have failed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use doorward_testkit::backend::REDIS_URL;
use doorward_testkit::patroni::{Cluster, Failure, Printed, start_haproxy};
use doorward_testkit::process::Process;
use doorward_testkit::program::{free_port, wait_for_answer};
use doorward_testkit::trial::Trial;
use doorward_testkit::{PASSWORD, UserAgent, stack};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;

use super::patroni::start_cluster;
use super::{CHEAP, binary};

const REPLICAS: usize = 3;
/// Maximum time until a failure is noticed, and until it is repaired.
const PATIENCE: Duration = Duration::from_mins(1);
/// A secret key like those of `openssl rand -base64 32`.
const KEY: &str = "q83vEjRWeJCrze/+3LqYdlQyEKpVzDOZd4iZqrvM3e8=";
/// Part of the configuration that a deployment without Redis leaves out.
const REDIS: &str = "[redis]\nurl_file = \"/etc/doorward/redis.url\"\n\n";

#[test]
fn r36_printed_deployment_survives_fail_overs() {
    stack::block_on(printed());
}

/// Three Redis, of which the first one is the primary, and three Sentinels.
struct Redis {
    servers: Vec<Process>,
    _sentinels: Vec<Process>,
}

impl Redis {
    /// Starts all, and writes the address for Doorward. Returns `None` if the tests run without Redis.
    fn start(place: &Path) -> Option<Self> {
        if std::env::var(REDIS_URL).is_ok_and(|url| url == "off") {
            return None;
        }
        let ports = [(); REPLICAS].map(|()| free_port());
        let sentinels = [(); REPLICAS].map(|()| free_port());
        let primary = format!("127.0.0.1 {}", ports[0]);
        let mut url = Printed::file("large/redis.url");
        for (number, port) in (1..).zip(sentinels) {
            let host = format!("10.0.0.1{number}:26379");
            url = url.replace(&host, &format!("127.0.0.1:{port}"));
        }
        url.write(&place.join("redis.url"));
        let server = |(number, port): (usize, u16)| {
            let file = listening("large/redis.conf").replace("port 6379", &format!("port {port}"));
            let replica = format!("save \"\"\nreplicaof {primary}");
            let file = if number == 0 {
                file
            } else {
                file.replace("save \"\"", &replica)
            };
            start_redis(&place.join(format!("redis-{number}")), &file, &[])
        };
        let sentinel = |(number, port): (usize, u16)| {
            let file = listening("large/sentinel.conf")
                .replace("port 26379", &format!("port {port}"))
                .replace("10.0.0.11 6379", &primary);
            let directory = place.join(format!("sentinel-{number}"));
            start_redis(&directory, &file, &["--sentinel"])
        };
        Some(Self {
            servers: ports.into_iter().enumerate().map(server).collect(),
            _sentinels: sentinels.into_iter().enumerate().map(sentinel).collect(),
        })
    }
}

/// Returns a file of Redis with the address of this machine.
fn listening(name: &str) -> Printed {
    Printed::file(name).replace("bind 127.0.0.1 10.0.0.11", "bind 127.0.0.1")
}

fn start_redis(directory: &Path, file: &Printed, more: &[&str]) -> Process {
    std::fs::create_dir(directory).expect("a directory");
    let path = directory.join("redis.conf");
    file.write(&path);
    let mut command = Command::new("redis-server");
    Process::start(command.arg(path).args(more).current_dir(directory))
}

/// The whole deployment.
struct Site {
    cluster: Cluster,
    /// Address of HAProxy.
    issuer: String,
    /// Addresses of the replicas.
    origins: Vec<String>,
    redis: Option<Redis>,
    haproxy: Option<Process>,
    replicas: Vec<Process>,
    agent: UserAgent,
    place: TempDir,
}

impl Site {
    /// Follows the page: the tables, a user, the replicas, the proxy.
    async fn start(cluster: Cluster) -> Self {
        let place = TempDir::new().expect("a temporary directory");
        let ports = [(); REPLICAS].map(|()| free_port());
        let front = free_port();
        let mut site = Self {
            cluster,
            issuer: format!("http://localhost:{front}"),
            origins: ports
                .map(|port| format!("http://127.0.0.1:{port}"))
                .to_vec(),
            redis: Redis::start(place.path()),
            haproxy: None,
            replicas: Vec::new(),
            agent: UserAgent::new(),
            place,
        };
        std::fs::write(site.place.path().join("secret.key"), KEY).expect("a file");
        for (number, port) in (1..).zip(ports) {
            site.configure(number, port);
        }
        site.run(&["config", "check"], "").await;
        site.run(&["migrate", "up"], "").await;
        let link = site.run(&["admin", "open"], "").await;
        assert!(
            link.contains(&format!("{}/setup?token=", site.issuer)),
            "{link}"
        );
        let user = ["user", "create", "alice", "--email", "alice@example.com"];
        let user = [&user[..], &["--verified", "--password-file=-"]].concat();
        site.run(&user, PASSWORD).await;
        for number in 1..=REPLICAS {
            let log = site.place.path().join(format!("log-{number}"));
            let log = std::fs::File::create(log).expect("a log");
            let mut command = site.command(number, &["serve"]);
            command.stdout(Stdio::null()).stderr(log);
            site.replicas.push(Process::spawn(&mut command));
        }
        for origin in &site.origins {
            wait_for_answer(&format!("{origin}/readyz")).await;
        }
        site.haproxy = Some(site.balance(front, ports));
        wait_for_answer(&format!("{}/readyz", site.issuer)).await;
        site
    }

    fn config(&self, number: usize) -> PathBuf {
        self.place.path().join(format!("doorward-{number}.toml"))
    }

    /// Writes the printed configuration. All replicas are on one machine, so their ports differ, and
    /// the file of the end of their audit log.
    fn configure(&self, number: usize, port: u16) {
        let here = self.place.path().display().to_string();
        let file = self.cluster.localize(Printed::file("large/doorward.toml"));
        let file = if self.redis.is_some() {
            file
        } else {
            file.replace(REDIS, "")
        };
        file.replace("https://id.example.com", &self.issuer)
            .replace("0.0.0.0:8400", &format!("127.0.0.1:{port}"))
            .replace("0.0.0.0:9464", &format!("127.0.0.1:{}", free_port()))
            .replace("10.0.0.7/32", "127.0.0.1/32")
            .replace("/etc/doorward", &here)
            .replace("/var/lib/doorward", &format!("{here}/state-{number}"))
            .write(&self.config(number));
        std::fs::create_dir(self.place.path().join(format!("state-{number}")))
            .expect("a directory");
    }

    /// Returns a command of the program on a machine.
    fn command(&self, number: usize, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("DOORWARD") {
                command.env_remove(name);
            }
        }
        command
            .args(arguments)
            .arg("--config")
            .arg(self.config(number))
            .envs(CHEAP)
            // The user signs in more often than a user does.
            .env("DOORWARD__LIMITS__MULTIPLIER", "1000000")
            .current_dir(self.place.path());
        command
    }

    /// Runs a command on the first machine, and returns its output.
    async fn run(&self, arguments: &[&str], input: &str) -> String {
        let mut command = tokio::process::Command::from(self.command(1, arguments));
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program");
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin
            .write_all(input.as_bytes())
            .await
            .expect("its standard input");
        drop(stdin);
        let done = child.wait_with_output().await.expect("its output");
        assert!(done.status.success(), "{arguments:?}: {done:?}");
        String::from_utf8_lossy(&done.stdout).into_owned()
    }

    /// Starts HAProxy with the printed backend and the line for the third replica.
    fn balance(&self, front: u16, ports: [u16; REPLICAS]) -> Process {
        let host = self.issuer.trim_start_matches("http://");
        let mut backend = Printed::file("haproxy.cfg").replace("id.example.com", host);
        for (number, port) in (1..).zip(&ports[..2]) {
            let printed = format!("10.0.0.1{number}:8400");
            backend = backend.replace(&printed, &format!("127.0.0.1:{port}"));
        }
        let text = format!(
            "global\n  stats socket {} level admin\n\
             defaults\n  mode http\n  timeout connect 2s\n  timeout client 30s\n  timeout server 30s\n\
             frontend issuer\n  bind 127.0.0.1:{front}\n  default_backend doorward\n\
             {}    server id-3 127.0.0.1:{} check\n",
            self.socket().display(),
            backend.text(),
            ports[2]
        );
        let file = self.place.path().join("haproxy.cfg");
        std::fs::write(&file, text).expect("a file");
        start_haproxy(&file)
    }

    fn socket(&self) -> PathBuf {
        self.place.path().join("haproxy.sock")
    }

    /// Sends a command to HAProxy, which answers only if it does not accept it.
    async fn administer(&self, line: &str) {
        let stream = UnixStream::connect(self.socket()).await;
        let mut stream = stream.expect("HAProxy");
        let sent = stream.write_all(format!("{line}\n").as_bytes()).await;
        sent.expect("a command");
        let mut answer = String::new();
        let read = stream.read_to_string(&mut answer).await;
        read.expect("an answer");
        assert_eq!(answer.trim(), "", "{line}");
    }

    /// Signs the user in through each replica, while HAProxy uses no other.
    async fn sign_in(&self, when: &str) {
        for number in 1..=REPLICAS {
            for other in 1..=REPLICAS {
                let state = if other == number { "ready" } else { "maint" };
                let line = format!("set server doorward/id-{other} state {state}");
                self.administer(&line).await;
            }
            wait_for_answer(&format!("{}/readyz", self.issuer)).await;
            let agent = UserAgent::new();
            let page = agent.get(format!("{}/login", self.issuer)).await;
            let form = page.form("#login").with("identifier", "alice");
            let page = agent.submit(&form.with("password", PASSWORD)).await;
            assert!(page.is_redirect(), "{when}, {number}: {}", page.dump());
            let page = agent.get(format!("{}/account", self.issuer)).await;
            assert_eq!(page.status, 200, "{when}, {number}: {}", page.dump());
        }
    }

    /// Returns true if a check of `/readyz` succeeds.
    async fn is_ok(&self, origin: &str, check: &str) -> bool {
        let request = self.agent.http().get(format!("{origin}/readyz"));
        let response = request.timeout(Duration::from_secs(10)).send().await;
        let Ok(response) = response else {
            return false;
        };
        let body = response.json::<Value>().await.unwrap_or_default();
        body["checks"][check] == "ok"
    }

    /// Waits until a check fails, or succeeds, at each replica.
    async fn wait_for(&self, check: &str, succeeds: bool) {
        let started = Instant::now();
        for origin in &self.origins {
            while self.is_ok(origin, check).await != succeeds {
                assert!(
                    started.elapsed() < PATIENCE,
                    "{check} does not become {succeeds} at {origin}:\n{}",
                    self.cluster.logs()
                );
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

async fn printed() {
    let trial = Trial::new("R36", "printed deployment");
    let cluster = match start_cluster().await {
        Ok(cluster) => cluster,
        Err(why) => return trial.not_run(why),
    };
    let mut site = Box::pin(Site::start(cluster)).await;
    site.wait_for("ephemeral", true).await;
    site.sign_in("at first").await;

    let primary = site.cluster.primary().await.expect("a primary");
    site.cluster.fail(primary, Failure::Off);
    site.wait_for("database", false).await;
    site.wait_for("database", true).await;
    site.sign_in("after the fail-over of PostgreSQL").await;
    site.cluster.heal(primary, Failure::Off);
    site.cluster.wait_until_whole().await;
    assert_ne!(site.cluster.primary().await, Some(primary));

    if let Some(redis) = &mut site.redis {
        redis.servers[0].kill();
        site.wait_for("ephemeral", false).await;
        site.wait_for("ephemeral", true).await;
        site.sign_in("after the fail-over of Redis").await;
    }
    let mut servers = site.replicas.iter_mut().chain(&mut site.haproxy);
    assert!(!servers.any(Process::has_ended), "a server has ended");
}
