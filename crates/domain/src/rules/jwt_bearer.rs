//! What the assertion of another issuer has to say (RFC 7523 §3, RFC 7521 §5.2). Its signature is
//! verified before.

use serde_json::{Map, Value};

use crate::time::UnixSeconds;

/// The types that an assertion may have: none, the general one, and its own
/// (draft-ietf-oauth-rfc7523bis §4).
pub const TYPES: &[&str] = &["JWT", "authorization-grant+jwt", ""];
/// How far another clock may be ahead of ours, in seconds.
const AHEAD: i64 = 60;
/// The longest `jti` and `sub`, in bytes.
const MAX_NAME: usize = 255;

/// An assertion that holds, if it was never used before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assertion {
    /// For whom the issuer speaks, in its own words.
    pub sub: String,
    /// Its name.
    pub jti: String,
    /// Until when its name has to be remembered.
    pub exp: UnixSeconds,
}

/// What is wrong with an assertion. Told to who brings one with a good signature.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AssertionGrantError {
    /// RFC 7523 §3 (2).
    #[error("the assertion has no 'sub' of 1 to 255 bytes")]
    Subject,
    /// RFC 7523 §3 (3): this server, and nobody besides.
    #[error("'aud' of the assertion has to be the issuer or the token endpoint, and nothing else")]
    Audience,
    /// RFC 7523 §3 (4).
    #[error("the assertion has no 'exp', or has expired")]
    Expired,
    /// RFC 7523 §3 (4): unreasonably far in the future.
    #[error("'exp' of the assertion is farther away than this issuer may set it")]
    TooLong,
    /// RFC 7523 §3 (5).
    #[error("'nbf' of the assertion is no time, or has not come")]
    NotYet,
    /// RFC 7523 §3 (6).
    #[error("'iat' of the assertion is no time, in the future, or long ago")]
    IssuedAt,
    /// RFC 7523 §3 (7): used once, so that it needs a name.
    #[error("the assertion has no 'jti' of 1 to 255 bytes")]
    Jti,
}

/// Holds the claims of an assertion of a trusted issuer against this server. `here` are the names of
/// this server: the issuer and the token endpoint; `max_life` is in seconds.
///
/// # Errors
/// [`AssertionGrantError`].
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
    // Another audience beside this one could bring the assertion here (audience injection).
    let aud = match claims.get("aud") {
        Some(Value::String(one)) => Some(one.as_str()),
        Some(Value::Array(list)) if list.len() == 1 => list[0].as_str(),
        _ => None,
    };
    if !aud.is_some_and(|aud| here.contains(&aud)) {
        return Err(AssertionGrantError::Audience);
    }
    let exp = claims.get("exp").and_then(Value::as_i64);
    let exp = exp
        .filter(|exp| *exp > now)
        .ok_or(AssertionGrantError::Expired)?;
    if exp.saturating_sub(now) > max_life {
        return Err(AssertionGrantError::TooLong);
    }
    let is_within = |claim, oldest| match claims.get(claim) {
        None => true,
        Some(time) => time
            .as_i64()
            .is_some_and(|time| time >= oldest && time <= now.saturating_add(AHEAD)),
    };
    if !is_within("nbf", i64::MIN) {
        return Err(AssertionGrantError::NotYet);
    }
    if !is_within("iat", now.saturating_sub(max_life)) {
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
