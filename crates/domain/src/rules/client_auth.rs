//! Is this client who it says it is (RFC 6749 §2.3, OAuth 2.1 §2.4)?

use doorward_protocol::client_auth::{ClientAuthMethod, PresentedClient};
use doorward_protocol::error::{ErrorCode, OAuthError};

use crate::model::{Client, ClientKind};
use crate::secret::TokenHash;

/// How far the client is proved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub enum Proof<'a> {
    /// It is who it says.
    Given,
    /// It is, if it has signed this assertion with one of its keys.
    Assertion(&'a str),
    /// It is, if the certificate of its connection is its own (RFC 8705 §2).
    Certificate,
}

/// Checks presented credentials against the registration.
///
/// Exactly the registered method counts, so that a client that can keep a secret never passes
/// without one. Every failure is the same `invalid_client`.
pub fn check<'a>(
    client: Option<&Client>,
    presented: &'a PresentedClient,
) -> Result<Proof<'a>, OAuthError> {
    let known = client.filter(|client| client.is_active());
    let Some(client) = known else {
        return Err(refused());
    };
    // RFC 8705 §2: who proves itself by its certificate only says in the request who it is.
    let expected = if client.auth_method.is_by_certificate() {
        ClientAuthMethod::None
    } else {
        client.auth_method
    };
    if presented.client_id != client.id.as_str() || presented.method != expected {
        return Err(refused());
    }
    match client.auth_method {
        ClientAuthMethod::None if client.kind == ClientKind::Public => Ok(Proof::Given),
        ClientAuthMethod::ClientSecretBasic | ClientAuthMethod::ClientSecretPost => {
            let matches = match (&client.secret_hash, presented.secret.as_deref()) {
                // The comparison of two SHA-256 values is constant in time.
                (Some(expected), Some(secret)) => *expected == TokenHash::of(secret),
                _ => false,
            };
            if matches {
                Ok(Proof::Given)
            } else {
                Err(refused())
            }
        }
        ClientAuthMethod::PrivateKeyJwt if client.kind == ClientKind::Confidential => presented
            .assertion
            .as_deref()
            .map(Proof::Assertion)
            .ok_or_else(refused),
        ClientAuthMethod::TlsClientAuth | ClientAuthMethod::SelfSignedTlsClientAuth
            if client.kind == ClientKind::Confidential =>
        {
            Ok(Proof::Certificate)
        }
        _ => Err(refused()),
    }
}

/// What every failure looks like.
pub fn refused() -> OAuthError {
    OAuthError::new(ErrorCode::InvalidClient, "client authentication failed")
}

#[cfg(test)]
mod tests;
