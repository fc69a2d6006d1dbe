//! Running servers and reporting start failures.

use std::future::Future;

use crate::error::{CliError, with_causes};

/// Runs servers until they stop.
pub(super) fn run_servers(
    work: impl Future<Output = Result<(), CliError>>,
) -> Result<(), CliError> {
    actix_web::rt::System::new().block_on(work)
}

/// Converts a start failure to an error with all its causes, because the reader is the operator.
pub(super) fn start_failure(error: impl std::error::Error) -> CliError {
    CliError::failure(with_causes(&error))
}
