//! In which form a client has to send its authorization requests (RFC 9126 §5 and §6, RFC 9101
//! §10.5).

use doorward_protocol::error::OAuthError;

use crate::model::Client;

/// How a request came.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Form {
    /// It was pushed, by the authenticated client.
    pub pushed: bool,
    /// The client has signed it.
    pub signed: bool,
}

/// Holds the form of a request against what the server and the client demand.
///
/// # Errors
/// `invalid_request`.
pub fn check(client: &Client, everybody_pushes: bool, form: Form) -> Result<(), OAuthError> {
    let pushes = everybody_pushes || client.require_pushed_authorization_requests;
    if pushes && !form.pushed {
        // RFC 9126 §5, §6: only what was pushed is accepted.
        return Err(OAuthError::invalid_request(
            "authorization requests have to be pushed (RFC 9126)",
        ));
    }
    if client.require_signed_request_object && !form.signed {
        // RFC 9101 §10.5: otherwise an attacker would leave the signature away.
        return Err(OAuthError::invalid_request(
            "authorization requests have to be signed request objects (RFC 9101)",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
