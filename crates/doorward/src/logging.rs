//! Log lines go to standard error.
//!
//! `RUST_LOG`, where it is set, says what is logged instead of `logging.level`, as people know it from
//! other programs in Rust.

use std::io::IsTerminal as _;

use doorward_identity_server::config::logging::{LogFormat, Logging};
use tracing_subscriber::{EnvFilter, fmt, util::SubscriberInitExt as _};

use crate::error::CliError;

/// Libraries that tell of their workers and of every migration; a level of one's own for them comes
/// later in the filter and wins.
const QUIET: &str = "actix_server=warn,sea_orm_migration=warn";

const RUST_LOG: &str = "RUST_LOG";

/// Starts logging for a server.
///
/// # Errors
/// When the level is no filter that `tracing` understands.
pub fn start(logging: &Logging, is_dev: bool) -> Result<(), CliError> {
    let wish = std::env::var(RUST_LOG).ok();
    let wish = wish.as_deref().filter(|wish| !wish.trim().is_empty());
    let (name, level) = wish.map_or(("logging.level", logging.level.as_str()), |wish| {
        (RUST_LOG, wish)
    });
    let filter = EnvFilter::try_new(format!("{QUIET},{level}")).map_err(|error| {
        CliError::failure(format!(
            "{name}: {error}; write \"info\" or \"info,doorward_store=debug\""
        ))
    })?;
    let pretty = match logging.format {
        LogFormat::Pretty => true,
        LogFormat::Json => false,
        LogFormat::Auto => is_dev && std::io::stderr().is_terminal(),
    };
    let builder = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = if pretty {
        builder.compact().finish().try_init()
    } else {
        builder
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .finish()
            .try_init()
    };
    started.map_err(CliError::failure)
}
