//! To which key tokens are bound, and which key has to be proved (RFC 9449 §5).

use doorward_protocol::error::{ErrorCode, OAuthError};

use crate::model::{Client, ClientKind, RefreshToken};

/// Whether the client may get an access token: `jkt` is the thumbprint of the key that was proved
/// with its request.
///
/// # Errors
/// `invalid_dpop_proof` where the client has to prove one and did not (RFC 9449 §5.2).
pub fn check(client: &Client, jkt: Option<&str>) -> Result<(), OAuthError> {
    if client.dpop_bound_access_tokens && jkt.is_none() {
        return Err(OAuthError::new(
            ErrorCode::InvalidDpopProof,
            "this client has to send a DPoP proof",
        ));
    }
    Ok(())
}

/// The key that a new refresh token is bound to: only a public client's is (RFC 9449 §5). A
/// confidential client proves itself at every refresh, and may change its key.
pub fn of_refresh_token(client: &Client, jkt: Option<&str>) -> Option<String> {
    let is_bound = client.kind == ClientKind::Public;
    jkt.filter(|_| is_bound).map(str::to_owned)
}

/// The key that the successor of a refresh token is bound to. What is bound stays so.
pub fn of_successor(token: &RefreshToken, client: &Client, jkt: Option<&str>) -> Option<String> {
    let kept = token.dpop_jkt.clone();
    kept.or_else(|| of_refresh_token(client, jkt))
}

/// Whether a refresh token is brought by who holds its key.
///
/// # Errors
/// `invalid_dpop_proof` without any proof, `invalid_grant` with that of another key.
pub fn check_refresh_token(token: &RefreshToken, jkt: Option<&str>) -> Result<(), OAuthError> {
    match (token.dpop_jkt.as_deref(), jkt) {
        (None, _) => Ok(()),
        (Some(bound), Some(proved)) if bound == proved => Ok(()),
        (Some(_), Some(_)) => Err(OAuthError::invalid_grant(
            "the refresh token is bound to another key than that of the DPoP proof",
        )),
        (Some(_), None) => Err(OAuthError::new(
            ErrorCode::InvalidDpopProof,
            "the refresh token is bound to a key: a DPoP proof is required",
        )),
    }
}

#[cfg(test)]
mod tests;
