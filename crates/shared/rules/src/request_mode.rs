//! Required forms of authorization requests (RFC 9126 §5 and §6, RFC 9101 §10.5).

use doorward_protocol::error::{OAuthError, Reason};
use doorward_protocol::params::Params;

use doorward_domain::model::Client;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Form {
    /// True if the authenticated client pushed it.
    pub pushed: bool,
    /// True if the client signed it.
    pub signed: bool,
}

/// Checks the form of a request against the requirements of the deployment (`everybody_pushes`) and
/// of the client.
pub fn check(client: &Client, everybody_pushes: bool, form: Form) -> Result<(), OAuthError> {
    let pushes = everybody_pushes || client.require_pushed_authorization_requests;
    if pushes && !form.pushed {
        // RFC 9126 §5, §6: only pushed requests are accepted.
        return Err(OAuthError::invalid_request(
            "authorization requests have to be pushed (RFC 9126)",
        )
        .because(Reason::PushRequired));
    }
    if client.require_signed_request_object && !form.signed {
        // RFC 9101 §10.5: otherwise an attacker would remove the signature.
        return Err(OAuthError::invalid_request(
            "authorization requests have to be signed request objects (RFC 9101)",
        )
        .because(Reason::SignatureRequired));
    }
    Ok(())
}

/// Compares the organization named outside a pushed or signed request with the one in it.
/// Parameters outside are ignored (RFC 9101 §6.3, RFC 9126 §4). But a different organization, named
/// by host, `X-Tenant-ID` or parameter, is an error: the user must not silently be signed in to the
/// wrong organization (decision 42).
pub fn check_organization(beside: &Params, within: Option<&str>) -> Result<(), OAuthError> {
    let named = beside.optional("organization")?;
    if named.is_none_or(|named| named.is_empty() || Some(named) == within) {
        return Ok(());
    }
    Err(OAuthError::invalid_request(
        "the organization is not that of the pushed or signed request",
    ))
}

#[cfg(test)]
mod tests;
