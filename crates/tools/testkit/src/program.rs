//! `doorward serve` as a separate process, with a database seeded like that of every test stack.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doorward_config::Config;
use doorward_user_agent::answers::{discovery, wait_for_process};
use tempfile::TempDir;

use crate::backend::{Backend, Storage};
use crate::process::Process;
use crate::seed::{Seed, insert_all};
use crate::{ManualClock, rows};

pub use doorward_user_agent::answers::{free_port, wait, wait_for_answer, wait_for_answer_to};

/// Variables with the URLs of the databases.
const IDENTITY: &str = "DOORWARD_DATABASE_URL";
const TASKS: &str = "DOORWARD__TASKS__DATABASE_URL";

/// The running program; killed, and its data deleted, when dropped.
#[derive(Debug)]
pub struct Program {
    pub process: Process,
    pub issuer: String,
    /// Seeded records.
    pub seed: Seed,
    /// Configuration.
    pub config: Config,
    /// Databases.
    pub storage: Storage,
    /// Origin on which it listens: the issuer, unless it is behind another server.
    pub origin: String,
    binary: PathBuf,
    environment: Vec<(String, String)>,
    directory: TempDir,
}

/// A second process with the same data and the same issuer: it accepts requests whose `Host` is
/// that of the issuer.
#[derive(Debug)]
pub struct PeerProcess {
    /// Origin on which it listens.
    pub origin: String,
    pub process: Process,
}

impl Program {
    /// Seeds a database and starts the program. `settings` are environment names and values;
    /// without one, password hashing has the cost of production.
    pub async fn start(binary: &Path, backend: Backend, settings: &[(&str, &str)]) -> Self {
        let storage = Storage::create(backend).await;
        Self::start_with_storage(binary, storage, settings).await
    }

    /// Starts the program with an existing empty database.
    pub async fn start_with_storage(
        binary: &Path,
        storage: Storage,
        settings: &[(&str, &str)],
    ) -> Self {
        let origin = format!("http://127.0.0.1:{}", free_port());
        let prepared = Prepared::new(&origin, &origin, &storage, settings);
        let seed = Box::pin(prepared.seed()).await;
        Box::pin(prepared.start(binary, storage, seed)).await
    }

    /// Seeds a database as for a program with these settings.
    pub async fn seed(storage: &Storage, settings: &[(&str, &str)]) -> Seed {
        let nowhere = "http://127.0.0.1:1";
        Prepared::new(nowhere, nowhere, storage, settings)
            .seed()
            .await
    }

    /// Starts the program behind a server with the issuer's name, on a database that was seeded
    /// with `seed`.
    pub async fn start_behind(
        issuer: &str,
        binary: &Path,
        (storage, seed): (Storage, Seed),
        settings: &[(&str, &str)],
    ) -> Self {
        let origin = format!("http://127.0.0.1:{}", free_port());
        let prepared = Prepared::new(&origin, issuer, &storage, settings);
        Box::pin(prepared.start(binary, storage, seed)).await
    }

    /// Seeds a database and starts the program with a host name, which passkeys require.
    pub async fn start_at_localhost(
        binary: &Path,
        backend: Backend,
        settings: &[(&str, &str)],
    ) -> Self {
        let storage = Storage::create(backend).await;
        let port = free_port();
        let [origin, issuer] =
            ["127.0.0.1", "localhost"].map(|host| format!("http://{host}:{port}"));
        let prepared = Prepared::new(&origin, &issuer, &storage, settings);
        let seed = Box::pin(prepared.seed()).await;
        Box::pin(prepared.start(binary, storage, seed)).await
    }

    /// Uses another build for later commands and starts.
    pub fn become_another(&mut self, binary: &Path) {
        binary.clone_into(&mut self.binary);
    }

    /// Starts another process with the same configuration on a separate port.
    pub async fn twin(&self) -> PeerProcess {
        self.twin_with(&[]).await
    }

    /// Starts another process on a separate port, with changed environment variables.
    pub async fn twin_with(&self, changed: &[(&str, &str)]) -> PeerProcess {
        let listen = format!("127.0.0.1:{}", free_port());
        let mut environment = self.environment.clone();
        for (name, value) in &mut environment {
            match name.as_str() {
                "DOORWARD_LISTEN" => value.clone_from(&listen),
                "DOORWARD__METRICS__LISTEN" => *value = format!("127.0.0.1:{}", free_port()),
                _ => {}
            }
        }
        // The last of two equal names counts.
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        environment.extend(changed.iter().map(owned));
        let mut process = serve(
            &self.binary,
            "serve",
            &environment,
            self.directory.path(),
            "-twin",
        );
        let origin = format!("http://{listen}");
        let ready = format!("{origin}/readyz");
        wait_for_process(&mut process, &ready, || self.output()).await;
        PeerProcess { origin, process }
    }

    /// Starts a process with the tasks API, with changed environment variables. Its own address is
    /// its public one.
    pub async fn tasks_with(&self, changed: &[(&str, &str)]) -> PeerProcess {
        let listen = format!("127.0.0.1:{}", free_port());
        let origin = format!("http://{listen}");
        let metrics = format!("127.0.0.1:{}", free_port());
        let own = [
            ("DOORWARD__TASKS__LISTEN", listen.as_str()),
            ("DOORWARD__TASKS__METRICS_LISTEN", &metrics),
            ("DOORWARD__TASKS__PUBLIC_URL", &origin),
            ("DOORWARD__TASKS__AUDIENCE", &self.seed.audience),
        ];
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let mut environment = self.environment.clone();
        environment.extend(own.iter().chain(changed).map(owned));
        let directory = self.directory.path();
        let suffix = format!("-tasks{}", listen.rsplit(':').next().unwrap_or_default());
        let mut process = serve(&self.binary, "tasks", &environment, directory, &suffix);
        let ready = format!("{origin}/readyz");
        wait_for_process(&mut process, &ready, || self.output()).await;
        PeerProcess { origin, process }
    }

    /// Starts another process if the database can be shared.
    pub async fn twin_if_shared(&self, backend: Backend) -> Option<PeerProcess> {
        match backend {
            Backend::PostgresRedis => Some(self.twin().await),
            Backend::SqliteMemory => None,
        }
    }

    /// Returns the process to the caller, which must end it.
    pub fn take_process(&mut self) -> Process {
        let nobody = Process::spawn(&mut Command::new("true"));
        std::mem::replace(&mut self.process, nobody)
    }

    /// Kills the process with SIGKILL.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Restarts the program at the same address with the remaining data.
    pub async fn start_again(&mut self) {
        let directory = self.directory.path();
        self.process = serve(&self.binary, "serve", &self.environment, directory, "");
        self.wait().await;
    }

    async fn wait(&mut self) {
        let url = if self.origin == self.issuer {
            discovery(&self.issuer)
        } else {
            // It accepts another host name.
            format!("{}/readyz", self.origin)
        };
        let directory = self.directory.path();
        wait_for_process(&mut self.process, &url, || output(directory)).await;
    }

    /// Uses other databases for later commands and starts, and deletes the former ones.
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

    /// Returns the URL of a path.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.issuer)
    }

    /// Runs another command with the configuration of this program.
    pub fn command(&self, arguments: &[&str]) -> Output {
        self.command_with(arguments, &[])
    }

    /// Runs a command without blocking other tasks of the test.
    pub async fn run_command(&self, arguments: &[&str]) -> Output {
        let mut command = tokio::process::Command::new(&self.binary);
        let environment = self.environment.iter().map(|(name, value)| (name, value));
        command.args(arguments).envs(environment);
        command.current_dir(self.directory.path());
        command.output().await.expect("the program")
    }

    /// Runs a command with changed environment variables.
    pub fn command_with(&self, arguments: &[&str], changed: &[(&str, &str)]) -> Output {
        let mut command = self.prepare(arguments);
        command.envs(changed.iter().copied());
        command.output().expect("the program")
    }

    /// Returns a command with the configuration of this program.
    pub fn prepare(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        let environment = self.environment.iter().map(|(name, value)| (name, value));
        command.args(arguments).envs(environment);
        command.current_dir(self.directory.path());
        command
    }

    /// Returns the metrics as a scraper reads them.
    pub async fn metrics(&self) -> String {
        let address = format!("http://{}/metrics", self.config.metrics.listen);
        let response = reqwest::get(address).await.expect("an answer");
        assert_eq!(response.status(), 200);
        response.text().await.expect("text")
    }

    /// Returns the working directory.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Changes the identity server's database directly.
    pub async fn execute(&self, statement: &str) {
        rows::execute(&self.storage.identity, statement).await;
    }

    /// Returns all output and logs of the program and its peers so far.
    pub fn output(&self) -> String {
        output(self.directory.path())
    }
}

/// The settings for starting a program.
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

    async fn seed(&self) -> Seed {
        // The audience is only an identifier: no server listens there.
        let seed = Seed::new("http://localhost:8401");
        insert_all(&self.config, &seed, &ManualClock::default()).await;
        seed
    }

    async fn start(self, binary: &Path, storage: Storage, seed: Seed) -> Program {
        let directory = TempDir::new().expect("a temporary directory");
        let process = serve(binary, "serve", &self.environment, directory.path(), "");
        let mut program = Program {
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

/// Starts a command that runs a server, with its output in files of this directory.
fn serve(
    binary: &Path,
    server: &str,
    environment: &[(String, String)],
    directory: &Path,
    suffix: &str,
) -> Process {
    let file = |name| File::create(directory.join(format!("{name}{suffix}"))).expect("a file");
    let mut command = Command::new(binary);
    command.arg(server).current_dir(directory);
    command.envs(environment.iter().map(|(name, value)| (name, value)));
    command.stdout(file("stdout")).stderr(file("stderr"));
    Process::spawn(&mut command)
}

/// Returns all output and logs in this directory.
fn output(directory: &Path) -> String {
    let files = std::fs::read_dir(directory).expect("its directory");
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
