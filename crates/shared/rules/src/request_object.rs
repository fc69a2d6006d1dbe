//! Claims and parameters of signed request objects (RFC 9101 §4 and §6, OIDC Core §6.1). The
//! signature is verified before.

use doorward_protocol::authorization_details::PARAMETER as AUTHORIZATION_DETAILS;
use doorward_protocol::ciba;

use crate::prelude::*;

/// The accepted `typ` values: the specific one (RFC 9101 §10.8), the generic `JWT`, and none.
pub const TYPES: &[&str] = &["oauth-authz-req+jwt", "JWT", ""];
/// The tolerated clock difference for times in the future, in seconds (FAPI 2.0 §5.3.2.1).
const AHEAD: i64 = 60;
/// The maximum remaining lifetime, in seconds. In a FAPI profile it counts from `nbf`, which is at
/// most as old (FAPI 2.0 Message Signing §5.3.1 (3) and (4)).
const MAX_TTL: i64 = 3600;
/// The claims about the object itself, which are not parameters (RFC 7519 §4.1).
const ABOUT_ITSELF: [&str; 7] = ["iss", "aud", "sub", "exp", "nbf", "iat", "jti"];

#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RequestObjectError {
    /// OIDC Core §6.1, RFC 9101 §5: the signing client must be the requesting client.
    #[error("'iss' and 'client_id' of the request object must be the client_id of the request")]
    Client,
    /// RFC 9101 §4: the issuer must be an audience.
    #[error("'aud' of the request object must be the issuer")]
    Audience,
    /// No expiry: the object could be used again at any time.
    #[error("the request object has no 'exp': add one, at most 60 minutes from now")]
    NoExpiry,
    /// An expiry that is too far away.
    #[error(
        "'exp' of the request object is too far away: set it to at most 60 minutes after 'nbf' and \
         from now"
    )]
    TooLong,
    /// FAPI 2.0 Message Signing §5.3.1 (3): `nbf` is required and recent.
    #[error(
        "the request object has no 'nbf', or one more than 60 minutes ago: the security profile \
         requires it (FAPI 2.0 Message Signing, section 5.3.1)"
    )]
    NotBefore,
    /// CIBA Core §7.1.1: a signed authentication request names all of its times, and itself.
    #[error(
        "a signed authentication request needs 'exp', 'iat', 'nbf' and 'jti' (CIBA Core, section \
         7.1.1)"
    )]
    Incomplete,
    /// RFC 9101 §10.8: a client assertion is not a request.
    #[error("'sub' of the request object must not be the client_id")]
    Subject,
    /// RFC 7519 §4.1.4 to §4.1.6: expired or not yet valid.
    #[error("the request object has expired, or is not valid yet")]
    Time,
    /// RFC 9101 §4: request objects cannot be nested.
    #[error("a request object must not contain 'request' or 'request_uri'")]
    Nested,
    /// A member that cannot be converted to a parameter.
    #[error("the request object contains a parameter of the wrong type")]
    Parameter,
}

/// The expected properties of a request object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Expected<'a> {
    pub client_id: &'a str,
    pub profile: SecurityProfile,
    /// True if the object was fetched from a registered URL. It may then omit `exp`: the client
    /// ends its use by removing it there.
    pub by_reference: bool,
    /// The issuer, which must be an audience.
    pub issuer: &'a str,
    pub now: UnixSeconds,
}

/// Checks the claims of a request object against the client and this issuer; returns its
/// parameters.
pub fn check(
    claims: &Map<String, Value>,
    expected: Expected<'_>,
) -> Result<Vec<(String, String)>, RequestObjectError> {
    if claims.get("client_id").and_then(Value::as_str) != Some(expected.client_id) {
        return Err(RequestObjectError::Client);
    }
    check_object(claims, expected)
}

/// Checks the claims of a signed authentication request (CIBA Core §7.1.1); returns its parameters.
/// Its times are limited as in a FAPI profile (FAPI-CIBA §5.2.2), and `client_id` is not required.
pub fn check_backchannel(
    claims: &Map<String, Value>,
    expected: Expected<'_>,
) -> Result<Vec<(String, String)>, RequestObjectError> {
    let client_id = claims.get("client_id");
    if client_id.is_some_and(|id| id.as_str() != Some(expected.client_id)) {
        return Err(RequestObjectError::Client);
    }
    let has_id = claims
        .get("jti")
        .and_then(Value::as_str)
        .is_some_and(|id| !id.is_empty());
    if !has_id
        || !["exp", "iat", "nbf"]
            .iter()
            .all(|name| claims.contains_key(*name))
    {
        return Err(RequestObjectError::Incomplete);
    }
    let profile = expected.profile.max(SecurityProfile::Fapi2);
    check_object(
        claims,
        Expected {
            profile,
            ..expected
        },
    )
}

/// Checks the claims of every request object.
fn check_object(
    claims: &Map<String, Value>,
    expected: Expected<'_>,
) -> Result<Vec<(String, String)>, RequestObjectError> {
    let Expected {
        client_id, issuer, ..
    } = expected;
    let text = |name| claims.get(name).and_then(Value::as_str);
    if text("iss") != Some(client_id) {
        return Err(RequestObjectError::Client);
    }
    let is_for_us = match claims.get("aud") {
        Some(Value::String(item)) => item == issuer,
        Some(Value::Array(many)) => many.iter().any(|many| many.as_str() == Some(issuer)),
        _ => false,
    };
    if !is_for_us {
        return Err(RequestObjectError::Audience);
    }
    if text("sub") == Some(client_id) {
        return Err(RequestObjectError::Subject);
    }
    check_time(claims, expected)?;
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

/// Checks the times (RFC 7519 §4.1.4 to §4.1.6).
fn check_time(
    claims: &Map<String, Value>,
    expected: Expected<'_>,
) -> Result<(), RequestObjectError> {
    let now = expected.now;
    let time = |name| match claims.get(name) {
        None => Ok(None),
        Some(time) => time.as_i64().map(Some).ok_or(RequestObjectError::Time),
    };
    let (exp, nbf, iat) = (time("exp")?, time("nbf")?, time("iat")?);
    let ahead = now.saturating_add(AHEAD);
    if exp.is_some_and(|exp| exp <= now) || [nbf, iat].into_iter().flatten().any(|at| at > ahead) {
        return Err(RequestObjectError::Time);
    }
    let is_fapi = expected.profile.is_fapi();
    if is_fapi && nbf.is_none_or(|nbf| nbf < now.saturating_sub(MAX_TTL)) {
        return Err(RequestObjectError::NotBefore);
    }
    let Some(exp) = exp else {
        let may_omit = expected.by_reference && !is_fapi;
        return may_omit.then_some(()).ok_or(RequestObjectError::NoExpiry);
    };
    let start = nbf.filter(|_| is_fapi).unwrap_or(ahead);
    if exp > start.saturating_add(MAX_TTL) {
        return Err(RequestObjectError::TooLong);
    }
    Ok(())
}

/// Adds the parameter of a member. RFC 9101 §4: strings are strings, numbers are numbers, and
/// `claims` is an object. Apart from authorization details, only `resource` may be a list (RFC 8707
/// §2).
fn add(
    pairs: &mut Vec<(String, String)>,
    name: &str,
    value: &Value,
) -> Result<(), RequestObjectError> {
    let text = match value {
        // A form parameter cannot contain a NUL either.
        Value::String(text) if text.contains('\0') => return Err(RequestObjectError::Parameter),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Object(_) => value.to_string(),
        // RFC 9396 §2: a list of objects, kept as JSON.
        Value::Array(_) if name == AUTHORIZATION_DETAILS => value.to_string(),
        Value::Array(many) if name == "resource" => {
            for item in many {
                let Value::String(_) = item else {
                    return Err(RequestObjectError::Parameter);
                };
                add(pairs, name, item)?;
            }
            return Ok(());
        }
        // Unknown parameters are ignored, whatever their type (RFC 6749 §3.1).
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
    KNOWN.contains(&name) || ciba::PARAMETERS.contains(&name)
}

#[cfg(test)]
mod tests;
