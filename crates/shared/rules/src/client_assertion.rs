//! Claims of client assertions (RFC 7523 §3, OIDC Core §9). The signature is verified before.

use crate::prelude::*;

/// The accepted `typ` values: none, the generic `JWT`, and the specific one
/// (draft-ietf-oauth-rfc7523bis §3).
pub const TYPES: &[&str] = &["JWT", "client-authentication+jwt", ""];
/// The maximum time that an assertion is accepted for, in seconds: until `exp`, or counted from
/// `iat`.
pub const MAX_TTL: i64 = 300;
/// The maximum remaining time of an assertion with `iat`, in seconds: Authlib signs for one hour.
const MAX_END: i64 = 3600;
/// The tolerated clock difference for times in the future, in seconds (FAPI 2.0 §5.3.2.1).
const AHEAD: i64 = 60;
/// The maximum age by `iat`, in seconds: an old assertion that has not expired suggests a wrong
/// clock.
const MAX_AGE: i64 = 3600;
/// The maximum length of a `jti`, in bytes.
const MAX_JTI: usize = 255;

/// A valid assertion, except that its `jti` is not yet checked for a replay.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assertion {
    pub jti: String,
    /// The expiry, until which the `jti` must be remembered.
    pub exp: UnixSeconds,
}

/// The reason why an assertion is rejected. The client sees it, because it has proved its identity.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ClientAssertionError {
    /// RFC 7523 §3 (1) and (2): both must name the client.
    #[error("'iss' and 'sub' of the assertion must be the client_id")]
    Subject,
    /// RFC 7523 §3 (3), draft-ietf-oauth-rfc7523bis: one accepted audience, as a single string.
    #[error("'aud' of the assertion must be {expected}, as a single string, got {received}")]
    Audience { expected: String, received: String },
    /// RFC 7523 §3 (4): no expiry, or expired.
    #[error("the assertion has no 'exp', or has expired")]
    Expired,
    /// RFC 7523 §3 (4): unreasonably far in the future.
    #[error(
        "'exp' of the assertion is more than five minutes away, and 'iat' is not within the last \
         five minutes, or 'exp' is more than one hour away"
    )]
    TooLong,
    /// RFC 7523 §3 (5) and (6): `nbf` or `iat` implausible.
    #[error("'nbf' or 'iat' of the assertion is not an integer, is in the future or too old")]
    Time,
    /// OIDC Core §9: required, and usable once.
    #[error("the assertion has no 'jti' of 1 to 255 bytes")]
    Jti,
}

impl ClientAssertionError {
    /// Returns the error for the client, with the values for the log.
    pub fn into_error(self) -> OAuthError {
        let error = OAuthError::invalid_client(self.to_string());
        match self {
            Self::Audience { expected, received } => {
                let cause = Cause::from(Reason::AssertionAudience).expected(expected);
                error.because(cause.received(received))
            }
            _ => error.because(Reason::AssertionClaims),
        }
    }
}

/// Checks the claims of an assertion with a valid signature against the client and the accepted
/// audiences.
pub fn check(
    claims: &Map<String, Value>,
    client_id: &str,
    audiences: &[String],
    now: UnixSeconds,
) -> Result<Assertion, ClientAssertionError> {
    let text = |name| claims.get(name).and_then(Value::as_str);
    if text("iss") != Some(client_id) || text("sub") != Some(client_id) {
        return Err(ClientAssertionError::Subject);
    }
    // An array, even with one element, could also name another server (audience injection).
    let is_accepted = |aud| audiences.iter().any(|audience| audience == aud);
    if !text("aud").is_some_and(is_accepted) {
        return Err(ClientAssertionError::Audience {
            expected: audiences.join(" or "),
            received: received(claims.get("aud")),
        });
    }
    let exp = unexpired(claims, now).ok_or(ClientAssertionError::Expired)?;
    let issued = claims.get("iat").and_then(Value::as_i64);
    if !ends_in_time(exp, issued, now) {
        return Err(ClientAssertionError::TooLong);
    }
    let oldest = now.saturating_sub(MAX_AGE);
    if !is_within(claims, "nbf", i64::MIN, now) || !is_within(claims, "iat", oldest, now) {
        return Err(ClientAssertionError::Time);
    }
    let jti = text("jti").filter(|jti| !jti.is_empty() && jti.len() <= MAX_JTI);
    Ok(Assertion {
        jti: jti.ok_or(ClientAssertionError::Jti)?.to_owned(),
        exp,
    })
}

/// Returns the expiry of an assertion that has not expired.
pub(super) fn unexpired(claims: &Map<String, Value>, now: UnixSeconds) -> Option<UnixSeconds> {
    claims.get("exp")?.as_i64().filter(|exp| *exp > now)
}

/// Returns true if a time of an assertion is absent, or neither in the future nor before `oldest`.
pub(super) fn is_within(
    claims: &Map<String, Value>,
    name: &str,
    oldest: UnixSeconds,
    now: UnixSeconds,
) -> bool {
    let times = oldest..=now.saturating_add(AHEAD);
    let is_good = |time: &Value| time.as_i64().is_some_and(|time| times.contains(&time));
    claims.get(name).is_none_or(is_good)
}

/// Returns true if an assertion expires within five minutes, or was issued within the last five.
///
/// RFC 7523 §3 (4) lets the server define what is unreasonably far in the future. The `jti` is
/// remembered until `exp`, so that the assertion is usable once in either case.
fn ends_in_time(exp: UnixSeconds, issued: Option<UnixSeconds>, now: UnixSeconds) -> bool {
    let left = exp.saturating_sub(now);
    let is_new = issued.is_some_and(|issued| issued > now.saturating_sub(MAX_TTL));
    left <= MAX_TTL || (is_new && left <= MAX_END + AHEAD)
}

/// The maximum number of characters of an audience in an error.
const MAX_SHOWN: usize = 200;

fn received(aud: Option<&Value>) -> String {
    match aud {
        None => "none".to_owned(),
        Some(Value::String(text)) => text.chars().take(MAX_SHOWN).collect(),
        Some(Value::Array(values)) => format!("an array of {}", values.len()),
        Some(_) => "another type".to_owned(),
    }
}

/// Returns the audiences that an assertion may name at an endpoint: the issuer first.
///
/// OIDC Core §9 names the token endpoint; RFC 9126 §2 and CIBA §7.1 also name the endpoint of the
/// request.
pub fn audiences(setting: AssertionAudience, issuer: &str, endpoints: &[String]) -> Vec<String> {
    let endpoints = match setting {
        AssertionAudience::Issuer => &[],
        AssertionAudience::IssuerOrEndpoint => endpoints,
    };
    let issuer = std::iter::once(issuer.to_owned());
    issuer.chain(endpoints.iter().cloned()).collect()
}

#[cfg(test)]
mod tests;
