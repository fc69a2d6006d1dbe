//! A server as a process of the operating system: its listeners, signals, logs and probes, and what it
//! prints. For the programs of both servers.

pub mod doctor;
mod findings;
mod healthcheck;
mod listen;
pub mod logging;
mod output;
mod shutdown;

use std::error::Error;
use std::future::Future;

use doorward_http_common::open_files;
pub use findings::{print_findings, reject_errors};
pub use healthcheck::{Probed, probe};
pub use listen::{Listening, listen, listen_for_metrics};
#[cfg(unix)]
pub use listen::{SocketFile, listen_unix};
pub use output::{counted, escaped, print_document, print_status};
pub use shutdown::Signals;

/// Returns the environment; no variable of Doorward can have a value that is not UTF-8.
pub fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}

/// Raises the limit of open files, and runs servers until they stop.
pub fn run_servers<E>(work: impl Future<Output = Result<(), E>>) -> Result<(), E> {
    match open_files::raise_limit() {
        Ok(limit) => tracing::debug!(limit, "limit of open files"),
        Err(error) => tracing::warn!(%error, "the limit of open files cannot be raised"),
    }
    actix_web::rt::System::new().block_on(work)
}

/// Formats an error with all its causes, for the operator at the terminal; pages never show causes.
pub fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let message = error.to_string();
        if !text.contains(&message) {
            text.push_str(": ");
            text.push_str(&message);
        }
        cause = error.source();
    }
    text
}
