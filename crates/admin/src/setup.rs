//! The address by which the first administrator is made, as the command line asks for one.

use doorward_domain::secret::OpaqueToken;
use doorward_services::setup_token;

use super::operator::{AdminContext, AdminError};

/// Whether nobody administers yet.
///
/// # Errors
/// When the store cannot be read.
pub async fn is_needed(op: &AdminContext<'_>) -> Result<bool, AdminError> {
    Ok(setup_token::is_needed(op.db.read()).await?)
}

/// Makes a new token for `/setup?token=…`; an earlier one stops working.
///
/// # Errors
/// When the store cannot be written.
pub async fn issue_token(op: &AdminContext<'_>) -> Result<OpaqueToken, AdminError> {
    op.must_administer()?;
    Ok(setup_token::issue(op.db, op.now()).await?)
}
