//! `doorward serve` as a process of its own, over a store that was filled like every test stack's.

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doorward_config::Config;
use tempfile::TempDir;

use crate::backend::{Backend, Storage};
use crate::process::Process;
use crate::seed::{Seed, plant};
use crate::{ManualClock, UserAgent, rows};

/// Where the databases are.
const IDENTITY: &str = "DOORWARD_DATABASE_URL";
const TASKS: &str = "DOORWARD__TASKS__DATABASE_URL";

/// The running program; ended, and its data gone, when dropped.
#[derive(Debug)]
pub struct Program {
    /// The process.
    pub process: Process,
    /// Its origin.
    pub issuer: String,
    /// What is in it.
    pub seed: Seed,
    /// Its configuration.
    pub config: Config,
    /// Where its data is.
    pub storage: Storage,
    /// Where it listens itself: its issuer, unless something stands before it.
    pub origin: String,
    binary: PathBuf,
    environment: Vec<(String, String)>,
    directory: TempDir,
}

/// A second process over the same data, behind the same name: it answers requests whose `Host` is
/// that of the issuer.
#[derive(Debug)]
pub struct PeerProcess {
    /// Where it listens.
    pub origin: String,
    /// The process.
    pub process: Process,
}

impl Program {
    /// Fills a store and starts the program over it. `settings` are environment names and values;
    /// hashing costs what it costs in production unless they say otherwise.
    pub async fn start(binary: &Path, backend: Backend, settings: &[(&str, &str)]) -> Self {
        let storage = Storage::create(backend).await;
        Self::start_over(binary, storage, settings).await
    }

    /// The same over a store that is there, and empty.
    pub async fn start_over(binary: &Path, storage: Storage, settings: &[(&str, &str)]) -> Self {
        let origin = format!("http://127.0.0.1:{}", free_port());
        let prepared = Prepared::new(&origin, &origin, &storage, settings);
        let seed = prepared.plant().await;
        prepared.start(binary, storage, seed).await
    }

    /// Fills a store as for a program with these settings.
    pub async fn plant(storage: &Storage, settings: &[(&str, &str)]) -> Seed {
        let nowhere = "http://127.0.0.1:1";
        Prepared::new(nowhere, nowhere, storage, settings)
            .plant()
            .await
    }

    /// The same behind something that has the issuer's name, and over what is there already: planted from
    /// this seed.
    pub async fn start_behind(
        issuer: &str,
        binary: &Path,
        (storage, seed): (Storage, Seed),
        settings: &[(&str, &str)],
    ) -> Self {
        let origin = format!("http://127.0.0.1:{}", free_port());
        let prepared = Prepared::new(&origin, issuer, &storage, settings);
        prepared.start(binary, storage, seed).await
    }

    /// Has the commands and starts from now on be those of another build.
    pub fn become_another(&mut self, binary: &Path) {
        binary.clone_into(&mut self.binary);
    }

    /// One more process with the same configuration, on a port of its own.
    pub async fn twin(&self) -> PeerProcess {
        let listen = format!("127.0.0.1:{}", free_port());
        let mut environment = self.environment.clone();
        for (name, value) in &mut environment {
            match name.as_str() {
                "DOORWARD_LISTEN" => value.clone_from(&listen),
                "DOORWARD__METRICS__LISTEN" => *value = format!("127.0.0.1:{}", free_port()),
                _ => {}
            }
        }
        let process = serve(&self.binary, &environment, self.directory.path(), "-twin");
        let origin = format!("http://{listen}");
        answer_at(&format!("{origin}/readyz")).await;
        PeerProcess { origin, process }
    }

    /// The same, where the store can be shared.
    pub async fn twin_if_shared(&self, backend: Backend) -> Option<PeerProcess> {
        match backend {
            Backend::PostgresRedis => Some(self.twin().await),
            Backend::SqliteMemory => None,
        }
    }

    /// Its process for somebody else, who has to end it.
    pub fn take_process(&mut self) -> Process {
        let nobody = Process::spawn(&mut Command::new("true"));
        std::mem::replace(&mut self.process, nobody)
    }

    /// Ends the process as nothing can be ended more suddenly (SIGKILL).
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts it again where it was, over what is left.
    pub async fn start_again(&mut self) {
        let directory = self.directory.path();
        self.process = serve(&self.binary, &self.environment, directory, "");
        self.wait().await;
    }

    async fn wait(&self) {
        if self.origin == self.issuer {
            return wait(&self.issuer).await;
        }
        // It answers to another name.
        answer_at(&format!("{}/readyz", self.origin)).await;
    }

    /// Has the commands and starts from now on work on other databases; the former ones are gone.
    pub fn move_to(&mut self, storage: Storage) {
        for (name, value) in &mut self.environment {
            match name.as_str() {
                IDENTITY => value.clone_from(&storage.identity),
                TASKS => value.clone_from(&storage.tasks),
                _ => {}
            }
        }
        self.storage = storage;
    }

    /// The address of a path.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.issuer)
    }

    /// Runs another command with the configuration of this program, to its end.
    pub fn command(&self, arguments: &[&str]) -> Output {
        self.command_with(arguments, &[])
    }

    /// The same, while other tasks of the test go on.
    pub async fn command_beside(&self, arguments: &[&str]) -> Output {
        let mut command = tokio::process::Command::new(&self.binary);
        let environment = self.environment.iter().map(|(name, value)| (name, value));
        command.args(arguments).envs(environment);
        command.current_dir(self.directory.path());
        command.output().await.expect("the program")
    }

    /// The same with something changed.
    pub fn command_with(&self, arguments: &[&str], changed: &[(&str, &str)]) -> Output {
        let mut command = Command::new(&self.binary);
        let environment = self.environment.iter().map(|(name, value)| (name, value));
        command.args(arguments).envs(environment);
        command.envs(changed.iter().copied());
        command.current_dir(self.directory.path());
        command.output().expect("the program")
    }

    /// What it has counted, as a scraper reads it.
    pub async fn metrics(&self) -> String {
        let address = format!("http://{}/metrics", self.config.metrics.listen);
        let answer = reqwest::get(address).await.expect("an answer");
        assert_eq!(answer.status(), 200);
        answer.text().await.expect("text")
    }

    /// Where it runs.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Changes the identity server's database behind its back.
    pub async fn execute(&self, statement: &str) {
        rows::execute(&self.storage.identity, statement).await;
    }

    /// Everything that it and its twins have printed and logged so far.
    pub fn output(&self) -> String {
        let files = std::fs::read_dir(self.directory.path()).expect("its directory");
        let mut files: Vec<_> = files.flatten().map(|file| file.path()).collect();
        files.sort();
        let is_output = |path: &&PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("stdout") || name.starts_with("stderr")
        };
        let read = |path: &PathBuf| std::fs::read(path).expect("its output");
        let bytes: Vec<_> = files.iter().filter(is_output).map(read).collect();
        String::from_utf8_lossy(&bytes.concat()).into_owned()
    }
}

/// What a program is started with.
struct Prepared {
    issuer: String,
    origin: String,
    environment: Vec<(String, String)>,
    config: Config,
}

impl Prepared {
    fn new(origin: &str, issuer: &str, storage: &Storage, settings: &[(&str, &str)]) -> Self {
        let listen = origin.trim_start_matches("http://");
        let metrics = format!("127.0.0.1:{}", free_port());
        let secret = STANDARD.encode(rand::random_iter::<u8>().take(32).collect::<Vec<_>>());
        let mut environment = vec![
            ("DOORWARD_ISSUER", issuer),
            ("DOORWARD_LISTEN", listen),
            (IDENTITY, &storage.identity),
            (TASKS, &storage.tasks),
            ("DOORWARD_SECRET_KEY", &secret),
            ("DOORWARD__METRICS__LISTEN", &metrics),
            ("DOORWARD__LIMITS__MULTIPLIER", "1000000"),
            ("DOORWARD__LOGGING__LEVEL", "warn"),
        ];
        if let Some(redis) = &storage.redis {
            environment.push(("DOORWARD_REDIS_URL", redis));
        }
        environment.retain(|(name, _)| settings.iter().all(|(other, _)| other != name));
        environment.extend_from_slice(settings);
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let environment: Vec<(String, String)> = environment.iter().map(owned).collect();
        let known = environment
            .iter()
            .filter(|(name, _)| name.starts_with("DOORWARD"));
        let config = Config::load(None, known.cloned()).expect("the configuration");
        Self {
            issuer: issuer.to_owned(),
            origin: origin.to_owned(),
            environment,
            config,
        }
    }

    async fn plant(&self) -> Seed {
        // The audience is a name only: nothing listens there.
        let seed = Seed::new("http://localhost:8401");
        plant(&self.config, &seed, &ManualClock::default()).await;
        seed
    }

    async fn start(self, binary: &Path, storage: Storage, seed: Seed) -> Program {
        let directory = TempDir::new().expect("a temporary directory");
        let process = serve(binary, &self.environment, directory.path(), "");
        let program = Program {
            process,
            issuer: self.issuer,
            seed,
            config: self.config,
            storage,
            origin: self.origin,
            binary: binary.to_owned(),
            environment: self.environment,
            directory,
        };
        program.wait().await;
        program
    }
}

/// `doorward serve`, what it says in files of this directory.
fn serve(
    binary: &Path,
    environment: &[(String, String)],
    directory: &Path,
    suffix: &str,
) -> Process {
    let file = |name| File::create(directory.join(format!("{name}{suffix}"))).expect("a file");
    let mut command = Command::new(binary);
    command.arg("serve").current_dir(directory);
    command.envs(environment.iter().map(|(name, value)| (name, value)));
    command.stdout(file("stdout")).stderr(file("stderr"));
    Process::spawn(&mut command)
}

/// Asks for discovery until it answers, as quickly as the kernel allows.
pub async fn wait(issuer: &str) {
    answer_at(&format!("{issuer}/.well-known/openid-configuration")).await;
}

async fn answer_at(url: &str) {
    let agent = UserAgent::new();
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(30) {
        let answer = agent.http().get(url).send().await;
        if answer.is_ok_and(|answer| answer.status() == 200) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    panic!("the server did not answer at {url}");
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}
