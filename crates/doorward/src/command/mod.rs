//! One command, one file: its words and what it does.

pub mod audit;
pub mod backup;
pub mod client;
pub mod completions;
pub mod config;
pub mod dev;
pub mod doctor;
pub mod explain;
pub mod group;
pub mod healthcheck;
pub mod key;
pub mod lint;
pub mod mail;
pub mod migrate;
pub mod org;
pub mod permission;
pub mod policy;
pub mod provider;
pub mod recover;
pub mod reference;
pub mod resource;
pub mod restore;
pub mod role;
pub mod scope;
pub mod serve;
mod shutdown;
pub mod tasks;
pub mod token;
pub mod user;

use std::future::Future;
use std::path::Path;

use crate::{cli::Command, error::CliError, output};

/// Runs one command.
pub fn run(command: Command) -> Result<(), CliError> {
    match command {
        Command::Dev(args) => dev::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Tasks(args) => tasks::run(&args),
        Command::Migrate(args) => wait(migrate::run(&args)),
        Command::Backup(args) => wait(backup::run(&args)),
        Command::Restore(args) => wait(restore::run(&args)),
        Command::Client(args) => wait(client::run(*args)),
        Command::User(args) => wait(user::run(args)),
        Command::Recover(args) => wait(recover::run(args)),
        Command::Role(args) => wait(role::run(args)),
        Command::Permission(args) => wait(permission::run(args)),
        Command::Resource(args) => wait(resource::run(args)),
        Command::Scope(args) => wait(scope::run(args)),
        Command::Explain(args) => wait(explain::run(args)),
        Command::Policy(args) => policy::run(&args),
        Command::Group(args) => wait(group::run(args)),
        Command::Org(args) => wait(org::run(args)),
        Command::Provider(args) => wait(provider::run(args)),
        Command::Key(args) => wait(key::run(args)),
        Command::Lint(args) => wait(lint::run(args)),
        Command::Doctor(args) => wait(doctor::run(&args)),
        Command::Healthcheck(args) => wait(healthcheck::run(&args)),
        Command::Audit(args) => wait(audit::run(args)),
        Command::Mail(args) => mail::run(&args),
        Command::Token(args) => wait(token::run(&args)),
        Command::Config(args) => config::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::CliReference => reference::run(),
        Command::Openapi => output::document(doorward_identity_server::http::api::openapi::text()),
    }
}

/// Runs a short command to its end on this thread.
fn wait(work: impl Future<Output = Result<(), CliError>>) -> Result<(), CliError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(work)
}

/// The directory in which a file is, or will be.
fn directory_of(file: &Path) -> &Path {
    let parent = file.parent().filter(|path| !path.as_os_str().is_empty());
    parent.unwrap_or_else(|| Path::new("."))
}

/// Makes a rename survive a power cut.
fn sync_directory(directory: &Path) -> std::io::Result<()> {
    std::fs::File::open(directory)?.sync_all()
}

/// Runs servers to their end.
fn serve_until_done(work: impl Future<Output = Result<(), CliError>>) -> Result<(), CliError> {
    actix_web::rt::System::new().block_on(work)
}

/// Reads a date (its first second in UTC) or a time in RFC 3339.
///
/// # Errors
/// The words for anything else.
pub fn when(text: &str) -> Result<i64, String> {
    use time::{Date, OffsetDateTime, Time, format_description::well_known::Rfc3339, macros};
    let day = macros::format_description!("[year]-[month]-[day]");
    if let Ok(date) = Date::parse(text, &day) {
        return Ok(date.with_time(Time::MIDNIGHT).assume_utc().unix_timestamp());
    }
    OffsetDateTime::parse(text, &Rfc3339)
        .map(OffsetDateTime::unix_timestamp)
        .map_err(|_| {
            "write a date such as 2027-01-31, or a time such as 2027-01-31T12:00:00Z".into()
        })
}

/// Why a server did not start, with all its causes: the reader is the operator.
fn start_failure(error: impl std::error::Error) -> CliError {
    CliError::failure(crate::error::with_causes(&error))
}
