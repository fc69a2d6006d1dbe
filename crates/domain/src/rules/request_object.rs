//! What a signed request object has to say, and the parameters that it stands for (RFC 9101 §4 and
//! §6, OIDC Core §6.1, SECURITY OA-18). Its signature is verified before.

use doorward_protocol::authorization_details::PARAMETER as AUTHORIZATION_DETAILS;
use serde_json::{Map, Value};

use crate::time::UnixSeconds;

/// The types that a request object may have: its own (RFC 9101 §10.8), the general one, and none.
pub const TYPES: &[&str] = &["oauth-authz-req+jwt", "JWT", ""];
/// How far another clock may be ahead of ours, in seconds (FAPI 2.0 §5.3.2.1).
const AHEAD: i64 = 60;
/// Claims about the object itself, which are no parameters (RFC 7519 §4.1).
const ABOUT_ITSELF: [&str; 7] = ["iss", "aud", "sub", "exp", "nbf", "iat", "jti"];

/// What is wrong with a request object, for the client's developer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RequestObjectError {
    /// OIDC Core §6.1, RFC 9101 §5: the client that signs is the client that asks.
    #[error("'iss' and 'client_id' of the request object have to be the client_id of the request")]
    Client,
    /// RFC 9101 §4.
    #[error("'aud' of the request object has to be the issuer")]
    Audience,
    /// RFC 9101 §10.8: an assertion for client authentication is no request.
    #[error("'sub' of the request object must not be the client_id")]
    Subject,
    /// RFC 7519 §4.1.4 to §4.1.6.
    #[error("the request object has expired, or is not valid yet")]
    Time,
    /// RFC 9101 §4.
    #[error("a request object must not hold 'request' or 'request_uri'")]
    Nested,
    /// A member that no parameter can be made of.
    #[error("the request object holds a parameter of the wrong type")]
    Parameter,
}

/// Holds the claims of a request object against the client and this issuer; its parameters.
///
/// # Errors
/// [`RequestObjectError`].
pub fn check(
    claims: &Map<String, Value>,
    client_id: &str,
    issuer: &str,
    now: UnixSeconds,
) -> Result<Vec<(String, String)>, RequestObjectError> {
    let text = |name| claims.get(name).and_then(Value::as_str);
    if text("iss") != Some(client_id) || text("client_id") != Some(client_id) {
        return Err(RequestObjectError::Client);
    }
    let is_for_us = match claims.get("aud") {
        Some(Value::String(one)) => one == issuer,
        Some(Value::Array(many)) => many.iter().any(|one| one.as_str() == Some(issuer)),
        _ => false,
    };
    if !is_for_us {
        return Err(RequestObjectError::Audience);
    }
    if text("sub") == Some(client_id) {
        return Err(RequestObjectError::Subject);
    }
    if !is_timely(claims, now) {
        return Err(RequestObjectError::Time);
    }
    if claims.contains_key("request") || claims.contains_key("request_uri") {
        return Err(RequestObjectError::Nested);
    }
    let mut pairs = Vec::with_capacity(claims.len());
    for (name, value) in claims {
        if !ABOUT_ITSELF.contains(&name.as_str()) {
            add(&mut pairs, name, value)?;
        }
    }
    Ok(pairs)
}

fn is_timely(claims: &Map<String, Value>, now: UnixSeconds) -> bool {
    let holds = |name, is_good: &dyn Fn(i64) -> bool| match claims.get(name) {
        None => true,
        Some(time) => time.as_i64().is_some_and(is_good),
    };
    let begun = |time: i64| time <= now.saturating_add(AHEAD);
    holds("exp", &|end| end > now) && holds("nbf", &begun) && holds("iat", &begun)
}

/// RFC 9101 §4: strings are strings, numbers are numbers, and `claims` is an object. Of the rest
/// only `resource` may come more than once (RFC 8707 §2).
fn add(
    pairs: &mut Vec<(String, String)>,
    name: &str,
    value: &Value,
) -> Result<(), RequestObjectError> {
    let text = match value {
        // A NUL is nothing that a parameter in a form could hold either.
        Value::String(text) if text.contains('\0') => return Err(RequestObjectError::Parameter),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Object(_) => value.to_string(),
        // RFC 9396 §2: a list of objects, as itself.
        Value::Array(_) if name == AUTHORIZATION_DETAILS => value.to_string(),
        Value::Array(many) if name == "resource" => {
            for one in many {
                let Value::String(_) = one else {
                    return Err(RequestObjectError::Parameter);
                };
                add(pairs, name, one)?;
            }
            return Ok(());
        }
        // A parameter that nobody knows is ignored, whatever it is (RFC 6749 §3.1).
        Value::Bool(_) | Value::Null | Value::Array(_) if !is_known(name) => return Ok(()),
        Value::Bool(_) | Value::Null | Value::Array(_) => {
            return Err(RequestObjectError::Parameter);
        }
    };
    pairs.push((name.to_owned(), text));
    Ok(())
}

fn is_known(name: &str) -> bool {
    const KNOWN: &[&str] = &[
        "response_type",
        "response_mode",
        "redirect_uri",
        "scope",
        "state",
        "nonce",
        "prompt",
        "max_age",
        "login_hint",
        "id_token_hint",
        "ui_locales",
        "acr_values",
        "claims",
        "resource",
        "organization",
        "code_challenge",
        "code_challenge_method",
        "dpop_jkt",
        AUTHORIZATION_DETAILS,
        "registration",
    ];
    KNOWN.contains(&name)
}

#[cfg(test)]
mod tests;
