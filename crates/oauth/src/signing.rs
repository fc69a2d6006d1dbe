//! Signed server metadata, as the claims of a JWT (RFC 8414 §2.1).

use doorward_domain::keys::KeyRing;
use doorward_protocol::discovery::ProviderMetadata;
use doorward_services::error::ServerError;

/// Returns the metadata signed with the active key. The issuer signs it, without the member
/// `signed_metadata`.
pub fn sign(
    ring: &KeyRing,
    issuer: &str,
    metadata: &ProviderMetadata,
) -> Result<String, ServerError> {
    let server_error = |error: &dyn std::fmt::Display| ServerError::Internal(error.to_string());
    let mut claims = serde_json::to_value(metadata).map_err(|error| server_error(&error))?;
    claims["iss"] = issuer.into();
    let statement = ring.active().sign_statement(&claims);
    statement.map_err(|error| server_error(&error))
}
