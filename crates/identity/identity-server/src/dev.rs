//! The development instance: a data directory with everything that the system needs, created at the
//! first start and reused.
//!
//! Its accounts share one printed password, so its database is marked and `serve` rejects it.

pub mod instance;
pub mod seed;
pub mod tasks_program;

#[cfg(test)]
mod tests;

use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use doorward_domain::random::{Generator, Random};
use doorward_domain::secret::{MasterKey, OpaqueToken};
use rand::RngExt as _;
use serde::{Deserialize, Serialize};

use doorward_config::check::DEV_MARKER;
use doorward_config::client_registration::Registering;
use doorward_config::{Config, ConfigError, Mode, Origin, SecretText, table};
use doorward_oauth::dev_token::TOKEN_CLIENT;
use instance::{API_CLIENT, Instance, MCP_READ, MCP_WRITE, WEB_CLIENT};

const SECRET_KEY: &str = "secret.key";
const PASSWORD: &str = "password";
const WEB_SECRET: &str = "tasks-web.secret";
const API_SECRET: &str = "tasks-api.secret";
const IDENTITY_DB: &str = "identity.sqlite";
const TASKS_DB: &str = "tasks.sqlite";

/// Keys that `dev` always sets, regardless of the environment.
const SERVER_KEYS: &[&str] = &[
    "issuer",
    "listen",
    "tls.",
    "trusted_proxies",
    "secret_key",
    "next_secret_key",
    "former_secret_keys",
    "database.",
    "redis.",
    "audit.",
];

/// Keys of the tasks API that `dev` always sets, with the alternative. All others are taken from
/// the environment.
const TASKS_KEYS: &[(&str, &str)] = &[
    ("tasks.listen", "use --tasks-port"),
    ("tasks.metrics_listen", "it serves no metrics"),
    ("tasks.database_url", "use --data-dir"),
    ("tasks.issuer", "use --port"),
    ("tasks.audience", "it is {tasks.public_url}/api"),
    ("tasks.public_url", "use --tasks-port"),
    ("tasks.introspection_client_id", "it creates that client"),
    (
        "tasks.introspection_client_secret",
        "it creates that client",
    ),
    ("tasks.web.client_id", "it creates that client"),
    ("tasks.web.client_secret", "it creates that client"),
];

#[derive(Debug, Clone)]
pub struct Options {
    pub data_dir: PathBuf,
    pub port: u16,
    pub tasks_port: u16,
    /// True to delete existing data first.
    pub fresh: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum DevError {
    #[error(
        "{0} is not empty and not a development instance; name another directory with --data-dir"
    )]
    Foreign(PathBuf),
    #[error("{0} is not a development instance; start `doorward dev --data-dir {0}` first")]
    Missing(PathBuf),
    #[error(
        "another `doorward dev` runs on {0}; stop it first, or name another directory with --data-dir"
    )]
    Running(PathBuf),
    #[error("{path}: {source}", path = .0.display(), source = .1)]
    Io(PathBuf, #[source] io::Error),
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(
        "{variable}: `doorward dev` always sets {key}: {instead}; remove the variable, or start \
         `doorward tasks` beside `doorward serve`"
    )]
    Decided {
        variable: String,
        key: &'static str,
        instead: &'static str,
    },
}

/// The marker's content: data about the instance for a second command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Marker {
    port: u16,
    tasks_port: u16,
    /// True until a start has added the sample data.
    #[serde(default)]
    unfinished: bool,
}

/// Creates or reopens the data directory. The environment may set keys that `dev` does not set,
/// such as `DOORWARD__LIMITS__MULTIPLIER`.
///
/// # Errors
/// Returns [`DevError::Foreign`] for a directory with other content, which stays unchanged.
pub fn prepare(
    options: &Options,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<Instance, DevError> {
    let environment: Vec<(String, String)> = environment.into_iter().collect();
    refuse_decided(&environment)?;
    let directory = &options.data_dir;
    let marker = directory.join(DEV_MARKER);
    let is_unfinished = || read_marker(directory).is_ok_and(|marker| marker.unfinished);
    let is_new = options.fresh || !marker.exists() || is_unfinished();
    if !marker.exists() && !is_vacant(directory)? {
        return Err(DevError::Foreign(directory.clone()));
    }
    if options.fresh {
        remove_contents(directory)?;
    }
    create_private_directory(directory)?;
    let ports = Marker {
        port: options.port,
        tasks_port: options.tasks_port,
        unfinished: is_new,
    };
    write_marker(directory, ports)?;
    let random = Random::default();
    let secret_key = read_or_create(&directory.join(SECRET_KEY), || {
        MasterKey::generate(&mut random.rng())
            .to_base64()
            .to_string()
    })?;
    let password = read_or_create(&directory.join(PASSWORD), || {
        generate_password(random.rng())
    })?;
    let new_secret = || OpaqueToken::generate(&mut random.rng()).expose().to_owned();
    let web_secret = read_or_create(&directory.join(WEB_SECRET), new_secret)?;
    let api_secret = read_or_create(&directory.join(API_SECRET), new_secret)?;
    let mut config = Config::load(None, of_use(environment))?;
    configure(
        &mut config,
        directory,
        ports,
        [&secret_key, &web_secret, &api_secret],
    );
    Ok(Instance {
        config,
        password: password.into(),
        web_secret: web_secret.into(),
        api_secret: api_secret.into(),
        is_new,
    })
}

/// Records that the sample data of a new instance is complete.
pub fn finish(directory: &Path) -> Result<(), DevError> {
    let marker = Marker {
        unfinished: false,
        ..read_marker(directory)?
    };
    write_marker(directory, marker)
}

fn read_marker(directory: &Path) -> Result<Marker, DevError> {
    let missing = || DevError::Missing(directory.to_owned());
    let text = fs::read_to_string(directory.join(DEV_MARKER)).map_err(|_| missing())?;
    serde_json::from_str(&text).map_err(|_| missing())
}

fn write_marker(directory: &Path, marker: Marker) -> Result<(), DevError> {
    let text = serde_json::json!(marker).to_string();
    write_private(&directory.join(DEV_MARKER), &text)
}

/// Locks the instance in a directory for one process, until the file is dropped; `None` if there is no
/// instance.
///
/// # Errors
/// Returns [`DevError::Running`] if another process has the lock.
pub fn lock(directory: &Path) -> Result<Option<File>, DevError> {
    let path = directory.join(DEV_MARKER);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io_error(&path, error)),
    };
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Err(DevError::Running(directory.to_owned())),
        // A file system without locks prevents no start.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(Some(file)),
    }
}

/// Creates an instance for existing databases, with the secret key of their creation if it is
/// available.
pub fn prepare_for(options: &Options, secret_key: Option<&str>) -> Result<Config, DevError> {
    let directory = &options.data_dir;
    prepare(options, [])?;
    if let Some(key) = secret_key {
        write_private(&directory.join(SECRET_KEY), key)?;
    }
    finish(directory)?;
    reopen(directory)
}

/// Removes the files of an instance that was created at a vacant path.
pub fn discard(directory: &Path, keep_directory: bool) -> Result<(), DevError> {
    remove_contents(directory)?;
    if keep_directory {
        return Ok(());
    }
    fs::remove_dir(directory).map_err(|error| io_error(directory, error))
}

pub fn secret_key_file(directory: &Path) -> PathBuf {
    directory.join(SECRET_KEY)
}

/// Returns the configuration of an existing instance, for administration while it runs.
pub fn reopen(directory: &Path) -> Result<Config, DevError> {
    let ports = read_marker(directory)?;
    let stored = |name| read(&directory.join(name));
    let (key, web, api) = (
        stored(SECRET_KEY)?,
        stored(WEB_SECRET)?,
        stored(API_SECRET)?,
    );
    let mut config = Config::load(None, [])?;
    configure(&mut config, directory, ports, [&key, &web, &api]);
    Ok(config)
}

/// Sets the configuration keys of a development instance, and marks each as set by it. The secrets are
/// the key of the server and those of the clients of the tasks API, web and API.
fn configure(config: &mut Config, directory: &Path, ports: Marker, secrets: [&str; 3]) {
    let [key, web, api] = secrets;
    let database = |name| SecretText::new(format!("sqlite://{}", directory.join(name).display()));
    config.mode = Mode::Dev;
    config.issuer = format!("http://localhost:{}", ports.port);
    config.listen = SocketAddr::from(([127, 0, 0, 1], ports.port)).into();
    config.secret_key = Some(SecretText::new(key));
    config.database.url = database(IDENTITY_DB);
    config.tasks.listen = ([127, 0, 0, 1], ports.tasks_port).into();
    config.tasks.public_url = format!("http://localhost:{}", ports.tasks_port);
    config.tasks.database_url = database(TASKS_DB);
    config.tasks.web.client_id = Some(WEB_CLIENT.to_owned());
    config.tasks.web.client_secret = Some(SecretText::new(web));
    config.tasks.introspection_client_id = Some(API_CLIENT.to_owned());
    config.tasks.introspection_client_secret = Some(SecretText::new(api));
    let server = ["issuer", "listen", "secret_key", "database.url"];
    let tasks = TASKS_KEYS.iter().map(|(path, _)| *path);
    // The tasks API derives two of them from the others, and `dev` serves no metrics.
    let others = ["tasks.issuer", "tasks.audience", "tasks.metrics_listen"];
    let tasks = tasks.filter(|path| !others.contains(path));
    for path in server.into_iter().chain(tasks) {
        config.mark_development(path);
    }
    if takes(config, "tasks.mcp") {
        config.tasks.mcp = true;
    }
    if takes(config, "logging.level") {
        "warn".clone_into(&mut config.logging.level);
    }
    if takes(config, "api.default_client") {
        config.api.default_client = Some(TOKEN_CLIENT.to_owned());
    }
    admit_clients(config);
    if takes(config, "registration.roles") {
        // Users who register in the demo should be able to add a task.
        config.registration.roles = vec!["developer".to_owned()];
    }
}

/// Marks a key as set by the development instance unless the environment sets it. Returns true if
/// it is marked.
fn takes(config: &mut Config, path: &'static str) -> bool {
    let is_default = config.origin(path) == Origin::Default;
    if is_default {
        config.mark_development(path);
    }
    is_default
}

/// Admits clients that introduce themselves, so that MCP clients need only the URL of the server: with a
/// metadata document, or with dynamic registration of loopback redirect URIs.
fn admit_clients(config: &mut Config) {
    if takes(config, "client_metadata_documents.enabled") {
        config.client_metadata_documents.enabled = true;
    }
    if takes(config, "client_metadata_documents.scopes") {
        let tasks = ["tasks:read", "tasks:write", "tasks:delete"];
        let scopes = [MCP_READ, MCP_WRITE].into_iter().chain(tasks);
        let documents = &mut config.client_metadata_documents;
        documents.scopes.extend(scopes.map(str::to_owned));
    }
    if takes(config, "client_registration.mode") {
        config.client_registration.mode = Registering::Open;
    }
    if takes(config, "client_registration.redirect_hosts") {
        let loopback = ["localhost", "127.0.0.1", "[::1]"].map(str::to_owned);
        config.client_registration.redirect_hosts = loopback.into();
    }
    if takes(config, "client_registration.scopes") {
        let scopes = [MCP_READ, MCP_WRITE].map(str::to_owned);
        config.client_registration.scopes.extend(scopes);
    }
    if takes(config, "clients.private_http") {
        config.clients.private_http = true;
    }
    if takes(config, "client_registration.per_hour") {
        // Some MCP clients register at each start.
        config.client_registration.per_hour = 1000;
    }
}

/// Rejects variables of the tasks API that would have no effect.
fn refuse_decided(environment: &[(String, String)]) -> Result<(), DevError> {
    for &(path, instead) in TASKS_KEYS {
        let Some(key) = table::find(path) else {
            continue;
        };
        let names: Vec<String> = key.env_names().collect();
        let set = environment.iter().find(|(name, _)| {
            let plain = name.strip_suffix("_FILE").unwrap_or(name);
            names.iter().any(|known| known == name || known == plain)
        });
        if let Some((variable, _)) = set {
            return Err(DevError::Decided {
                variable: variable.clone(),
                key: path,
                instead,
            });
        }
    }
    Ok(())
}

/// Returns the variables that may configure a development instance.
fn of_use(environment: Vec<(String, String)>) -> impl Iterator<Item = (String, String)> {
    let is_own =
        |path: &str, own: &&str| path == *own || (own.ends_with('.') && path.starts_with(own));
    let own: Vec<String> = table::all()
        .filter(|key| SERVER_KEYS.iter().any(|own| is_own(key.path, own)))
        .flat_map(doorward_config::key::Key::env_names)
        .collect();
    environment.into_iter().filter(move |(name, _)| {
        !own.iter()
            .any(|own| name == own || name.strip_suffix("_FILE") == Some(own))
    })
}

/// Generates four groups of four characters, 80 random bits, without ambiguous characters.
fn generate_password(mut rng: Generator<'_>) -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut group = || -> String {
        (0..4)
            .map(|_| char::from(ALPHABET[rng.random_range(0..ALPHABET.len())]))
            .collect()
    };
    let groups: Vec<String> = (0..4).map(|_| group()).collect();
    groups.join("-")
}

/// Returns the content of a file, which is created if missing.
fn read_or_create(path: &Path, make: impl FnOnce() -> String) -> Result<String, DevError> {
    if path.exists() {
        return read(path);
    }
    let text = make();
    write_private(path, &text)?;
    Ok(text)
}

fn read(path: &Path) -> Result<String, DevError> {
    let text = fs::read_to_string(path).map_err(|error| io_error(path, error))?;
    Ok(text.trim_end().to_owned())
}

/// Writes a file that only its owner can read.
fn write_private(path: &Path, text: &str) -> Result<(), DevError> {
    let mut open = fs::OpenOptions::new();
    open.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut open, 0o600);
    let written = open
        .open(path)
        .and_then(|mut file| writeln!(file, "{text}"));
    written.map_err(|error| io_error(path, error))
}

/// Creates a directory that only its owner can enter, unless it exists.
pub fn create_private_directory(path: &Path) -> Result<(), DevError> {
    let mut make = fs::DirBuilder::new();
    make.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut make, 0o700);
    make.create(path).map_err(|error| io_error(path, error))
}

/// Returns true if nothing exists at this path, or an empty directory.
pub fn is_vacant(path: &Path) -> Result<bool, DevError> {
    match fs::read_dir(path) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(io_error(path, error)),
    }
}

/// Removes the files that `dev` creates, by name, and no others.
fn remove_contents(directory: &Path) -> Result<(), DevError> {
    let mut names: Vec<String> = [
        DEV_MARKER,
        SECRET_KEY,
        PASSWORD,
        WEB_SECRET,
        API_SECRET,
        tasks_program::SETTINGS,
    ]
    .map(str::to_owned)
    .to_vec();
    for database in [IDENTITY_DB, TASKS_DB] {
        let files = ["", "-wal", "-shm", ".audit-head.json"];
        names.extend(files.map(|suffix| format!("{database}{suffix}")));
    }
    for name in names {
        let path = directory.join(name);
        if let Err(error) = fs::remove_file(&path)
            && error.kind() != io::ErrorKind::NotFound
        {
            return Err(io_error(&path, error));
        }
    }
    Ok(())
}

fn io_error(path: &Path, error: io::Error) -> DevError {
    DevError::Io(path.to_owned(), error)
}
