//! In which form a client has to send its authorization requests (RFC 9126 §5 and §6, RFC 9101
//! §10.5).

use doorward_protocol::error::{OAuthError, Reason};
use doorward_protocol::params::Params;

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
        )
        .because(Reason::PushRequired));
    }
    if client.require_signed_request_object && !form.signed {
        // RFC 9101 §10.5: otherwise an attacker would leave the signature away.
        return Err(OAuthError::invalid_request(
            "authorization requests have to be signed request objects (RFC 9101)",
        )
        .because(Reason::SignatureRequired));
    }
    Ok(())
}

/// Holds the organization that is named beside a pushed or signed request against the one within. What
/// is beside never counts (RFC 9101 §6.3, RFC 9126 §4), but whoever names another one by the host, by
/// `X-Tenant-ID` or by a parameter means something else than the request says: nobody is signed in for
/// the wrong organization in silence (decision 42).
///
/// # Errors
/// `invalid_request`.
pub fn check_organization(beside: &Params, within: Option<&str>) -> Result<(), OAuthError> {
    let named = beside.one("organization")?;
    if named.is_none_or(|named| named.is_empty() || Some(named) == within) {
        return Ok(());
    }
    Err(OAuthError::invalid_request(
        "the organization is not that of the pushed or signed request",
    ))
}

#[cfg(test)]
mod tests;
