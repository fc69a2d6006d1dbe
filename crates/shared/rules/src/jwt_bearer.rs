//! Claims of assertions of another issuer (RFC 7523 §3, RFC 7521 §5.2). The signature is verified
//! before.

use serde_json::{Map, Value};

use crate::client_assertion::{is_within, unexpired};
use doorward_domain::time::UnixSeconds;

/// The accepted `typ` values: none, the generic `JWT`, and the specific one
/// (draft-ietf-oauth-rfc7523bis §4).
pub const TYPES: &[&str] = &["JWT", "authorization-grant+jwt", ""];
/// The maximum length of `jti` and `sub`, in bytes.
const MAX_NAME: usize = 255;

/// A valid assertion, except that its `jti` is not yet checked for a replay.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assertion {
    /// The subject, as the issuer names it.
    pub sub: String,
    pub jti: String,
    /// The expiry, until which the `jti` must be remembered.
    pub exp: UnixSeconds,
}

/// The reason why an assertion is rejected. Callers with a valid signature see it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AssertionGrantError {
    /// RFC 7523 §3 (2): no valid subject.
    #[error("the assertion has no 'sub' of 1 to 255 bytes")]
    Subject,
    /// RFC 7523 §3 (3): not this server as the only audience.
    #[error("'aud' of the assertion must be the issuer or the token endpoint, and nothing else")]
    Audience,
    /// RFC 7523 §3 (4): no expiry, or expired.
    #[error("the assertion has no 'exp', or has expired")]
    Expired,
    /// RFC 7523 §3 (4): unreasonably far in the future.
    #[error("'exp' of the assertion exceeds the maximum lifetime for this issuer")]
    TooLong,
    /// RFC 7523 §3 (5): `nbf` implausible.
    #[error("'nbf' of the assertion is not an integer, or is in the future")]
    NotYet,
    /// RFC 7523 §3 (6): `iat` implausible.
    #[error("'iat' of the assertion is not an integer, is in the future or too old")]
    IssuedAt,
    /// RFC 7523 §3 (7): the `jti`, which prevents replays, is required.
    #[error("the assertion has no 'jti' of 1 to 255 bytes")]
    Jti,
}

/// Checks the claims of an assertion of a trusted issuer. `here` are the accepted audiences: the
/// issuer identifier and the token endpoint. `max_life` is in seconds.
pub fn check(
    claims: &Map<String, Value>,
    here: [&str; 2],
    max_life: i64,
    now: UnixSeconds,
) -> Result<Assertion, AssertionGrantError> {
    let name = |claim| {
        let text = claims.get(claim).and_then(Value::as_str);
        text.filter(|text| !text.is_empty() && text.len() <= MAX_NAME)
    };
    let sub = name("sub").ok_or(AssertionGrantError::Subject)?;
    // A second audience could forward the assertion to this server (audience injection).
    let aud = match claims.get("aud") {
        Some(Value::String(item)) => Some(item.as_str()),
        Some(Value::Array(list)) if list.len() == 1 => list[0].as_str(),
        _ => None,
    };
    if !aud.is_some_and(|aud| here.contains(&aud)) {
        return Err(AssertionGrantError::Audience);
    }
    let exp = unexpired(claims, now).ok_or(AssertionGrantError::Expired)?;
    if exp.saturating_sub(now) > max_life {
        return Err(AssertionGrantError::TooLong);
    }
    if !is_within(claims, "nbf", i64::MIN, now) {
        return Err(AssertionGrantError::NotYet);
    }
    if !is_within(claims, "iat", now.saturating_sub(max_life), now) {
        return Err(AssertionGrantError::IssuedAt);
    }
    Ok(Assertion {
        sub: sub.to_owned(),
        jti: name("jti").ok_or(AssertionGrantError::Jti)?.to_owned(),
        exp,
    })
}

#[cfg(test)]
mod tests;
