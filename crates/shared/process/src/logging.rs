//! Logs go to standard error.
//!
//! `RUST_LOG`, if set, overrides `logging.level`, as in other Rust programs.

use std::io::IsTerminal as _;

use doorward_config::logging::{LogFormat, Logging};
use doorward_http_common::rejection_log::TARGET as REJECTED;
use tracing_subscriber::filter::{EnvFilter, LevelFilter, Targets};
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{fmt, registry};

mod rejected;

pub use rejected::DevCommands;

/// Filter for libraries that log their workers, or that log unparsable requests as errors: those are
/// the caller's errors and get a response. A level configured for one of them comes later in the filter
/// and takes precedence.
const QUIET: &str = "actix_server=warn,actix_http::h1=off";

const RUST_LOG: &str = "RUST_LOG";

/// A level that is not a filter, or a second start.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct LoggingError(String);

/// Starts logging for a server; `dev` has the commands of a development instance.
///
/// # Errors
/// Returns an error if the level is not a valid `tracing` filter.
pub fn start(logging: &Logging, dev: Option<DevCommands>) -> Result<(), LoggingError> {
    let is_dev = dev.is_some();
    let request = std::env::var(RUST_LOG).ok();
    let request = request
        .as_deref()
        .filter(|request| !request.trim().is_empty());
    let (name, level) = request.map_or(("logging.level", logging.level.as_str()), |request| {
        (RUST_LOG, request)
    });
    let plain = dev
        .filter(|_| logging.format != LogFormat::Json)
        .map(rejected::Plain);
    // In development these events are printed at every level.
    let own = if plain.is_some() {
        format!("{QUIET},{level},{REJECTED}=off")
    } else {
        format!("{QUIET},{level}")
    };
    let filter = EnvFilter::try_new(own).map_err(|error| {
        LoggingError(format!(
            "{name}: {error}; write \"info\" or \"info,doorward_store=debug\""
        ))
    })?;
    let pretty = match logging.format {
        LogFormat::Pretty => true,
        LogFormat::Json => false,
        LogFormat::Auto => is_dev,
    };
    let layer = fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let layer = if pretty {
        layer.compact().with_filter(filter).boxed()
    } else {
        layer
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .with_filter(filter)
            .boxed()
    };
    let rejected = plain.map(|plain| {
        fmt::layer()
            .with_writer(std::io::stderr)
            .event_format(plain)
            .with_filter(Targets::new().with_target(REJECTED, LevelFilter::INFO))
    });
    let started = registry().with(layer).with(rejected).try_init();
    started.map_err(|error| LoggingError(error.to_string()))
}
