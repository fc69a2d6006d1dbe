//! The command line: its arguments and the commands they run.

use std::future::Future;

use clap::{CommandFactory as _, Parser, Subcommand};

use crate::command::{
    self, admin::AdminArgs, api_key::ApiKeyArgs, attempt::AttemptArgs, audit::AuditArgs,
    backup::BackupArgs, claim::ClaimArgs, client::ClientArgs, completions::CompletionsArgs,
    config::ConfigArgs, consent::ConsentArgs, dev::DevArgs, doctor::DoctorArgs,
    explain::ExplainArgs, grant::GrantArgs, group::GroupArgs, healthcheck::HealthcheckArgs,
    import::ImportArgs, key::KeyArgs, lint::LintArgs, mail::MailArgs, migrate::MigrateArgs,
    move_to::MoveArgs, org::OrgArgs, permission::PermissionArgs, profile_field::ProfileFieldArgs,
    provider::ProviderArgs, recover::RecoverArgs, resource::ResourceArgs, restore::RestoreArgs,
    role::RoleArgs, scope::ScopeArgs, serve::ServeArgs, session::SessionArgs, token::TokenArgs,
    user::UserArgs,
};
#[cfg(feature = "demo")]
use crate::command::{policy::PolicyArgs, tasks::TasksArgs};
use crate::{error::CliError, former_option, output};

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
                  6 a dependency is missing or does not respond. Data goes to standard output, \
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
        Self::try_parse().unwrap_or_else(|error| former_option::with_tip(error).exit())
    }
}

/// The commands of `doorward`.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run both servers on loopback without a configuration, for development
    Dev(DevArgs),
    /// Run the identity server from its configuration
    Serve(ServeArgs),
    /// Run the tasks API (resource server) as a separate process
    #[cfg(feature = "demo")]
    Tasks(TasksArgs),
    /// Apply database migrations, or list the missing ones
    Migrate(MigrateArgs),
    // Without comments for the help, which would replace the long texts of these commands.
    Backup(BackupArgs),
    Restore(RestoreArgs),
    Move(MoveArgs),
    /// Manage clients
    Client(Box<ClientArgs>),
    /// Manage users
    User(UserArgs),
    /// Open the administration console by a one-time link
    Admin(AdminArgs),
    /// Manage browser sessions of users
    Session(SessionArgs),
    /// Manage API keys of users
    ApiKey(ApiKeyArgs),
    /// Manage consents of users to clients
    Consent(ConsentArgs),
    /// End the access of clients for users: grants with their codes and tokens
    Grant(GrantArgs),
    // As above.
    Recover(RecoverArgs),
    /// Manage roles and role assignments
    Role(RoleArgs),
    /// List the permissions that roles can grant
    Permission(PermissionArgs),
    /// Manage resources: the audiences of access tokens (RFC 8707)
    Resource(ResourceArgs),
    /// Manage scopes that clients can request
    Scope(ScopeArgs),
    /// Manage custom claims in tokens and responses
    Claim(ClaimArgs),
    /// Manage custom profile fields
    ProfileField(ProfileFieldArgs),
    /// Explain a denial, or simulate a request
    Explain(ExplainArgs),
    /// Check the policies of the tasks API, or print ready-made ones
    #[cfg(feature = "demo")]
    Policy(PolicyArgs),
    /// Manage user groups, which form trees
    Group(GroupArgs),
    /// Manage organizations and their members
    Org(OrgArgs),
    /// Manage identity providers
    Provider(ProviderArgs),
    /// Import users, roles, groups, clients and identity providers from another system
    Import(ImportArgs),
    /// Manage signing keys
    Key(KeyArgs),
    /// Report client settings that deviate from RFC 9700 (OAuth 2.0 Security BCP)
    Lint(LintArgs),
    /// Check the deployment and print one line for each part, with a recommended action
    Doctor(DoctorArgs),
    /// Check whether the server of this configuration is ready on this machine
    Healthcheck(HealthcheckArgs),
    /// Show why sign-ins and requests of clients failed
    Attempt(AttemptArgs),
    /// Read, verify and export the audit log
    Audit(AuditArgs),
    /// Preview e-mail messages
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
}

impl Command {
    pub fn run(self) -> Result<(), CliError> {
        match self {
            Self::Dev(args) => command::dev::run(&args),
            Self::Serve(args) => command::serve::run(&args),
            #[cfg(feature = "demo")]
            Self::Tasks(args) => command::tasks::run(&args),
            Self::Migrate(args) => wait(command::migrate::run(&args)),
            Self::Backup(args) => wait(command::backup::run(&args)),
            Self::Restore(args) => wait(command::restore::run(&args)),
            Self::Move(args) => wait(command::move_to::run(&args)),
            Self::Client(args) => wait(command::client::run(*args)),
            Self::User(args) => wait(command::user::run(args)),
            Self::Admin(args) => wait(command::admin::run(args)),
            Self::Session(args) => wait(command::session::run(args)),
            Self::ApiKey(args) => wait(command::api_key::run(args)),
            Self::Consent(args) => wait(command::consent::run(args)),
            Self::Grant(args) => wait(command::grant::run(args)),
            Self::Recover(args) => wait(command::recover::run(args)),
            Self::Role(args) => wait(command::role::run(args)),
            Self::Permission(args) => wait(command::permission::run(args)),
            Self::Resource(args) => wait(command::resource::run(args)),
            Self::Scope(args) => wait(command::scope::run(args)),
            Self::Claim(args) => wait(command::claim::run(args)),
            Self::ProfileField(args) => wait(command::profile_field::run(args)),
            Self::Explain(args) => wait(command::explain::run(args)),
            #[cfg(feature = "demo")]
            Self::Policy(args) => command::policy::run(&args),
            Self::Group(args) => wait(command::group::run(args)),
            Self::Org(args) => wait(command::org::run(args)),
            Self::Provider(args) => wait(command::provider::run(args)),
            Self::Import(args) => wait(command::import::run(args)),
            Self::Key(args) => wait(command::key::run(args)),
            Self::Lint(args) => wait(command::lint::run(args)),
            Self::Doctor(args) => wait(command::doctor::run(&args)),
            Self::Healthcheck(args) => wait(command::healthcheck::run(&args)),
            Self::Attempt(args) => wait(command::attempt::run(args)),
            Self::Audit(args) => wait(command::audit::run(args)),
            Self::Mail(args) => command::mail::run(&args),
            Self::Token(args) => wait(command::token::run(&args)),
            Self::Config(args) => wait(command::config::run(&args)),
            Self::Completions(args) => command::completions::run(&args, Cli::command()),
            Self::CliReference => command::reference::run(Cli::command()),
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
fn wait(work: impl Future<Output = Result<(), CliError>>) -> Result<(), CliError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(work)
}
