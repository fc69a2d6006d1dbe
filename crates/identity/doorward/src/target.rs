//! The target of an administration command: a configuration file with the environment, or the data
//! directory of a development instance.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use doorward_access::clock::{Clock, SystemClock};
use doorward_admin::deployment::Deployment;
use doorward_admin::operator::AdminContext;
use doorward_admin::{new_database, recover, tasks_resource};
use doorward_config::address::sqlite_path;
use doorward_config::check::DEV_MARKER;
use doorward_config::{Config, Origin};
use doorward_domain::random::Random;
use doorward_domain::secret::MasterKey;
use doorward_identity_server::dev;
use doorward_identity_server::snapshots;
pub use doorward_process::environment;
use doorward_services::jobs::Jobs;
use doorward_services::outbox::MailOutbox;
use doorward_services::secret_keys;
use doorward_store::{Db, OpenOptions};

use crate::error::{CliError, Result};
use crate::{operator_name, output};

/// Configuration file that is read if none is given and it exists.
pub const DEFAULT_FILE: &str = "doorward.toml";

/// Default data directory of `doorward dev`.
pub const DEV_DIRECTORY: &str = ".doorward";

/// Keys of which the environment sets at least one if it is the configuration.
const ESSENTIAL: [&str; 3] = ["issuer", "secret_key", "database.url"];

/// The configuration file.
#[derive(Debug, Args)]
pub struct ConfigFile {
    /// Configuration file, in addition to the environment [default: doorward.toml, if it exists]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// The configuration file, or a development instance.
#[derive(Debug, Args)]
pub struct TargetArgs {
    #[command(flatten)]
    file: ConfigFile,
    /// Data directory of a development instance to use instead [default: .doorward, if it has one and nothing
    /// is configured]
    #[arg(long, global = true, value_name = "DIR", conflicts_with = "config")]
    data_dir: Option<PathBuf>,
}

impl ConfigFile {
    pub fn load(&self) -> Result<Config> {
        Ok(Config::load(self.path(), environment())?)
    }

    fn path(&self) -> Option<&Path> {
        let default = Path::new(DEFAULT_FILE);
        let named = self.config.as_deref();
        named.or_else(|| default.exists().then_some(default))
    }
}

/// The deployment of a command that changes it, and the administrator who asked for the change.
#[derive(Debug, Args)]
pub struct ActingTarget {
    #[command(flatten)]
    pub target: TargetArgs,
    /// Administrator who asked for the change: user name, e-mail address or ID. The audit log names the
    /// user as the actor, beside the user of the operating system. Evidence, not a restriction: no
    /// password is checked
    #[arg(long = "as", global = true, value_name = "ADMIN")]
    acting_for: Option<String>,
}

impl ActingTarget {
    /// Opens the deployment like [`TargetArgs::open`].
    pub async fn open(&self) -> Result<Installation> {
        let place = self.target.open().await?;
        self.act(place).await
    }

    async fn act(&self, mut place: Installation) -> Result<Installation> {
        if let Some(name) = &self.acting_for {
            let user = recover::acting_administrator(&place.operator(), name).await?;
            place.acting_for = Some(user.id.to_string());
        }
        Ok(place)
    }
}

/// A subcommand, and the deployment that it administers.
#[derive(Debug, Args)]
pub struct Administered<V: Subcommand> {
    #[command(flatten)]
    target: ActingTarget,
    #[command(subcommand)]
    pub verb: V,
}

impl<V: Subcommand> Administered<V> {
    pub async fn run(self, run: impl AsyncFnOnce(&Installation, V) -> Result) -> Result {
        let (installation, verb) = self.open().await?;
        run(&installation, verb).await
    }

    /// Opens the deployment for the subcommand.
    pub async fn open(self) -> Result<(Installation, V)> {
        Ok((self.target.open().await?, self.verb))
    }

    /// Opens the deployment for a subcommand that creates the standard records.
    pub async fn open_bare(self) -> Result<(Installation, V)> {
        let place = self.target.target.open_bare().await?;
        Ok((self.target.act(place).await?, self.verb))
    }
}

/// An opened deployment.
pub struct Installation {
    pub config: Config,
    /// Database with all migrations applied.
    pub db: Db,
    clock: SystemClock,
    /// Secret keys; `None` without a usable one.
    master: Option<MasterKey>,
    /// Queue for e-mail messages that the server's worker sends; `None` without the secret key.
    jobs: Option<Jobs>,
    /// The administrator that `--as` names, by ID.
    acting_for: Option<String>,
}

impl TargetArgs {
    /// Returns the deployment of a configuration file.
    pub const fn of_file(path: PathBuf) -> Self {
        Self {
            file: ConfigFile { config: Some(path) },
            data_dir: None,
        }
    }

    pub fn config(&self) -> Result<Config> {
        if let Some(directory) = &self.data_dir {
            return dev::reopen(directory).map_err(CliError::failure);
        }
        let config = self.file.load()?;
        match self.file.path() {
            Some(_) => Ok(config),
            None => without_file(config),
        }
    }

    /// Loads the configuration for a check, also if nothing is configured.
    pub fn load(&self) -> Result<Config> {
        match self.data_dir {
            Some(_) => self.config(),
            None => self.file.load(),
        }
    }

    /// Loads the configuration to print it: that of the instance of `doorward dev` in this directory
    /// if no file is read.
    pub fn load_or_dev(&self) -> Result<Config> {
        if self.file.path().is_none() && has_dev_instance() {
            return self.config();
        }
        self.load()
    }

    /// Returns the data directory if it is empty.
    pub fn vacant_directory(&self) -> Result<Option<&Path>> {
        match &self.data_dir {
            Some(directory) if dev::is_vacant(directory).map_err(CliError::failure)? => {
                Ok(Some(directory))
            }
            _ => Ok(None),
        }
    }

    /// Opens the database, applies migrations unless `database.migrate` is false, and creates the
    /// standard scopes, resources and roles that a new database needs.
    pub async fn open(&self) -> Result<Installation> {
        let place = self.open_bare().await?;
        let tasks = tasks_resource::configured_audience(&place.config);
        let issuer = &place.config.issuer;
        new_database::seed(&place.operator(), tasks.as_deref(), issuer).await?;
        Ok(place)
    }

    /// Opens the database like `open`, but without the standard scopes, resources and roles.
    pub async fn open_bare(&self) -> Result<Installation> {
        let config = self.config()?;
        let db = open_db(&config).await?;
        if config.database.migrate {
            let snapshots = snapshots(&config.database);
            db.migrate_with_snapshot(snapshots.as_ref()).await?;
        } else {
            check_schema(&db).await?;
        }
        let master = match secret_keys::configured(&config).ok().flatten() {
            Some(master) => {
                let now = SystemClock.now();
                Some(secret_keys::with_kept(master, db.read(), now).await?)
            }
            None => None,
        };
        Ok(Installation {
            jobs: master.as_ref().map(|key| Jobs::new(key, Random::default())),
            master,
            config,
            db,
            clock: SystemClock,
            acting_for: None,
        })
    }
}

impl Installation {
    /// Returns the administration context of the command line as the actor.
    pub fn operator(&self) -> AdminContext<'_> {
        let operator = AdminContext::command_line(&self.db, &self.clock);
        let operator = operator.with_config(&self.config);
        let operator = operator.with_operator(operator_name::read());
        let operator = AdminContext {
            actor: self.acting_for.clone(),
            deployment: Deployment::Command(self.master.as_ref()),
            print: Some(output::print_status),
            ..operator
        };
        match &self.jobs {
            Some(jobs) => operator.with_outbox(MailOutbox::for_background(&self.config, jobs)),
            None => operator,
        }
    }

    /// Returns the issuer, which links and settings contain that a command prints.
    pub fn issuer(&self) -> Result<&str> {
        match self.config.issuer.as_str() {
            "" => Err(CliError::failure(
                "issuer is not set; write it into the configuration file, or set DOORWARD_ISSUER",
            )),
            issuer => Ok(issuer),
        }
    }

    pub const fn clock(&self) -> &dyn Clock {
        &self.clock
    }

    pub fn now(&self) -> i64 {
        self.clock.now()
    }

    pub fn master_key(&self) -> Result<MasterKey> {
        if let Some(master) = &self.master {
            return Ok(master.clone());
        }
        let unset = "secret_key is not set; name its file by DOORWARD_SECRET_KEY_FILE";
        let configured = secret_keys::configured(&self.config).map_err(CliError::failure)?;
        configured.ok_or_else(|| CliError::failure(unset))
    }
}

/// Returns the configuration of a command that names no file: that of the environment, or that of the
/// instance of `doorward dev` in this directory. Refuses if there is neither, so that no command creates
/// the default database by accident.
fn without_file(config: Config) -> Result<Config> {
    let is_set = |key: &str| config.origin(key) != Origin::Default;
    let Some(file) = sqlite_path(config.database.url.expose()) else {
        return Ok(config);
    };
    if is_set("database.url") {
        return Ok(config);
    }
    match (Path::new(file).exists(), has_dev_instance()) {
        (true, true) => output::print_status(&format!(
            "Working on {file}; `--data-dir {DEV_DIRECTORY}` works on the instance of `doorward dev` in this \
             directory."
        )),
        (false, true) => {
            let instance = dev::reopen(Path::new(DEV_DIRECTORY)).map_err(CliError::failure)?;
            output::print_status(&format!(
                "Working on the instance of `doorward dev` in {DEV_DIRECTORY}."
            ));
            return Ok(instance);
        }
        (_, false) if ESSENTIAL.into_iter().any(is_set) => {}
        (true, false) => output::print_status(&format!(
            "Working on {file}, because no configuration names another database."
        )),
        (false, false) => {
            return Err(CliError::failure(format!(
                "nothing is configured: there is neither {DEFAULT_FILE} nor an instance of `doorward dev` \
                 here; name a configuration by --config FILE, or a development instance by --data-dir DIR, \
                 or a database by DOORWARD_DATABASE_URL"
            )));
        }
    }
    Ok(config)
}

/// Returns true if this directory has an instance of `doorward dev`.
pub fn has_dev_instance() -> bool {
    Path::new(DEV_DIRECTORY).join(DEV_MARKER).exists()
}

/// Rejects a schema with missing migrations.
pub async fn check_schema(db: &Db) -> Result {
    let status = db.check_schema().await?;
    if status.pending.is_empty() {
        return Ok(());
    }
    Err(CliError::failure(format!(
        "{}, and database.migrate is false; run `doorward migrate up`",
        status.missing()
    )))
}

pub async fn open_db(config: &Config) -> Result<Db> {
    let options = OpenOptions {
        max_connections: config.database.max_connections,
        ..OpenOptions::for_command()
    };
    Ok(Db::open(config.database.url.expose(), options).await?)
}
