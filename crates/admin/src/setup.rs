//! The one-time address that creates the first administrator, for the command line.

use doorward_domain::secret::OpaqueToken;
use doorward_services::setup_token;

use super::operator::{AdminContext, AdminError};

/// Returns true if there is no administrator yet.
///
/// # Errors
/// Fails if the store cannot be read.
pub async fn is_needed(context: &AdminContext<'_>) -> Result<bool, AdminError> {
    Ok(setup_token::is_needed(context.db.read()).await?)
}

/// Creates a new token for `/setup?token=…`; an earlier one stops working.
///
/// # Errors
/// Fails if the store cannot be written.
pub async fn issue_token(context: &AdminContext<'_>) -> Result<OpaqueToken, AdminError> {
    context.must_administer()?;
    Ok(setup_token::issue(context.db, context.now(), context.rng()).await?)
}
