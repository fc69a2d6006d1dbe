//! The command line: its arguments and the commands they run.

use std::ffi::OsString;
use std::future::Future;
use std::path::PathBuf;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use doorward_identity_server::features;

use crate::error::{CliError, Result};
use crate::operation::{self, Invocation, Operations};
use crate::{command, output, target::Administered};

/// Position of `--wide` in the help: after the options of the command, before `--help` (999).
const WIDE: usize = 998;

/// An OpenID Provider and OAuth 2.1 authorization server, and an API that it protects.
#[derive(Debug, Parser)]
#[command(
    name = "doorward",
    version,
    propagate_version = true,
    arg_required_else_help = true,
    after_help = "Exit codes: 0 success, 1 failure, 2 bad usage, 5 conflict with existing data, \
                  6 a dependency is missing or does not respond, 7 objects differ from files that were \
                  not applied to them, 8 something hinders an upgrade. Data goes to standard output, \
                  messages to standard error."
)]
pub struct Cli {
    /// Print table rows on single lines without wrapping them to the terminal width
    #[arg(long, global = true, display_order = WIDE)]
    pub wide: bool,
    /// The command to run.
    #[command(subcommand)]
    pub command: Command,
}

impl Cli {
    /// Parses the arguments of the process; prints the error or the help text and exits otherwise.
    pub fn read() -> Self {
        let read = Self::read_words(std::env::args_os());
        read.unwrap_or_else(|error| error.exit())
    }

    /// Parses a command line, of which the first word is the program.
    pub fn read_words<W: Into<OsString> + Clone>(
        words: impl IntoIterator<Item = W>,
    ) -> Result<Self, clap::Error> {
        let matches = command().try_get_matches_from(words)?;
        let format = |error: clap::Error| error.format(&mut command());
        match Invocation::read(&matches).map_err(format)? {
            Some(invocation) => Ok(Self {
                wide: matches.get_flag("wide"),
                command: Command::Operation(Box::new(invocation)),
            }),
            None => Self::from_arg_matches(&matches).map_err(format),
        }
    }
}

/// Returns all commands: those of this file, and the operations.
pub fn command() -> clap::Command {
    features::install();
    operation::add_to(Cli::command())
}

/// The commands of `doorward`.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run both servers on loopback without a configuration, for development
    Dev(command::dev::DevArgs),
    // Without a comment for the help, which would replace the long text of this command.
    Init(Box<command::init::InitArgs>),
    /// Run the identity server from its configuration
    Serve(command::serve::ServeArgs),
    /// Run the tasks API (resource server) as a separate process
    #[cfg(feature = "demo")]
    Tasks(command::tasks::TasksArgs),
    /// Apply database migrations, or list the missing ones
    Migrate(command::migrate::MigrateArgs),
    /// Check what an upgrade to this program does to the database, how long it takes, and how to roll back
    Upgrade(command::upgrade::UpgradeArgs),
    // As above.
    Backup(command::backup::BackupArgs),
    Restore(command::restore::RestoreArgs),
    Move(command::move_to::MoveArgs),
    /// Manage clients
    Client(Box<Administered<command::client::Verb>>),
    /// Manage users
    User(Administered<command::user::Verb>),
    /// Open the administration console by a one-time link
    Admin(Administered<command::admin::Verb>),
    /// Manage browser sessions of users
    Session(Operations),
    /// Manage API keys of users
    ApiKey(Operations),
    /// Manage consents of users to clients
    Consent(Operations),
    /// End the access of clients for users: grants with their codes and tokens
    Grant(Operations),
    // As above.
    Recover(command::recover::RecoverArgs),
    /// Manage roles and role assignments
    Role(Administered<command::role::Verb>),
    /// Manage permissions, which roles grant
    Permission(Operations),
    /// Manage resources: the audiences of access tokens (RFC 8707)
    Resource(Operations),
    /// Manage scopes that clients can request
    Scope(Operations),
    /// List and end the former names of roles, permissions and scopes
    FormerName(Operations),
    /// Manage custom claims in tokens and responses
    Claim(Administered<command::claim::Verb>),
    /// Manage custom profile fields
    ProfileField(Operations),
    /// Explain a denial, or simulate a request
    Explain(command::explain::ExplainArgs),
    /// Check the policies of the tasks API, or print ready-made ones
    #[cfg(feature = "demo")]
    Policy(command::policy::PolicyArgs),
    /// Manage user groups, which form trees
    Group(Operations),
    /// Manage organizations and their members
    Org(Operations),
    /// Manage identity providers
    Provider(Administered<command::provider::Verb>),
    /// Export clients, roles and other objects into the files of a directory
    #[cfg(feature = "as-code")]
    Export(command::as_code::ExportArgs),
    /// Show what an apply of the files of a directory changes, and whom it affects
    #[cfg(feature = "as-code")]
    Plan(command::as_code::PlanArgs),
    /// Make the deployment as the files of a directory describe it
    #[cfg(feature = "as-code")]
    Apply(command::as_code::ApplyArgs),
    /// Show what differs from the files of a directory, and who changed it
    #[cfg(feature = "as-code")]
    Drift(command::as_code::DriftArgs),
    /// Import users, roles, groups, clients and identity providers from another system
    Import(command::import::ImportArgs),
    /// Manage signing keys
    Key(Administered<command::key::Verb>),
    /// Prepare a change of the issuer's domain
    Issuer(Administered<command::issuer::Verb>),
    /// Report client settings that deviate from RFC 9700 (OAuth 2.0 Security BCP)
    Lint(command::lint::LintArgs),
    /// Check the deployment and print one line for each part, with a recommended action
    Doctor(command::doctor::DoctorArgs),
    /// Check whether the server of this configuration is ready on this machine
    Healthcheck(command::healthcheck::HealthcheckArgs),
    /// Show why sign-ins and requests of clients failed
    Attempt(Operations),
    /// Find the user who reads out a support code
    SupportCode(Operations),
    /// Show statistics
    Stats(Operations),
    /// Manage jobs of the server, such as messages that wait
    Job(Operations),
    /// Read, verify and export the audit log
    Audit(Administered<command::audit::Verb>),
    /// Preview e-mail messages, and test their delivery
    Mail(command::mail::MailArgs),
    /// Get an access token from the running development instance
    Token(command::token::TokenArgs),
    /// Check, explain and show the configuration
    Config(command::config::ConfigArgs),
    /// Print shell completions
    Completions(command::reference::CompletionsArgs),
    /// Print the command line reference
    #[command(hide = true)]
    CliReference,
    /// Write the manual pages into a directory
    #[command(hide = true)]
    ManPages {
        /// Existing directory
        #[arg(value_name = "DIR")]
        directory: PathBuf,
    },
    /// Print the reference of client settings
    #[command(hide = true)]
    ClientReference,
    /// Print the guide of a known application, or the table of all
    #[command(hide = true)]
    ApplicationGuide {
        /// Application, as `client apps` lists it
        #[arg(value_name = "NAME")]
        name: Option<String>,
        /// Print the names of all applications
        #[arg(long, conflicts_with = "name")]
        list: bool,
    },
    /// Print the description of the JSON API
    #[command(hide = true)]
    Openapi {
        /// Print that of the tasks API
        #[cfg(feature = "demo")]
        #[arg(long)]
        tasks: bool,
    },
    /// Operation, which the other commands do not read.
    #[command(skip)]
    Operation(Box<Invocation>),
}

impl Command {
    pub fn run(self) -> Result {
        match self {
            Self::Operation(invocation) => wait(invocation.run()),
            Self::ApiKey(_)
            | Self::Attempt(_)
            | Self::Consent(_)
            | Self::FormerName(_)
            | Self::Grant(_)
            | Self::Group(_)
            | Self::Job(_)
            | Self::Org(_)
            | Self::Permission(_)
            | Self::ProfileField(_)
            | Self::Resource(_)
            | Self::Scope(_)
            | Self::Session(_)
            | Self::Stats(_)
            | Self::SupportCode(_) => Err(CliError::usage("name a command")),
            Self::Dev(args) => command::dev::run(&args),
            Self::Init(args) => wait(command::init::run(&args)),
            Self::Serve(args) => command::serve::run(&args),
            #[cfg(feature = "demo")]
            Self::Tasks(args) => command::tasks::run(&args),
            Self::Migrate(args) => wait(command::migrate::run(&args)),
            Self::Upgrade(args) => wait(command::upgrade::run(&args)),
            Self::Backup(args) => wait(command::backup::run(&args)),
            Self::Restore(args) => wait(command::restore::run(&args)),
            Self::Move(args) => wait(command::move_to::run(&args)),
            Self::Client(args) => wait(command::client::run(*args)),
            Self::User(args) => wait(args.run(command::user::run)),
            Self::Admin(args) => wait(args.run(command::admin::run)),
            Self::Recover(args) => wait(command::recover::run(args)),
            Self::Role(args) => wait(command::role::run(args)),
            Self::Claim(args) => wait(args.run(command::claim::run)),
            Self::Explain(args) => wait(command::explain::run(args)),
            #[cfg(feature = "demo")]
            Self::Policy(args) => command::policy::run(&args),
            Self::Provider(args) => wait(args.run(command::provider::run)),
            #[cfg(feature = "as-code")]
            Self::Export(args) => wait(command::as_code::run_export(&args)),
            #[cfg(feature = "as-code")]
            Self::Plan(args) => wait(command::as_code::run_plan(&args)),
            #[cfg(feature = "as-code")]
            Self::Apply(args) => wait(command::as_code::run_apply(args)),
            #[cfg(feature = "as-code")]
            Self::Drift(args) => wait(command::as_code::run_drift(&args)),
            Self::Import(args) => wait(command::import::run(args)),
            Self::Key(args) => wait(args.run(command::key::run)),
            Self::Issuer(args) => wait(args.run(command::issuer::run)),
            Self::Lint(args) => wait(command::lint::run(args)),
            Self::Doctor(args) => wait(command::doctor::run(&args)),
            Self::Healthcheck(args) => wait(command::healthcheck::run(&args)),
            Self::Audit(args) => wait(args.run(command::audit::run)),
            Self::Mail(args) => wait(command::mail::run(&args)),
            Self::Token(args) => wait(command::token::run(&args)),
            Self::Config(args) => wait(command::config::run(&args)),
            Self::Completions(args) => command::reference::print_completions(&args, command()),
            Self::CliReference => command::reference::run(command()),
            Self::ManPages { directory } => {
                command::reference::write_man_pages(command(), &directory)
            }
            Self::ClientReference => command::client::reference::run(),
            Self::ApplicationGuide { name, list } => {
                command::client::guide::run(name.as_deref(), list)
            }
            #[cfg(feature = "demo")]
            Self::Openapi { tasks: true } => {
                output::document(doorward_resource_server::openapi::document_text())
            }
            Self::Openapi { .. } => {
                output::document(doorward_identity_server::json_api::document_text())
            }
        }
    }
}

/// Runs a future to completion on this thread.
fn wait(work: impl Future<Output = Result>) -> Result {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(work)
}
