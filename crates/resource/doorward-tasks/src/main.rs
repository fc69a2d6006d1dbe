//! `doorward-tasks`: the tasks API and its commands, without the identity server.

// As in the library.
#![recursion_limit = "256"]

mod doctor;
mod move_to;

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use doctor::DoctorArgs;
use doorward_config::{Config, ConfigError};
use doorward_process::{environment, print_document, print_status, probe, reject_errors};
use doorward_resource_server::{explain, openapi};
use doorward_tasks::policy::{self, PolicyCommand};
use doorward_tasks::{TasksError, run, run_for_development, snapshots};
use doorward_tasks_database as database;
use move_to::MoveArgs;
use uuid::Uuid;

// glibc's allocator returns large blocks to the system after every use.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Configuration file that is read if none is given and it exists.
const DEFAULT_FILE: &str = "doorward.toml";

/// The tasks API: an example of a resource server that Doorward protects.
#[derive(Debug, Parser)]
#[command(
    name = "doorward-tasks",
    version,
    propagate_version = true,
    arg_required_else_help = true,
    after_help = "Exit codes: 0 success, 1 failure, 2 bad usage, 5 a database in use or with rows, 6 the server \
                  does not respond. Data goes to standard output, messages to standard error. `doorward backup`, \
                  `restore` and `move` include the database of the tasks API."
)]
struct Cli {
    /// Configuration file, in addition to the environment [default: doorward.toml, if it exists]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the tasks API from its configuration
    Serve,
    /// Apply database migrations, or list the missing ones
    Migrate {
        /// Operation
        #[arg(value_enum, default_value_t = Migration::Up)]
        verb: Migration,
    },
    /// Copy the database from SQLite to PostgreSQL, or back; stop the server first
    Move(MoveArgs),
    /// Check whether the server of this configuration is ready on this machine
    Healthcheck {
        /// Check only that the process responds, not that its database does
        #[arg(long)]
        live: bool,
    },
    /// Check database, issuer, keys, clock and public address; each problem has its correction
    Doctor(DoctorArgs),
    /// Explain a denial, as JSON
    Explain {
        /// Decision ID (`decision_id`) of the denial
        decision_id: Uuid,
    },
    /// Check the policies, or print ready-made ones
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Check and show the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Print shell completions
    Completions {
        /// Shell to generate completions for
        shell: Shell,
    },
    /// Write the manual pages into a directory
    #[command(hide = true)]
    ManPages {
        /// Existing directory
        #[arg(value_name = "DIR")]
        directory: PathBuf,
    },
    /// Print the description of the JSON API
    #[command(hide = true)]
    Openapi,
    /// Run the tasks API of `doorward dev` until standard input ends
    #[command(hide = true)]
    Dev {
        /// `sub` of the manager, of Alice and of Bob, who get sample tasks
        #[arg(long, value_name = "SUB", num_args = 3)]
        samples: Vec<String>,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Migration {
    /// Apply missing migrations; safe while servers run and when run concurrently
    Up,
    /// List applied and missing migrations; fails if one is missing
    Status,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Report every invalid or unsafe value and its correction
    Check,
    /// Print the effective values and their sources, with secrets masked
    Print,
}

fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            print_status(&error.to_string());
            error.exit_code()
        }
    }
}

impl Cli {
    fn run(self) -> Result<(), TasksError> {
        let load = || load(self.config.as_deref());
        match self.command {
            Command::Serve => run(&load()?),
            Command::Migrate { verb } => wait(migrate(&load()?, verb))?,
            Command::Move(args) => wait(move_to::run(&load()?, &args))?,
            Command::Healthcheck { live } => {
                let ready = wait(probe(load()?.tasks.listen, live))?;
                ready.map_err(TasksError::Unavailable)
            }
            Command::Doctor(args) => wait(doctor::run(&load()?, &args))?,
            Command::Explain { decision_id } => wait(explain_denial(&load()?, decision_id))?,
            Command::Policy(command) => policy::run(&command, || Ok(load()?)),
            Command::Config(ConfigCommand::Check) => {
                reject_errors(load()?.check_tasks())?;
                print_status("The configuration is good.");
                Ok(())
            }
            Command::Config(ConfigCommand::Print) => Ok(print_document(&load()?.to_toml())?),
            Command::Completions { shell } => Ok(print_document(&completions(shell))?),
            Command::ManPages { directory } => {
                Ok(clap_mangen::generate_to(Self::command(), directory)?)
            }
            Command::Openapi => Ok(print_document(openapi::document_text())?),
            Command::Dev { samples } => run_for_development(&load()?, &samples),
        }
    }
}

/// Returns the completion script.
fn completions(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "doorward-tasks", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// Loads the given file, or `doorward.toml` if it exists, and the environment.
fn load(file: Option<&Path>) -> Result<Config, ConfigError> {
    let default = Path::new(DEFAULT_FILE);
    let file = file.or_else(|| default.exists().then_some(default));
    Config::load(file, environment())
}

fn wait<T>(work: impl Future<Output = T>) -> io::Result<T> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    Ok(runtime.enable_all().build()?.block_on(work))
}

async fn migrate(config: &Config, verb: Migration) -> Result<(), TasksError> {
    let url = config.tasks.database_url.expose();
    if matches!(verb, Migration::Up) {
        let snapshots = snapshots(config);
        let migrated = database::migrate_with_snapshot(url, snapshots.as_ref()).await;
        if let Some(file) = migrated.map_err(TasksError::caused)? {
            let file = file.display();
            print_status(&format!("Snapshot from before the migration: {file}"));
        }
    }
    let status = database::migration_status(url)
        .await
        .map_err(TasksError::caused)?;
    for (name, is_applied) in &status {
        let state = if *is_applied { "applied" } else { "pending" };
        print_document(&format!("{name}  {state}\n"))?;
    }
    let missing = status.iter().filter(|(_, is_applied)| !is_applied).count();
    match missing {
        0 => Ok(()),
        _ => Err(TasksError::Failure(format!(
            "missing migrations: {missing}; run `doorward-tasks migrate up`"
        ))),
    }
}

async fn explain_denial(config: &Config, id: Uuid) -> Result<(), TasksError> {
    let url = config.tasks.database_url.expose();
    let decision = explain::decision(url, id).await;
    match decision.map_err(TasksError::caused)? {
        Some(decision) => Ok(print_document(&format!("{decision:#}\n"))?),
        None => Err(TasksError::Failure(format!(
            "there is no decision {id}, or it is older than tasks.decision_ttl"
        ))),
    }
}
