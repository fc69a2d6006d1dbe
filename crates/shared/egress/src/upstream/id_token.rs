//! Claims of ID tokens and of userinfo responses. What is used is checked; no other claim can make a
//! sign-in fail, whatever its type.

use doorward_domain::model::{ClaimNames, ProviderCause, ProviderSettings, Unaccepted};
use doorward_domain::time::UnixSeconds;
use doorward_protocol::foreign_json::{has_value, numeric_date};
use doorward_rules::federation::{LEEWAY, read_subject};
use serde_json::{Map, Value};

/// The values that the claims of a verified token are compared with.
#[derive(Clone, Copy, Debug)]
pub(super) struct ExpectedToken<'a> {
    pub issuer: &'a str,
    /// The client id of this server at the provider.
    pub client_id: &'a str,
    /// Further audiences that the operator trusts.
    pub audiences: &'a [String],
    pub now: UnixSeconds,
}

/// Checks the claims of an ID token whose signature was verified: `iss`, `aud`, `azp`, `exp`, `iat`,
/// `nbf`, `sub`, and `nonce` if one was sent (OIDC Core §3.1.3.7).
///
/// # Errors
/// Returns what is not accepted.
pub(super) fn check_id_token(
    claims: &Map<String, Value>,
    expected: &ExpectedToken<'_>,
    nonce: Option<&str>,
) -> Result<(), Unaccepted> {
    check_issuer(claims, expected)?;
    check_audience(claims, expected)?;
    let missing = |name| {
        let detail = format!("the ID token has no {name}, or one that is not a number");
        Unaccepted::new(ProviderCause::Incomplete, detail)
    };
    if numeric_date(claims.get("exp")).is_none() {
        return Err(missing("exp"));
    }
    check_period(claims, expected.now)?;
    // OIDC Core §2: `iat` is required.
    numeric_date(claims.get("iat")).ok_or_else(|| missing("iat"))?;
    if read_subject(claims.get("sub")).is_none() {
        let detail = "the ID token has no sub, or one that is not 1 to 255 ASCII characters";
        return Err(Unaccepted::new(ProviderCause::Incomplete, detail));
    }
    match (nonce, claims.get("nonce")) {
        (None, _) => Ok(()),
        (Some(sent), Some(Value::String(received))) if sent == received => Ok(()),
        (Some(_), received) => {
            let detail = if received.is_some_and(|value| !value.is_null()) {
                "the ID token has the nonce of another sign-in"
            } else {
                "the ID token has no nonce; if the provider never sends it, set nonce to false"
            };
            Err(Unaccepted::new(ProviderCause::Request, detail))
        }
    }
}

/// Checks the claims of a signed userinfo response. OIDC Core §5.3.2 requires `iss` and `aud`; providers
/// that omit them are accepted, because only the user's access token gives this response.
///
/// # Errors
/// Returns what is not accepted.
pub(super) fn check_signed_userinfo(
    claims: &Map<String, Value>,
    expected: &ExpectedToken<'_>,
) -> Result<(), Unaccepted> {
    if has_value(claims, "iss") {
        check_issuer(claims, expected)?;
    }
    if has_value(claims, "aud") {
        check_audience(claims, expected)?;
    }
    check_period(claims, expected.now)
}

/// Checks `iss`, `aud` and the period of a logout token or security event token whose signature was verified (OIDC
/// Back-Channel Logout §2.6 step 3). `exp` is checked if there is one: older providers omit it.
///
/// # Errors
/// Returns what is not accepted.
pub(super) fn check_event_token(
    claims: &Map<String, Value>,
    expected: &ExpectedToken<'_>,
) -> Result<(), Unaccepted> {
    check_issuer(claims, expected)?;
    check_audience(claims, expected)?;
    check_period(claims, expected.now)
}

fn check_issuer(
    claims: &Map<String, Value>,
    expected: &ExpectedToken<'_>,
) -> Result<(), Unaccepted> {
    let received = claims.get("iss").and_then(Value::as_str);
    if received == Some(expected.issuer) {
        return Ok(());
    }
    let received = received.unwrap_or("no text");
    let detail = format!("iss is {received}, expected {}", expected.issuer);
    Err(Unaccepted::new(ProviderCause::Issuer, detail))
}

/// Checks `aud` and `azp`. Audiences beside this client must be trusted by the operator, or the token
/// must have been issued to this client (`azp`).
fn check_audience(
    claims: &Map<String, Value>,
    expected: &ExpectedToken<'_>,
) -> Result<(), Unaccepted> {
    let wrong = |detail: String| Err(Unaccepted::new(ProviderCause::Audience, detail));
    let audiences = match claims.get("aud") {
        Some(Value::String(one)) => vec![Some(one.as_str())],
        Some(Value::Array(all)) => all.iter().map(Value::as_str).collect(),
        _ => return wrong("the token has no aud".to_owned()),
    };
    let own = expected.client_id;
    if !audiences.contains(&Some(own)) {
        let audiences: Vec<_> = audiences.iter().copied().flatten().collect();
        return wrong(format!("aud is {}, expected {own}", audiences.join(", ")));
    }
    let is_trusted = |name: &str| expected.audiences.iter().any(|known| known == name);
    let party = match claims.get("azp").filter(|_| has_value(claims, "azp")) {
        None => None,
        Some(Value::String(party)) if party == own || is_trusted(party) => Some(party.as_str()),
        Some(party) => return wrong(format!("azp is {party}, expected {own}")),
    };
    let is_foreign = |name: Option<&str>| name.is_none_or(|name| name != own && !is_trusted(name));
    match audiences.into_iter().find(|name| is_foreign(*name)) {
        Some(other) if party != Some(own) => wrong(format!(
            "aud contains {} as well, and azp does not name this client; add it to audiences if you \
             trust it",
            other.unwrap_or("no text")
        )),
        _ => Ok(()),
    }
}

/// Checks `exp` and `nbf`, if they are numbers, with [`LEEWAY`] for the difference of two clocks.
fn check_period(claims: &Map<String, Value>, now: UnixSeconds) -> Result<(), Unaccepted> {
    let wrong = |detail: String| Err(Unaccepted::new(ProviderCause::Expired, detail));
    if let Some(ends) = numeric_date(claims.get("exp"))
        && ends.saturating_add(LEEWAY) <= now
    {
        let ago = now.saturating_sub(ends);
        return wrong(format!(
            "it expired {ago} s ago; compare the clocks of both servers"
        ));
    }
    if let Some(begins) = numeric_date(claims.get("nbf"))
        && begins > now.saturating_add(LEEWAY)
    {
        let ahead = begins.saturating_sub(now);
        return wrong(format!(
            "it is valid in {ahead} s only; compare the clocks of both servers"
        ));
    }
    Ok(())
}

/// Returns true if an ID token lacks a claim that the settings use, so that userinfo is read.
pub(super) fn lacks_claims(claims: &Map<String, Value>, settings: &ProviderSettings) -> bool {
    let names = &settings.claims;
    let lacks = |name: &String| !has_value(claims, name);
    let default = ClaimNames::default();
    lacks(&names.email)
        || (settings.trusts_email && lacks(&names.email_verified))
        || (lacks(&names.name) && lacks(&names.given_name))
        // Few providers have user names; by default the name is only a suggestion.
        || (names.username != default.username && lacks(&names.username))
        || (!settings.roles.is_empty() && lacks(&names.roles))
}

/// Adds the claims of a userinfo response to those of the ID token, which take precedence.
///
/// # Errors
/// Returns [`ProviderCause::Request`] if the response is about another user (OIDC Core §5.3.2).
pub(super) fn add_userinfo(
    mut claims: Map<String, Value>,
    mut more: Map<String, Value>,
    settings: &ProviderSettings,
) -> Result<Map<String, Value>, Unaccepted> {
    if read_subject(more.get("sub")) != read_subject(claims.get("sub")) {
        let detail = "the sub of UserInfo is not that of the ID token";
        return Err(Unaccepted::new(ProviderCause::Request, detail));
    }
    let names = &settings.claims;
    // That an address is verified says nothing about another one.
    if has_value(&claims, &names.email) && claims.get(&names.email) != more.get(&names.email) {
        more.remove(&names.email_verified);
    }
    let absent: Vec<_> = claims
        .keys()
        .filter(|name| !has_value(&claims, name))
        .cloned()
        .collect();
    for name in absent {
        claims.remove(&name);
    }
    more.extend(claims);
    Ok(more)
}

#[cfg(test)]
mod tests;
