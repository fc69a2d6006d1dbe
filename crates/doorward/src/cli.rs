//! The words of the command line, and what each of them runs.

use std::future::Future;

use clap::{CommandFactory as _, Parser, Subcommand};

use crate::command::{
    self, audit::AuditArgs, backup::BackupArgs, client::ClientArgs, completions::CompletionsArgs,
    config::ConfigArgs, dev::DevArgs, doctor::DoctorArgs, explain::ExplainArgs, group::GroupArgs,
    healthcheck::HealthcheckArgs, key::KeyArgs, lint::LintArgs, mail::MailArgs,
    migrate::MigrateArgs, org::OrgArgs, permission::PermissionArgs, policy::PolicyArgs,
    provider::ProviderArgs, recover::RecoverArgs, resource::ResourceArgs, restore::RestoreArgs,
    role::RoleArgs, scope::ScopeArgs, serve::ServeArgs, tasks::TasksArgs, token::TokenArgs,
    user::UserArgs,
};
use crate::{error::CliError, output};

/// An OpenID Provider and OAuth 2.1 authorization server, and an API that it protects.
#[derive(Debug, Parser)]
#[command(
    name = "doorward",
    version,
    propagate_version = true,
    arg_required_else_help = true,
    after_help = "Exit codes: 0 success, 1 failure, 2 bad usage, 5 conflict with what is there, \
                  6 something that is needed is not there. Data goes to standard output, \
                  messages to standard error."
)]
pub struct Cli {
    /// Print tables on lines of any length, not wrapped to the terminal
    #[arg(long, global = true)]
    pub wide: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What `doorward` does.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the whole system with no configuration, for development, on loopback
    Dev(DevArgs),
    /// Run the identity server from its configuration
    Serve(ServeArgs),
    /// Run the tasks API (resource server) on its own
    Tasks(TasksArgs),
    /// Bring the database schema up to date, or say what is missing
    Migrate(MigrateArgs),
    /// Write a consistent copy of the databases into a file, while the servers run
    Backup(BackupArgs),
    /// Put a backup in the place of the databases
    Restore(RestoreArgs),
    /// Applications that ask for tokens
    Client(Box<ClientArgs>),
    /// People
    User(UserArgs),
    /// A one-time link for an administrator who cannot get in any more
    Recover(RecoverArgs),
    /// Roles, and who holds them
    Role(RoleArgs),
    /// What roles can allow
    Permission(PermissionArgs),
    /// Resources: the audiences of access tokens (RFC 8707)
    Resource(ResourceArgs),
    /// Scopes: what clients may ask for
    Scope(ScopeArgs),
    /// Why something was refused, or would be
    Explain(ExplainArgs),
    /// The rules of the tasks API: check them, and ready ones to copy
    Policy(PolicyArgs),
    /// Groups of people, as trees
    Group(GroupArgs),
    /// Organizations, and who belongs to them
    Org(OrgArgs),
    /// Providers that people sign in with
    Provider(ProviderArgs),
    /// Signing keys
    Key(KeyArgs),
    /// Where clients stay behind RFC 9700, the best current practice of OAuth security
    Lint(LintArgs),
    /// Look at a deployment as it is: a line for each part, with what to do about it
    Doctor(DoctorArgs),
    /// Ask the server of this configuration, on this machine, whether it is ready
    Healthcheck(HealthcheckArgs),
    /// The audit log: read it, take it along, and prove that nobody changed it
    Audit(AuditArgs),
    /// Mails, to look at
    Mail(MailArgs),
    /// Get an access token from the running development instance
    Token(TokenArgs),
    /// Check, explain and show the configuration
    Config(ConfigArgs),
    /// Print shell completions
    Completions(CompletionsArgs),
    /// Print the command line reference
    #[command(hide = true)]
    CliReference,
    /// Print the description of the JSON API
    #[command(hide = true)]
    Openapi,
}

impl Command {
    /// Runs one command.
    pub fn run(self) -> Result<(), CliError> {
        match self {
            Self::Dev(args) => command::dev::run(&args),
            Self::Serve(args) => command::serve::run(&args),
            Self::Tasks(args) => command::tasks::run(&args),
            Self::Migrate(args) => wait(command::migrate::run(&args)),
            Self::Backup(args) => wait(command::backup::run(&args)),
            Self::Restore(args) => wait(command::restore::run(&args)),
            Self::Client(args) => wait(command::client::run(*args)),
            Self::User(args) => wait(command::user::run(args)),
            Self::Recover(args) => wait(command::recover::run(args)),
            Self::Role(args) => wait(command::role::run(args)),
            Self::Permission(args) => wait(command::permission::run(args)),
            Self::Resource(args) => wait(command::resource::run(args)),
            Self::Scope(args) => wait(command::scope::run(args)),
            Self::Explain(args) => wait(command::explain::run(args)),
            Self::Policy(args) => command::policy::run(&args),
            Self::Group(args) => wait(command::group::run(args)),
            Self::Org(args) => wait(command::org::run(args)),
            Self::Provider(args) => wait(command::provider::run(args)),
            Self::Key(args) => wait(command::key::run(args)),
            Self::Lint(args) => wait(command::lint::run(args)),
            Self::Doctor(args) => wait(command::doctor::run(&args)),
            Self::Healthcheck(args) => wait(command::healthcheck::run(&args)),
            Self::Audit(args) => wait(command::audit::run(args)),
            Self::Mail(args) => command::mail::run(&args),
            Self::Token(args) => wait(command::token::run(&args)),
            Self::Config(args) => command::config::run(&args),
            Self::Completions(args) => command::completions::run(&args, Cli::command()),
            Self::CliReference => command::reference::run(Cli::command()),
            Self::Openapi => output::document(doorward_http::api::document_text()),
        }
    }
}

/// Runs a short command to its end on this thread.
fn wait(work: impl Future<Output = Result<(), CliError>>) -> Result<(), CliError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(work)
}
