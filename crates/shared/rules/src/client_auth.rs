//! Client authentication (RFC 6749 §2.3, OAuth 2.1 §2.4).

use doorward_protocol::client_auth::PresentedClient;

use crate::prelude::*;

/// The result of a check, with the step that is still due.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub enum ClientAuthOutcome<'a> {
    Given,
    /// The client is authenticated by the secret with this hash.
    Secret(TokenHash),
    /// The client must have signed this assertion with one of its keys.
    Assertion(&'a str),
    /// This secret must have the client's imported hash, which takes a hashing thread to check.
    ForeignSecret(&'a str),
    /// The certificate of the connection must be the client's (RFC 8705 §2).
    Certificate,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Rejection {
    #[error("no client has this client_id")]
    Unknown,
    #[error("the client is disabled")]
    Disabled,
    #[error("the client is registered for {expected}, the request used {}", used(*.received))]
    Method {
        expected: ClientAuth,
        received: ClientAuthMethod,
    },
    #[error("the client has no secret yet")]
    NoSecret,
    #[error("the secret does not match")]
    Secret,
    #[error("the registered method does not fit the kind of the client")]
    Kind,
}

impl Rejection {
    /// Returns the error for the client (RFC 6749 §5.2), with the reason for the log. If the
    /// methods differ, the error names them. Every other rejection has the same text, so that none
    /// reveals whether a secret was correct.
    pub fn to_error(self) -> OAuthError {
        let reason = match self {
            Self::Method { expected, received } => {
                let cause = Cause::from(Reason::AuthMethod).expected(expected.to_string());
                let error = OAuthError::invalid_client(self.to_string());
                return error.because(cause.received(received.as_str()));
            }
            Self::Unknown => Reason::UnknownClient,
            Self::Disabled => Reason::ClientDisabled,
            Self::NoSecret | Self::Secret => Reason::Secret,
            Self::Kind => return uniform_error(),
        };
        uniform_error().because(reason)
    }
}

fn used(method: ClientAuthMethod) -> &'static str {
    match method {
        ClientAuthMethod::None => "no client authentication",
        other => other.as_str(),
    }
}

/// Checks presented credentials against the registration.
///
/// Accepts only the registered methods, so that a client with a secret cannot authenticate without
/// it (RFC 6749 §2.3).
pub fn check<'a>(
    client: Option<&Client>,
    presented: &'a PresentedClient,
    now: UnixSeconds,
) -> Result<ClientAuthOutcome<'a>, Rejection> {
    let client = client.filter(|client| presented.client_id == client.id.as_str());
    let client = client.ok_or(Rejection::Unknown)?;
    if !client.is_active() {
        return Err(Rejection::Disabled);
    }
    let method = Rejection::Method {
        expected: client.auth_method,
        received: presented.method,
    };
    if !client.auth_method.accepts(presented.method) {
        return Err(method);
    }
    let is_public = client.kind == ClientKind::Public;
    match client.auth_method.method() {
        ClientAuthMethod::ClientSecretBasic | ClientAuthMethod::ClientSecretPost => {
            let secret = presented.secret.as_deref();
            if client.secret_hash.is_none() {
                let imported = client.foreign_secret.is_some();
                let secret = secret.filter(|_| imported).ok_or(Rejection::NoSecret)?;
                return Ok(ClientAuthOutcome::ForeignSecret(secret));
            }
            let presented = secret.map(TokenHash::digest).ok_or(Rejection::Secret)?;
            let matches = client.accepts_secret(&presented, now);
            matches
                .then_some(ClientAuthOutcome::Secret(presented))
                .ok_or(Rejection::Secret)
        }
        ClientAuthMethod::None if is_public => Ok(ClientAuthOutcome::Given),
        ClientAuthMethod::PrivateKeyJwt if !is_public => {
            let assertion = presented.assertion.as_deref();
            assertion.map(ClientAuthOutcome::Assertion).ok_or(method)
        }
        ClientAuthMethod::TlsClientAuth | ClientAuthMethod::SelfSignedTlsClientAuth
            if !is_public =>
        {
            Ok(ClientAuthOutcome::Certificate)
        }
        _ => Err(Rejection::Kind),
    }
}

/// Returns the uniform error for failures whose cause is not disclosed.
pub fn uniform_error() -> OAuthError {
    OAuthError::new(ErrorCode::InvalidClient, "client authentication failed")
}

#[cfg(test)]
mod tests;
