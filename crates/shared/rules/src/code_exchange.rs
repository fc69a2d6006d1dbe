//! The checks of an authorization code at its exchange (RFC 6749 §4.1.3, RFC 7636 §4.6).

use doorward_access::mutant::{self, Safeguard};

use crate::authorize;
use doorward_domain::model::{Client, Code, CodeError, Grant};
use doorward_domain::time::{UnixSeconds, is_expired};

/// The part of a token request that a code is checked against.
#[derive(Clone, Copy, Debug)]
pub struct CodeRedemption<'a> {
    pub client: &'a Client,
    pub redirect_uri: Option<&'a str>,
    pub code_verifier: Option<&'a str>,
    /// The thumbprint of the proved DPoP key, if any.
    pub jkt: Option<&'a str>,
}

/// The tolerated clock difference between replicas, in seconds.
const MAX_SKEW: i64 = 60;

/// Checks the unused code of a grant.
pub fn check(
    grant: &Grant,
    code: &Code,
    presented: &CodeRedemption<'_>,
    now: UnixSeconds,
) -> Result<(), CodeError> {
    if grant.client_id != presented.client.id {
        return Err(CodeError::OtherClient);
    }
    // A clock that was set back must not extend the lifetime of a code.
    let from_the_future = grant.created_at > now.saturating_add(MAX_SKEW);
    if is_expired(code.expires_at, now) || from_the_future {
        return Err(CodeError::Expired);
    }
    match presented.redirect_uri {
        Some(uri) if uri == code.redirect_uri => {}
        None if !code.redirect_uri_given => {}
        _ if mutant::is_disabled(Safeguard::CodeRedirectUri) => {}
        _ => return Err(CodeError::RedirectUri),
    }
    // The code was sent to a URI that may have been removed because it is not trusted any more.
    if authorize::check_redirect_uri(presented.client, &code.redirect_uri).is_err() {
        return Err(CodeError::RedirectUriRemoved);
    }
    match (code.dpop_jkt.as_deref(), presented.jkt) {
        (None, _) => {}
        (Some(bound), Some(proved)) if bound == proved => {}
        (Some(_), Some(_)) => return Err(CodeError::Key),
        (Some(_), None) => return Err(CodeError::KeyMissing),
    }
    match (&code.code_challenge, presented.code_verifier) {
        (Some(challenge), Some(verifier)) if challenge.verify(verifier) => Ok(()),
        _ if mutant::is_disabled(Safeguard::PkceVerifier) => Ok(()),
        (Some(_), Some(_)) => Err(CodeError::Verifier),
        (Some(_), None) => Err(CodeError::VerifierMissing),
        (None, Some(_)) => Err(CodeError::VerifierUnexpected),
        // The policy became `required` after the request: an older code must not allow a downgrade
        // (RFC 9700 §2.1.1).
        (None, None) if presented.client.requires_pkce() => Err(CodeError::ChallengeMissing),
        (None, None) => Ok(()),
    }
}

#[cfg(test)]
mod tests;
