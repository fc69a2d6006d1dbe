//! Running servers, and why they did not start.

use std::future::Future;

use crate::error::{CliError, with_causes};

/// Runs servers to their end.
pub(super) fn serve_until_done(
    work: impl Future<Output = Result<(), CliError>>,
) -> Result<(), CliError> {
    actix_web::rt::System::new().block_on(work)
}

/// Why a server did not start, with all its causes: the reader is the operator.
pub(super) fn start_failure(error: impl std::error::Error) -> CliError {
    CliError::failure(with_causes(&error))
}
