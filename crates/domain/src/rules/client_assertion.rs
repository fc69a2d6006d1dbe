//! What a client's assertion has to say (RFC 7523 §3, OIDC Core §9, SECURITY OA-14). Its signature
//! is verified before.

use serde_json::{Map, Value};

use crate::time::UnixSeconds;

/// The types that an assertion may have: none, the general one, and its own
/// (draft-ietf-oauth-rfc7523bis §3).
pub const TYPES: &[&str] = &["JWT", "client-authentication+jwt", ""];
/// How far away its end may be, in seconds (OA-14).
pub const MAX_LIFE: i64 = 300;
/// How far another clock may be ahead of ours, in seconds (FAPI 2.0 §5.3.2.1).
const AHEAD: i64 = 60;
/// How old it may be, in seconds: what was made long ago and ends soon was made by a wrong clock.
const MAX_AGE: i64 = 3600;
/// The longest `jti`, in bytes.
const MAX_JTI: usize = 255;

/// An assertion that holds, if it was never used before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assertion {
    /// Its name.
    pub jti: String,
    /// Until when its name has to be remembered.
    pub exp: UnixSeconds,
}

/// What is wrong with an assertion. Told to its client, which has proved who it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Flaw {
    /// RFC 7523 §3 (1) and (2): both name the client.
    #[error("'iss' and 'sub' of the assertion have to be the client_id")]
    Subject,
    /// RFC 7523 §3 (3), draft-ietf-oauth-security-topics-update: this issuer, and nothing else.
    #[error("'aud' of the assertion has to be the issuer, as a single string")]
    Audience,
    /// RFC 7523 §3 (4).
    #[error("the assertion has no 'exp', or has expired")]
    Expired,
    /// RFC 7523 §3 (4): unreasonably far in the future.
    #[error("'exp' of the assertion is more than five minutes away")]
    TooLong,
    /// RFC 7523 §3 (5) and (6).
    #[error("'nbf' or 'iat' of the assertion is no time, in the future, or long ago")]
    Time,
    /// OIDC Core §9: required, and used once.
    #[error("the assertion has no 'jti' of 1 to 255 bytes")]
    Jti,
}

/// Holds the claims of an assertion whose signature is good against the client and this issuer.
///
/// # Errors
/// [`Flaw`].
pub fn check(
    claims: &Map<String, Value>,
    client_id: &str,
    issuer: &str,
    now: UnixSeconds,
) -> Result<Assertion, Flaw> {
    let text = |name| claims.get(name).and_then(Value::as_str);
    if text("iss") != Some(client_id) || text("sub") != Some(client_id) {
        return Err(Flaw::Subject);
    }
    // An array, even of one, lets another server be meant as well (audience injection).
    if text("aud") != Some(issuer) {
        return Err(Flaw::Audience);
    }
    let exp = claims.get("exp").and_then(Value::as_i64);
    let exp = exp.filter(|exp| *exp > now).ok_or(Flaw::Expired)?;
    if exp.saturating_sub(now) > MAX_LIFE {
        return Err(Flaw::TooLong);
    }
    let is_sane = |name, oldest| match claims.get(name) {
        None => true,
        Some(time) => time
            .as_i64()
            .is_some_and(|time| time >= oldest && time <= now.saturating_add(AHEAD)),
    };
    if !is_sane("nbf", i64::MIN) || !is_sane("iat", now.saturating_sub(MAX_AGE)) {
        return Err(Flaw::Time);
    }
    let jti = text("jti").filter(|jti| !jti.is_empty() && jti.len() <= MAX_JTI);
    Ok(Assertion {
        jti: jti.ok_or(Flaw::Jti)?.to_owned(),
        exp,
    })
}

#[cfg(test)]
mod tests;
