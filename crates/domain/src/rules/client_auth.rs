//! Is this client who it says it is (RFC 6749 §2.3, OAuth 2.1 §2.4)?

use doorward_protocol::client_auth::{ClientAuthMethod, PresentedClient};
use doorward_protocol::error::{ErrorCode, OAuthError};

use crate::model::{Client, ClientKind};
use crate::secret::TokenHash;

/// Checks presented credentials against the registration.
///
/// Exactly the registered method counts, so that a client that can keep a secret never passes
/// without one. Every failure is the same `invalid_client`.
pub fn check(client: Option<&Client>, presented: &PresentedClient) -> Result<(), OAuthError> {
    let known = client.filter(|client| client.is_active());
    let Some(client) = known else {
        return Err(refused());
    };
    if presented.client_id != client.id.as_str() || presented.method != client.auth_method {
        return Err(refused());
    }
    match client.auth_method {
        ClientAuthMethod::None if client.kind == ClientKind::Public => Ok(()),
        ClientAuthMethod::ClientSecretBasic | ClientAuthMethod::ClientSecretPost => {
            let matches = match (&client.secret_hash, presented.secret.as_deref()) {
                // The comparison of two SHA-256 values is constant in time.
                (Some(expected), Some(secret)) => *expected == TokenHash::of(secret),
                _ => false,
            };
            if matches { Ok(()) } else { Err(refused()) }
        }
        _ => Err(refused()),
    }
}

fn refused() -> OAuthError {
    OAuthError::new(ErrorCode::InvalidClient, "client authentication failed")
}

#[cfg(test)]
mod tests;
