//! The development instance: a data directory with everything that the whole system needs, made at
//! the first start and kept.
//!
//! Its accounts share one printed password, so its database is marked and `serve` refuses it.

pub mod instance;
pub mod seed;

#[cfg(test)]
mod tests;

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use doorward_domain::secret::{MasterKey, OpaqueToken};
use rand::RngExt as _;
use serde::{Deserialize, Serialize};

use doorward_config::check::DEV_MARKER;
use doorward_config::{Config, ConfigError, Mode, Origin, SecretText, table};
use doorward_services::dev_token::TOKEN_CLIENT;
use instance::{API_CLIENT, Instance, MCP_READ, MCP_WRITE, WEB_CLIENT};

const SECRET_KEY: &str = "secret.key";
const PASSWORD: &str = "password";
const WEB_SECRET: &str = "tasks-web.secret";
const API_SECRET: &str = "tasks-api.secret";
const IDENTITY_DB: &str = "identity.sqlite";
const TASKS_DB: &str = "tasks.sqlite";

/// Keys that `dev` decides by itself, whatever the environment says.
const OWN_KEYS: &[&str] = &[
    "issuer",
    "listen",
    "trusted_proxies",
    "secret_key",
    "database.",
    "redis.",
    "audit.",
];

/// Keys of the tasks API that `dev` decides by itself, and what to use instead. All others are taken
/// from the environment.
const OWN_TASKS_KEYS: &[(&str, &str)] = &[
    ("tasks.listen", "use --tasks-port"),
    ("tasks.database_url", "use --data-dir"),
    ("tasks.issuer", "use --port"),
    ("tasks.audience", "it is {tasks.public_url}/api"),
    ("tasks.public_url", "use --tasks-port"),
    (
        "tasks.introspection_client_id",
        "it makes that client itself",
    ),
    (
        "tasks.introspection_client_secret",
        "it makes that client itself",
    ),
    ("tasks.web.client_id", "it makes that client itself"),
    ("tasks.web.client_secret", "it makes that client itself"),
];

/// What is asked of a development instance.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where everything is kept.
    pub data_dir: PathBuf,
    /// The identity server's port.
    pub port: u16,
    /// The tasks API's port.
    pub tasks_port: u16,
    /// Whether to throw away what was kept.
    pub fresh: bool,
}

/// Why the data directory cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DevError {
    /// It holds something else.
    #[error("{0} is not empty and no development instance; name another directory with --data-dir")]
    Foreign(PathBuf),
    /// There is none.
    #[error("{0} is no development instance; start `doorward dev --data-dir {0}` first")]
    Missing(PathBuf),
    /// It cannot be read or written.
    #[error("{path}: {source}", path = .0.display(), source = .1)]
    Io(PathBuf, #[source] io::Error),
    /// The environment holds something that is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The environment sets what `dev` decides.
    #[error(
        "{variable}: `doorward dev` sets {key} by itself: {instead}; remove the variable, or start \
         `doorward tasks` beside `doorward serve`"
    )]
    Decided {
        /// The variable.
        variable: String,
        /// The key.
        key: &'static str,
        /// What to use instead.
        instead: &'static str,
    },
}

/// The marker's content: what a second command has to know about the instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Marker {
    port: u16,
    tasks_port: u16,
}

/// Makes or reopens the data directory. The environment may set what `dev` does not decide, such
/// as `DOORWARD__LIMITS__MULTIPLIER`.
///
/// # Errors
/// [`DevError::Foreign`] for a directory with other things in it, which is left as it is.
pub fn prepare(
    options: &Options,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<Instance, DevError> {
    let environment: Vec<(String, String)> = environment.into_iter().collect();
    refuse_decided(&environment)?;
    let directory = &options.data_dir;
    let marker = directory.join(DEV_MARKER);
    let is_new = options.fresh || !marker.exists();
    if !marker.exists() && !is_empty(directory)? {
        return Err(DevError::Foreign(directory.clone()));
    }
    if options.fresh {
        remove_contents(directory)?;
    }
    make_private_directory(directory)?;
    let ports = Marker {
        port: options.port,
        tasks_port: options.tasks_port,
    };
    write_private(&marker, &serde_json::json!(ports).to_string())?;
    let secret_key = keep(&directory.join(SECRET_KEY), || {
        MasterKey::generate(&mut rand::rng())
            .to_base64()
            .to_string()
    })?;
    let password = keep(&directory.join(PASSWORD), generate_password)?;
    let new_secret = || OpaqueToken::generate(&mut rand::rng()).expose().to_owned();
    let web_secret = keep(&directory.join(WEB_SECRET), new_secret)?;
    let api_secret = keep(&directory.join(API_SECRET), new_secret)?;
    let mut config = Config::load(None, of_use(environment))?;
    let secrets = Secrets {
        key: secret_key,
        web: &web_secret,
        api: &api_secret,
    };
    settle(&mut config, directory, ports, secrets);
    Ok(Instance {
        config,
        password: password.into(),
        web_secret: web_secret.into(),
        api_secret: api_secret.into(),
        is_new,
    })
}

/// Returns true if nothing is at this path, or an empty directory.
///
/// # Errors
/// [`DevError::Io`] for what is no directory, or cannot be read.
pub fn is_vacant(directory: &Path) -> Result<bool, DevError> {
    is_empty(directory)
}

/// Makes an instance for databases that were made elsewhere, under the secret key that they were made
/// with if it is at hand.
///
/// # Errors
/// As [`prepare`].
pub fn prepare_for(options: &Options, secret_key: Option<&str>) -> Result<Config, DevError> {
    let directory = &options.data_dir;
    prepare(options, [])?;
    if let Some(key) = secret_key {
        write_private(&directory.join(SECRET_KEY), key)?;
    }
    reopen(directory)
}

/// Removes an instance that was made at a vacant path, as far as it is there.
///
/// # Errors
/// [`DevError::Io`].
pub fn discard(directory: &Path, keep_directory: bool) -> Result<(), DevError> {
    remove_contents(directory)?;
    if keep_directory {
        return Ok(());
    }
    fs::remove_dir(directory).map_err(|error| io_error(directory, error))
}

/// The file of the secret key.
pub fn secret_key_file(directory: &Path) -> PathBuf {
    directory.join(SECRET_KEY)
}

/// The configuration of an instance that was prepared before, for administration beside it.
///
/// # Errors
/// [`DevError::Missing`] when there is none.
pub fn reopen(directory: &Path) -> Result<Config, DevError> {
    let marker = fs::read_to_string(directory.join(DEV_MARKER))
        .map_err(|_| DevError::Missing(directory.to_owned()))?;
    let ports: Marker =
        serde_json::from_str(&marker).map_err(|_| DevError::Missing(directory.to_owned()))?;
    let secret_key = read(&directory.join(SECRET_KEY))?;
    let web_secret = read(&directory.join(WEB_SECRET))?;
    let api_secret = read(&directory.join(API_SECRET))?;
    let mut config = Config::load(None, [])?;
    let secrets = Secrets {
        key: secret_key,
        web: &web_secret,
        api: &api_secret,
    };
    settle(&mut config, directory, ports, secrets);
    Ok(config)
}

/// What an instance keeps in files of its own.
struct Secrets<'a> {
    key: String,
    web: &'a str,
    api: &'a str,
}

/// Sets everything that makes an instance one.
fn settle(config: &mut Config, directory: &Path, ports: Marker, secrets: Secrets<'_>) {
    let database = |name| SecretText::new(format!("sqlite://{}", directory.join(name).display()));
    config.mode = Mode::Dev;
    config.issuer = format!("http://localhost:{}", ports.port);
    config.listen = ([127, 0, 0, 1], ports.port).into();
    config.secret_key = Some(SecretText::new(secrets.key));
    config.database.url = database(IDENTITY_DB);
    config.tasks.listen = ([127, 0, 0, 1], ports.tasks_port).into();
    config.tasks.public_url = format!("http://localhost:{}", ports.tasks_port);
    config.tasks.database_url = database(TASKS_DB);
    config.tasks.web.client_id = Some(WEB_CLIENT.to_owned());
    config.tasks.web.client_secret = Some(SecretText::new(secrets.web));
    if config.origin("tasks.mcp") == Origin::Default {
        config.tasks.mcp = true;
    }
    config.tasks.introspection_client_id = Some(API_CLIENT.to_owned());
    config.tasks.introspection_client_secret = Some(SecretText::new(secrets.api));
    if config.origin("logging.level") == Origin::Default {
        "warn".clone_into(&mut config.logging.level);
    }
    if config.origin("api.default_client") == Origin::Default {
        config.api.default_client = Some(TOKEN_CLIENT.to_owned());
    }
    if config.origin("client_metadata_documents.enabled") == Origin::Default {
        config.client_metadata_documents.enabled = true;
    }
    if config.origin("client_metadata_documents.scopes") == Origin::Default {
        let tasks = [
            MCP_READ,
            MCP_WRITE,
            "tasks:read",
            "tasks:write",
            "tasks:delete",
        ]
        .map(str::to_owned);
        config.client_metadata_documents.scopes.extend(tasks);
    }
    if config.origin("registration.roles") == Origin::Default {
        // Who registers in the demo shall be able to add a task.
        config.registration.roles = vec!["developer".to_owned()];
    }
}

/// Refuses variables of the tasks API that would have no effect.
fn refuse_decided(environment: &[(String, String)]) -> Result<(), DevError> {
    for &(path, instead) in OWN_TASKS_KEYS {
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

/// What the environment may say to a development instance.
fn of_use(
    environment: impl IntoIterator<Item = (String, String)>,
) -> impl Iterator<Item = (String, String)> {
    let own: Vec<String> = table::all()
        .filter(|key| {
            OWN_KEYS
                .iter()
                .any(|own| key.path == *own || starts_section(key.path, own))
        })
        .flat_map(doorward_config::key::Key::env_names)
        .collect();
    environment.into_iter().filter(move |(name, _)| {
        !own.iter()
            .any(|own| name == own || name.strip_suffix("_FILE") == Some(own))
    })
}

fn starts_section(path: &str, own: &str) -> bool {
    own.ends_with('.') && path.starts_with(own)
}

/// Four groups of four, 80 random bits, without characters that look alike.
fn generate_password() -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut rng = rand::rng();
    let group = |rng: &mut rand::rngs::ThreadRng| -> String {
        (0..4)
            .map(|_| char::from(ALPHABET[rng.random_range(0..ALPHABET.len())]))
            .collect()
    };
    let groups: Vec<String> = (0..4).map(|_| group(&mut rng)).collect();
    groups.join("-")
}

/// The content of a file, made and kept where it is missing.
fn keep(path: &Path, make: impl FnOnce() -> String) -> Result<String, DevError> {
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

/// Makes a directory that only its owner can enter, unless there is one.
///
/// # Errors
/// [`DevError::Io`].
pub fn make_private_directory(path: &Path) -> Result<(), DevError> {
    let mut make = fs::DirBuilder::new();
    make.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut make, 0o700);
    make.create(path).map_err(|error| io_error(path, error))
}

fn is_empty(path: &Path) -> Result<bool, DevError> {
    match fs::read_dir(path) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(io_error(path, error)),
    }
}

/// Removes what `dev` has made, by name: nothing else that somebody put there.
fn remove_contents(directory: &Path) -> Result<(), DevError> {
    let mut names: Vec<String> = [DEV_MARKER, SECRET_KEY, PASSWORD, WEB_SECRET, API_SECRET]
        .map(str::to_owned)
        .to_vec();
    for database in [IDENTITY_DB, TASKS_DB] {
        let files = ["", "-wal", "-shm", ".audit-head.json"];
        names.extend(files.map(|suffix| format!("{database}{suffix}")));
    }
    for name in names {
        let path = directory.join(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(io_error(&path, error));
            }
            _ => {}
        }
    }
    Ok(())
}

fn io_error(path: &Path, error: io::Error) -> DevError {
    DevError::Io(path.to_owned(), error)
}
