//! What a client's assertion has to say (RFC 7523 §3, OIDC Core §9, SECURITY OA-14). Its signature
//! is verified before.

use doorward_protocol::error::{Cause, OAuthError, Reason};
use serde_json::{Map, Value};

use crate::model::AssertionAudience;
use crate::time::UnixSeconds;

/// The types that an assertion may have: none, the general one, and its own
/// (draft-ietf-oauth-rfc7523bis §3).
pub const TYPES: &[&str] = &["JWT", "client-authentication+jwt", ""];
/// The longest time that it is accepted for, in seconds (OA-14): until its end, or from `iat` on.
pub const MAX_LIFE: i64 = 300;
/// The most distant end of an assertion with `iat`, in seconds: Authlib signs for one hour.
const MAX_END: i64 = 3600;
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
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ClientAssertionError {
    /// RFC 7523 §3 (1) and (2): both name the client.
    #[error("'iss' and 'sub' of the assertion have to be the client_id")]
    Subject,
    /// RFC 7523 §3 (3), draft-ietf-oauth-rfc7523bis: one accepted audience, as a single string.
    #[error("'aud' of the assertion has to be {expected}, as a single string, got {received}")]
    Audience {
        /// The accepted values.
        expected: String,
        /// The value of the assertion.
        received: String,
    },
    /// RFC 7523 §3 (4).
    #[error("the assertion has no 'exp', or has expired")]
    Expired,
    /// RFC 7523 §3 (4): unreasonably far in the future.
    #[error(
        "'exp' of the assertion is more than five minutes away, and 'iat' is not within the last \
         five minutes, or 'exp' is more than one hour away"
    )]
    TooLong,
    /// RFC 7523 §3 (5) and (6).
    #[error("'nbf' or 'iat' of the assertion is no time, in the future, or long ago")]
    Time,
    /// OIDC Core §9: required, and used once.
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

/// Checks the claims of an assertion with a valid signature against the client and the audiences
/// that are accepted.
///
/// # Errors
/// [`ClientAssertionError`].
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
    // An array, even of one, lets another server be meant as well (audience injection).
    let is_accepted = |aud| audiences.iter().any(|one| one == aud);
    if !text("aud").is_some_and(is_accepted) {
        return Err(ClientAssertionError::Audience {
            expected: audiences.join(" or "),
            received: received(claims.get("aud")),
        });
    }
    let exp = claims.get("exp").and_then(Value::as_i64);
    let exp = exp
        .filter(|exp| *exp > now)
        .ok_or(ClientAssertionError::Expired)?;
    let issued = claims.get("iat").and_then(Value::as_i64);
    if !ends_in_time(exp, issued, now) {
        return Err(ClientAssertionError::TooLong);
    }
    let is_sane = |name, oldest| match claims.get(name) {
        None => true,
        Some(time) => time
            .as_i64()
            .is_some_and(|time| time >= oldest && time <= now.saturating_add(AHEAD)),
    };
    if !is_sane("nbf", i64::MIN) || !is_sane("iat", now.saturating_sub(MAX_AGE)) {
        return Err(ClientAssertionError::Time);
    }
    let jti = text("jti").filter(|jti| !jti.is_empty() && jti.len() <= MAX_JTI);
    Ok(Assertion {
        jti: jti.ok_or(ClientAssertionError::Jti)?.to_owned(),
        exp,
    })
}

/// Returns true if an assertion ends within five minutes, or says that it is no older than that.
///
/// RFC 7523 §3 (4) leaves it to the server what is unreasonably far in the future. Its `jti` is
/// remembered until `exp`, so that it is used once in either case.
fn ends_in_time(exp: UnixSeconds, issued: Option<UnixSeconds>, now: UnixSeconds) -> bool {
    let left = exp.saturating_sub(now);
    let is_new = issued.is_some_and(|issued| issued > now.saturating_sub(MAX_LIFE));
    left <= MAX_LIFE || (is_new && left <= MAX_END + AHEAD)
}

/// The longest audience that an error repeats, in characters.
const MAX_SHOWN: usize = 200;

/// Describes the `aud` of an assertion in an error.
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
