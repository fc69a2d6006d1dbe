//! Signatures of this server.

use doorward_domain::keys::{KeyError, KeyRing, Signer};
use doorward_protocol::discovery::ProviderMetadata;
use doorward_protocol::signing_alg::SigningAlg;

use crate::prelude::*;

/// Signs with the current key for this algorithm.
pub(crate) async fn sign(
    context: &Context,
    alg: SigningAlg,
    sign: impl FnOnce(&Signer) -> Result<String, KeyError>,
) -> Result<String> {
    context.issuing.sign(&context.core, alg, sign).await
}

/// Signs the server metadata as the claims of a JWT, with the active key (RFC 8414 §2.1). The issuer
/// signs it, without the member `signed_metadata`.
pub fn sign_metadata(ring: &KeyRing, issuer: &str, metadata: &ProviderMetadata) -> Result<String> {
    let server_error = |error: &dyn std::fmt::Display| ServerError::Internal(error.to_string());
    let mut claims = serde_json::to_value(metadata).map_err(|error| server_error(&error))?;
    claims["iss"] = issuer.into();
    let statement = ring.active().sign_statement(&claims);
    statement.map_err(|error| server_error(&error))
}
